import type { ReactNode } from 'react'

/** Pairs of a name and a fact; pairs without a fact are left out. */
export function FactsList({
  facts,
  columns = 2,
}: {
  facts: readonly (readonly [name: string, fact: ReactNode])[]
  columns?: 1 | 2
}) {
  const known = facts.filter(([, fact]) => fact !== null && fact !== undefined && fact !== '' && fact !== false)
  return (
    <dl className={columns === 2 ? 'grid gap-x-6 gap-y-1.5 sm:grid-cols-2' : 'grid gap-y-1.5'}>
      {known.map(([name, fact]) => (
        <div key={name} className="flex min-w-0 items-baseline gap-2">
          <dt className="w-24 shrink-0 text-ink-3 text-xs">{name}</dt>
          <dd className="min-w-0 flex-1 text-sm [overflow-wrap:anywhere]">{fact}</dd>
        </div>
      ))}
    </dl>
  )
}
