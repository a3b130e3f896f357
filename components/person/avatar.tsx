import { cx } from '@/components/ui/cx'

/** A person's initials. Decoration: the name stands beside it or in the title. */
export function Avatar({ name, small = false }: { name: string; small?: boolean }) {
  const parts = name.split(/\s+/).filter(Boolean)
  const letters = [parts[0], parts.length > 1 ? parts.at(-1) : undefined]
    .map(part => (part ? (Array.from(part)[0] ?? '') : ''))
    .join('')
  return (
    <span
      aria-hidden
      data-letters={letters}
      title={name}
      className={cx(
        // Drawn by the style, not as text: the name beside it or in the title is what is read.
        'inline-flex shrink-0 before:content-[attr(data-letters)] items-center justify-center rounded-full border bg-sunken font-medium text-ink-2 uppercase',
        small ? 'size-5 text-[9px]' : 'size-6 text-2xs',
      )}
    />
  )
}

/** Several people, named together for assistive technology. */
export function Avatars({ people, label }: { people: readonly { id: string; name: string }[]; label: string }) {
  if (people.length === 0) return null
  return (
    <span
      className="inline-flex items-center -space-x-1.5"
      role="img"
      aria-label={`${label}: ${people.map(one => one.name).join(', ')}`}
      title={`${label}: ${people.map(one => one.name).join(', ')}`}
    >
      {people.slice(0, 3).map(person => (
        <Avatar key={person.id} name={person.name} small />
      ))}
      {people.length > 3 && <span className="pl-2.5 text-2xs text-ink-3">+{people.length - 3}</span>}
    </span>
  )
}
