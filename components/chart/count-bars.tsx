export interface CountBar {
  readonly label: string
  readonly count: number
}

/** A few counts side by side, each with its word and its number. */
export function CountBars({ bars }: { bars: readonly CountBar[] }) {
  const most = Math.max(1, ...bars.map(one => one.count))
  return (
    <dl className="flex flex-col gap-2">
      {bars.map(one => (
        <div key={one.label} className="grid grid-cols-[minmax(0,1fr)_3rem] items-center gap-x-3 text-sm">
          <dt className="col-span-2 text-ink-2 text-xs">{one.label}</dt>
          <dd className="contents">
            <svg viewBox="0 0 100 6" preserveAspectRatio="none" className="h-2.5 w-full" aria-hidden>
              <rect width="100" height="6" className="fill-sunken" />
              <rect width={(one.count / most) * 100} height="6" className="fill-accent" />
            </svg>
            <span className="num text-right font-medium">{one.count.toLocaleString('en')}</span>
          </dd>
        </div>
      ))}
    </dl>
  )
}
