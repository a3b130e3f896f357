'use client'
import { Search } from 'lucide-react'
import { type Ref, useEffect, useId, useRef, useState } from 'react'

const restMs = 200

interface SearchFieldProps {
  readonly value: string
  readonly onChange: (text: string) => void
  readonly label: string
  readonly placeholder?: string
  readonly ref?: Ref<HTMLInputElement>
}

/** A search box that filters a list once the hand rests. Its name is read, its icon is not; Escape leaves it. */
export function SearchField({ value, onChange, label, placeholder, ref }: SearchFieldProps) {
  const id = useId()
  const [text, setText] = useState(value)
  const [known, setKnown] = useState(value)
  const tell = useRef(onChange)
  useEffect(() => {
    tell.current = onChange
  })
  if (known !== value) {
    // Changed from outside: cleared, or another address.
    setKnown(value)
    if (value !== text.trim()) setText(value)
  }
  useEffect(() => {
    if (text.trim() === known) return
    const timer = setTimeout(() => tell.current(text.trim()), restMs)
    return () => clearTimeout(timer)
  }, [text, known])
  return (
    <label htmlFor={id} className="relative flex-1 max-sm:basis-full sm:flex-none">
      <span className="sr-only">{label}</span>
      <Search
        className="pointer-events-none absolute top-1/2 left-2.5 size-4 -translate-y-1/2 text-ink-3"
        aria-hidden
      />
      <input
        id={id}
        ref={ref}
        type="search"
        value={text}
        onChange={event => setText(event.target.value)}
        onKeyDown={event => {
          if (event.key === 'Escape') event.currentTarget.blur()
        }}
        placeholder={placeholder ?? 'Search…'}
        className="h-11 w-full rounded-md border border-line-strong bg-surface pr-2.5 pl-8 text-lg sm:h-8 sm:w-64 sm:text-sm"
      />
    </label>
  )
}
