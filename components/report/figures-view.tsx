import { ChartNoAxesColumn } from 'lucide-react'
import type { ReactNode } from 'react'
import { Chart } from '@/components/chart/chart'
import { CountBars } from '@/components/chart/count-bars'
import { DayBars } from '@/components/chart/day-bars'
import { DayLines } from '@/components/chart/day-lines'
import { lasting } from '@/components/chart/lasting'
import { EmptyState } from '@/components/ui/empty-state'
import type { Figures } from './reports'

const percent = (share: number) => `${Math.round(share * 100)} %`
const few = 'Fewer than three people decided: figures would name them.'
const seconds = (ms: number | undefined) => (ms === undefined ? null : Math.round(ms / 1_000))

/** A number that matters, with its word. */
function Tile({ label, children, about }: { label: string; children: ReactNode; about: string }) {
  return (
    <div className="flex min-w-0 flex-col gap-0.5 rounded-lg border bg-surface px-4 py-3">
      <dt className="text-ink-3 text-xs">{label}</dt>
      <dd className="num font-semibold text-xl">{children}</dd>
      <dd className="text-ink-2 text-xs">{about}</dd>
    </div>
  )
}

function Tiles({ figures }: { figures: Figures }) {
  const { time_to_decide: time, expiry_rate: rate, disagreement, regret } = figures
  return (
    <dl className="grid grid-cols-2 gap-3 lg:grid-cols-4">
      <Tile label="Time to decide" about={time ? `95 of 100 within ${lasting(time.p95_ms)}` : 'nothing to say yet'}>
        {time ? lasting(time.p50_ms) : '–'}
      </Tile>
      <Tile label="Expired undecided" about={`${figures.expired} of ${figures.expired + figures.decided}`}>
        {rate === null ? '–' : percent(rate)}
      </Tile>
      <Tile label="Disagreement" about="verdicts that met another one on the same approval">
        {disagreement ? `${disagreement.disagreed} of ${disagreement.reviews}` : '–'}
      </Tile>
      <Tile label="Regretted" about="approved, then put back or stopped within a day">
        {regret ? `${regret.regretted} of ${regret.approved}` : '–'}
      </Tile>
    </dl>
  )
}

function Reading({ reading, name }: { reading: NonNullable<Figures['reading']>; name: string }) {
  const bars = [
    { label: 'Long enough to read it', count: reading.read },
    { label: 'Faster than it can be read', count: reading.hurried },
    { label: 'Arguments never opened', count: reading.unopened },
    { label: 'Cannot be told: content erased', count: reading.unknown },
  ]
  const all = bars.reduce((sum, one) => sum + one.count, 0)
  const blind = reading.hurried + reading.unopened
  return (
    <Chart
      title="Read before decided"
      says={
        all === 0
          ? 'Nothing was decided.'
          : `${blind} of ${all} verdicts were given faster than reading allows, or unread.`
      }
      columns={[
        { head: 'Verdict given', of: one => one.label },
        { head: 'Verdicts', of: one => one.count },
      ]}
      rows={bars}
      name={`${name}-reading`}
    >
      <CountBars bars={bars} />
    </Chart>
  )
}

/** Figures of one person or of teams, each as a picture, in words, as a table and as a file. */
export function FiguresView({ figures, name, small }: { figures: Figures; name: string; small: boolean }) {
  const { days, load, reading } = figures
  if (figures.decided + figures.expired === 0)
    return (
      <div className="rounded-lg border bg-surface">
        <EmptyState icon={ChartNoAxesColumn} title="Nothing was decided in this time">
          Once something is decided, or expires undecided, this shows how long it took and how much there was.
        </EmptyState>
      </div>
    )
  return (
    <div className="flex flex-col gap-4">
      <Tiles figures={figures} />
      {small && <p className="rounded-lg border bg-surface px-4 py-3 text-ink-2 text-sm">{few}</p>}
      <div className="grid gap-4 lg:grid-cols-2">
        <Chart
          title="Decided and expired, by day"
          says={`${figures.decided} decided by people, ${figures.expired} expired.`}
          columns={[
            { head: 'Day (UTC)', of: one => one.day },
            { head: 'Decided', of: one => one.decided },
            { head: 'Expired', of: one => one.expired },
          ]}
          rows={days}
          name={`${name}-by-day`}
        >
          <DayBars
            days={days.map(one => ({ day: one.day, plain: one.decided, hatched: one.expired }))}
            words={{ plain: 'decided', hatched: 'expired undecided' }}
          />
        </Chart>
        <Chart
          title="Time to decide, by day"
          says={
            figures.time_to_decide
              ? `Half within ${lasting(figures.time_to_decide.p50_ms)}, 95 of 100 within ${lasting(figures.time_to_decide.p95_ms)}.`
              : 'Nothing to say.'
          }
          columns={[
            { head: 'Day (UTC)', of: one => one.day },
            { head: 'Half within, seconds', of: one => seconds(one.time_to_decide?.p50_ms) },
            { head: '95 of 100 within, seconds', of: one => seconds(one.time_to_decide?.p95_ms) },
          ]}
          rows={days}
          name={`${name}-time`}
        >
          <DayLines
            days={days.map(one => ({
              day: one.day,
              half: one.time_to_decide?.p50_ms ?? null,
              most: one.time_to_decide?.p95_ms ?? null,
            }))}
          />
        </Chart>
        {reading && <Reading reading={reading} name={name} />}
        {load && figures.people > 1 && (
          <Chart
            title="Load"
            says={`${load.reviews} verdicts by ${figures.people} people.`}
            columns={[
              { head: 'Verdicts', of: one => one.label },
              { head: 'Count', of: one => one.count },
            ]}
            rows={loadBars(load)}
            name={`${name}-load`}
          >
            <CountBars bars={loadBars(load)} />
          </Chart>
        )}
      </div>
    </div>
  )
}

const loadBars = (load: NonNullable<Figures['load']>) => [
  { label: 'Whoever decides most', count: load.most },
  { label: 'Half of them give no more than', count: load.median },
]
