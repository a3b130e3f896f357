'use client'
import Link from 'next/link'
import { RelativeTime } from '@/components/ui/relative-time'
import { ShareBar } from '@/components/ui/share-bar'
import { Effect } from './proof-effect'
import { Forecast, type Load } from './proof-forecast'
import { factWords } from './proof-words'

interface Change {
  readonly count: number
  readonly examples: readonly {
    readonly action_id: string
    readonly tool: string
    readonly agent_id: string
    readonly at: string
    readonly from: string
    readonly to: string
    readonly rules: readonly string[]
  }[]
}

/** What came of asking a candidate about what agents did (api: proof report). */
export interface Report {
  readonly from: string | null
  readonly rows: number
  readonly before_policy: number
  readonly judged: number
  readonly replayable: number
  readonly unreplayable: number
  readonly missing: readonly { readonly fact: string; readonly count: number }[]
  readonly unchanged: number
  readonly recorded_differs: number
  readonly changes: {
    readonly newly_allowed: Change
    readonly newly_narrowed: Change
    readonly newly_held: Change
    readonly newly_denied: Change
  }
  readonly forecast: { readonly days: number; readonly in_force: Load; readonly candidate: Load }
}

const kinds = [
  ['newly_allowed', 'Newly allowed'],
  ['newly_narrowed', 'Newly narrowed'],
  ['newly_held', 'Newly asked'],
  ['newly_denied', 'Newly denied'],
] as const

const many = (count: number, what: string) => `${count.toLocaleString('en')} ${what}${count === 1 ? '' : 's'}`

/** How many could be judged again, and why the others could not: said before any other number. */
function Denominator({ report }: { report: Report }) {
  return (
    <p className="text-ink-2 text-sm">
      <strong className="font-semibold text-ink">
        {report.replayable.toLocaleString('en')} of {report.judged.toLocaleString('en')}
      </strong>{' '}
      recorded decisions could be judged again
      {report.unreplayable > 0 &&
        `; ${report.unreplayable.toLocaleString('en')} could not, because this was not kept: ${report.missing
          .slice(0, 5)
          .map(one => `${factWords(one.fact)} (${one.count.toLocaleString('en')})`)
          .join(', ')}`}
      . {report.before_policy > 0 && `${many(report.before_policy, 'action')} had been stopped before any policy. `}
      {report.recorded_differs > 0 &&
        `${many(report.recorded_differs, 'action')} would be decided otherwise today already, because policy has changed since.`}
    </p>
  )
}

/** A report of replay or shadow: denominator, bars, examples, forecast. */
export function ReportView({ report }: { report: Report }) {
  const { changes } = report
  return (
    <div className="flex flex-col gap-5 p-4">
      <Denominator report={report} />
      {report.replayable > 0 && (
        <>
          <ShareBar
            label="What the candidate changes"
            parts={[
              { label: 'Newly allowed', count: changes.newly_allowed.count, tone: 'allowed' },
              { label: 'Newly narrowed', count: changes.newly_narrowed.count, tone: 'narrowed' },
              { label: 'Newly asked', count: changes.newly_held.count, tone: 'held' },
              { label: 'Newly denied', count: changes.newly_denied.count, tone: 'denied' },
              { label: 'As before', count: report.unchanged, tone: 'neutral' },
            ]}
          />
          {kinds.map(
            ([kind, label]) => changes[kind].count > 0 && <Examples key={kind} label={label} change={changes[kind]} />,
          )}
          <Forecast {...report.forecast} />
        </>
      )}
    </div>
  )
}

function Examples({ label, change }: { label: string; change: Change }) {
  return (
    <details className="rounded-md border">
      <summary className="min-h-8 cursor-default px-3 py-1.5 font-medium text-sm">
        {label}: {change.examples.length < change.count ? `${change.examples.length} of ` : ''}
        {many(change.count, 'action')}
      </summary>
      <ul className="divide-y border-t">
        {change.examples.map(one => (
          <li key={one.action_id} className="flex flex-wrap items-center gap-x-3 gap-y-1 px-3 py-2 text-sm">
            <code className="font-mono text-xs">{one.tool}</code>
            <span className="flex items-center gap-1.5">
              <Effect effect={one.from} /> <span aria-hidden>→</span>
              <span className="sr-only">becomes</span> <Effect effect={one.to} />
            </span>
            <span className="min-w-0 flex-1 truncate text-ink-3 text-xs">
              {one.rules.join(', ') || 'no rule allows it'}
            </span>
            <Link href={`/agents/${one.agent_id}`} className="text-xs underline underline-offset-2">
              Its agent
            </Link>
            <RelativeTime at={one.at} className="text-ink-3 text-xs" />
          </li>
        ))}
      </ul>
    </details>
  )
}
