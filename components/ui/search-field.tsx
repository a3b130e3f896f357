'use client'
import { Search } from 'lucide-react'
import { useId } from 'react'

/** A search box that filters a list; its name is read, its icon is not. */
export function SearchField({
  value,
  onChange,
  label,
  placeholder,
}: {
  value: string
  onChange: (text: string) => void
  label: string
  placeholder?: string
}) {
  const id = useId()
  return (
    <label htmlFor={id} className="relative flex-1 max-sm:basis-full sm:flex-none">
      <span className="sr-only">{label}</span>
      <Search
        className="pointer-events-none absolute top-1/2 left-2.5 size-4 -translate-y-1/2 text-ink-3"
        aria-hidden
      />
      <input
        id={id}
        type="search"
        value={value}
        onChange={event => onChange(event.target.value)}
        placeholder={placeholder ?? 'Search…'}
        className="h-9 w-full rounded-md border border-line-strong bg-surface pr-2.5 pl-8 text-lg sm:h-8 sm:w-64 sm:text-sm"
      />
    </label>
  )
}
