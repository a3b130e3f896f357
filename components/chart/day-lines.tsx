import { Feet, Top } from './day-bars'
import { lasting } from './lasting'

export interface DayLine {
  readonly day: string
  /** Milliseconds; null where there is nothing to say. */
  readonly half: number | null
  readonly most: number | null
}

const [width, height, foot, head] = [600, 100, 4, 6]

/** Two times a day: rings on an unbroken line, squares on a dashed one. Days without are gaps. */
export function DayLines({ days }: { days: readonly DayLine[] }) {
  const top = Math.max(1, ...days.map(one => one.most ?? 0))
  const step = width / Math.max(1, days.length)
  const x = (at: number) => at * step + step / 2
  const y = (ms: number) => height - foot - (ms / top) * (height - foot - head)
  const path = (of: (one: DayLine) => number | null) => {
    let drawn = ''
    days.forEach((one, at) => {
      const value = of(one)
      const before = days[at - 1]
      if (value !== null) drawn += `${before && of(before) !== null ? 'L' : 'M'}${x(at)} ${y(value)}`
    })
    return drawn
  }
  return (
    <div>
      <Top>longest: {lasting(top)}</Top>
      <svg viewBox={`0 0 ${width} ${height}`} className="h-auto w-full" aria-hidden>
        <line x1="0" x2={width} y1={height - foot} y2={height - foot} className="stroke-line-strong" />
        <path d={path(one => one.most)} fill="none" strokeDasharray="5 4" className="stroke-held" strokeWidth="1.5" />
        <path d={path(one => one.half)} fill="none" className="stroke-accent" strokeWidth="2" />
        {days.map((one, at) => (
          <g key={one.day}>
            {one.most !== null && <rect x={x(at) - 3} y={y(one.most) - 3} width="6" height="6" className="fill-held" />}
            {one.half !== null && (
              <circle cx={x(at)} cy={y(one.half)} r="3" className="fill-surface stroke-accent" strokeWidth="2" />
            )}
          </g>
        ))}
      </svg>
      <Feet days={days.map(one => one.day)} />
      <p className="flex flex-wrap gap-x-4 text-ink-2 text-xs" aria-hidden>
        <span>○ half were decided within</span>
        <span>■ 95 of 100 within</span>
      </p>
    </div>
  )
}
