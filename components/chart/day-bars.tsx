import { type ReactNode, useId } from 'react'

export interface DayBar {
  readonly day: string
  readonly plain: number
  readonly hatched: number
}

const [width, height] = [600, 100]

/** `2026-03-29` is “29 Mar”. */
export function shortDay(day: string): string {
  return new Date(`${day}T00:00:00Z`).toLocaleDateString('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' })
}

/** Two counts a day: one plain, one hatched above it, so that they are told apart without colour. */
export function DayBars({ days, words }: { days: readonly DayBar[]; words: { plain: string; hatched: string } }) {
  const id = useId()
  const most = Math.max(1, ...days.map(one => one.plain + one.hatched))
  const step = width / Math.max(1, days.length)
  const scale = (height - 4) / most
  const base = height - 1
  return (
    <div>
      <Top>most on a day: {most}</Top>
      <svg viewBox={`0 0 ${width} ${height}`} className="h-auto w-full" aria-hidden>
        <defs>
          <pattern id={id} width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
            <rect width="5" height="5" className="fill-surface" />
            <rect width="2.2" height="5" className="fill-denied" />
          </pattern>
        </defs>
        <line x1="0" x2={width} y1={base} y2={base} className="stroke-line-strong" />
        {days.map((one, at) => (
          <g key={one.day}>
            <rect
              x={at * step + step * 0.15}
              width={step * 0.7}
              y={base - one.plain * scale}
              height={one.plain * scale}
              className="fill-accent"
            />
            {one.hatched > 0 && (
              <rect
                x={at * step + step * 0.15}
                width={step * 0.7}
                y={base - (one.plain + one.hatched) * scale}
                height={one.hatched * scale}
                fill={`url(#${id})`}
                className="stroke-denied"
              />
            )}
          </g>
        ))}
      </svg>
      <Feet days={days.map(one => one.day)} />
      <p className="flex flex-wrap gap-x-4 text-ink-2 text-xs" aria-hidden>
        <span className="inline-flex items-center gap-1.5">
          <svg viewBox="0 0 12 12" className="size-3" aria-hidden>
            <rect width="12" height="12" className="fill-accent" />
          </svg>
          {words.plain}
        </span>
        <span className="inline-flex items-center gap-1.5">
          <svg viewBox="0 0 12 12" className="size-3" aria-hidden>
            <rect width="12" height="12" fill={`url(#${id})`} className="stroke-denied" />
          </svg>
          {words.hatched}
        </span>
      </p>
    </div>
  )
}

/** The greatest value over a picture. */
export function Top({ children }: { children: ReactNode }) {
  return (
    <p className="num text-2xs text-ink-3" aria-hidden>
      {children}
    </p>
  )
}

/** The first and the last day, under what is drawn. */
export function Feet({ days }: { days: readonly string[] }) {
  const [first, last] = [days[0], days.at(-1)]
  return (
    <p className="num mb-1 flex justify-between text-2xs text-ink-3" aria-hidden>
      <span>{first && shortDay(first)}</span>
      <span>{last && shortDay(last)}</span>
    </p>
  )
}
