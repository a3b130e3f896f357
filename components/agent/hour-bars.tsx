import type { Readiness } from './enforcement'

const word = (hour: number) => `${String(hour).padStart(2, '0')}:00`

/** How many would have stopped, by hour of the team's day: bars, and the same as a table for whoever cannot see them. */
export function HourBars({ hours, zone }: { hours: Readiness['by_hour']; zone: string }) {
  const most = Math.max(1, ...hours.map(one => one.held + one.denied))
  const share = (count: number) => `${(count / most) * 100}%`
  return (
    <figure className="flex flex-col gap-1">
      <figcaption className="text-ink-3 text-xs">By hour of the day, {zone}</figcaption>
      <div aria-hidden className="flex h-20 items-end gap-0.5 border-b">
        {hours.map(one => (
          <div
            key={one.hour}
            className="flex h-full min-w-0 flex-1 flex-col justify-end"
            title={`${word(one.hour)}: ${one.held} would have waited, ${one.denied} been denied`}
          >
            <div className="bg-denied" style={{ height: share(one.denied) }} />
            <div className="bg-held" style={{ height: share(one.held) }} />
          </div>
        ))}
      </div>
      <div aria-hidden className="num flex justify-between text-2xs text-ink-3">
        {[0, 6, 12, 18].map(hour => (
          <span key={hour}>{word(hour)}</span>
        ))}
        <span>24:00</span>
      </div>
      <table className="sr-only">
        <caption>What would have stopped, by hour of the day</caption>
        <thead>
          <tr>
            <th scope="col">Hour</th>
            <th scope="col">Would have waited</th>
            <th scope="col">Would have been denied</th>
          </tr>
        </thead>
        <tbody>
          {hours
            .filter(one => one.held + one.denied > 0)
            .map(one => (
              <tr key={one.hour}>
                <th scope="row">{word(one.hour)}</th>
                <td>{one.held}</td>
                <td>{one.denied}</td>
              </tr>
            ))}
        </tbody>
      </table>
    </figure>
  )
}
