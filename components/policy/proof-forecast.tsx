import { cx } from '@/components/ui/cx'

/** How often people are asked, a day (api: forecast). */
export interface Load {
  readonly held_a_day: number
  readonly approvals_a_day: number
  readonly outside_hours_a_day: number
  readonly by_rule: readonly { readonly rule: string; readonly sentence: string; readonly a_day: number }[]
  readonly by_group: readonly {
    readonly who: string
    readonly approvers: number
    readonly approvals_a_day: number
    readonly per_approver_a_day: number | null
  }[]
}

function Bar({ label, value, most, candidate }: { label: string; value: number; most: number; candidate: boolean }) {
  return (
    <div className="flex items-center gap-2 text-xs">
      <span className="w-20 shrink-0 text-ink-3">{label}</span>
      <span className="h-2 flex-1 rounded-full bg-sunken" aria-hidden>
        <span
          className={cx('block h-2 rounded-full', candidate ? 'bg-held' : 'bg-line-strong')}
          style={{ width: most === 0 ? 0 : `${Math.max(value === 0 ? 0 : 1, (100 * value) / most)}%` }}
        />
      </span>
      <span className="num w-16 shrink-0 text-right">{value.toLocaleString('en')}</span>
    </div>
  )
}

function Pair({ title, now, then }: { title: string; now: number; then: number }) {
  const most = Math.max(now, then)
  return (
    <figure aria-label={`${title}: ${now} a day now, ${then} with the candidate`} className="flex flex-col gap-1">
      <figcaption className="font-medium text-sm">{title}</figcaption>
      <Bar label="now" value={now} most={most} candidate={false} />
      <Bar label="candidate" value={then} most={most} candidate />
    </figure>
  )
}

/** The load that a candidate would bring, beside today's: approvals a day, per approver, outside hours, by rule. */
export function Forecast({ days, in_force, candidate }: { days: number; in_force: Load; candidate: Load }) {
  return (
    <section aria-label="Load forecast" className="flex flex-col gap-4">
      <p className="text-ink-3 text-xs">
        A day, from {days.toLocaleString('en')} {days === 1 ? 'day' : 'days'} of recorded actions. Outside hours is
        before 8, from 18 on, and at weekends, in the owning team’s calendar where it was kept, else in UTC.
      </p>
      <div className="grid gap-4 sm:grid-cols-3">
        <Pair title="Actions asked" now={in_force.held_a_day} then={candidate.held_a_day} />
        <Pair title="Approvals" now={in_force.approvals_a_day} then={candidate.approvals_a_day} />
        <Pair title="Outside hours" now={in_force.outside_hours_a_day} then={candidate.outside_hours_a_day} />
      </div>
      {candidate.by_group.length > 0 && (
        <dl className="grid gap-x-6 gap-y-1 text-sm sm:grid-cols-2">
          {candidate.by_group.map(one => (
            <div key={one.who} className="flex flex-wrap justify-between gap-x-3">
              <dt className="text-ink-2">{one.who}</dt>
              <dd className="num text-ink-3">
                {one.per_approver_a_day === null
                  ? `${one.approvals_a_day} a day, and nobody to ask`
                  : `${one.per_approver_a_day} a day each (${one.approvers} ${one.approvers === 1 ? 'person' : 'people'})`}
              </dd>
            </div>
          ))}
        </dl>
      )}
      {candidate.by_rule.length > 0 && (
        <ol className="divide-y rounded-md border">
          {candidate.by_rule.slice(0, 10).map(one => (
            <li key={one.rule} className="flex items-baseline gap-3 px-3 py-1.5 text-sm">
              <span className="min-w-0 flex-1">{one.sentence}</span>
              <span className="num shrink-0 text-ink-3 text-xs">{one.a_day} a day</span>
            </li>
          ))}
        </ol>
      )}
    </section>
  )
}
