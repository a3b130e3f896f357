import { TriangleAlert } from 'lucide-react'
import { InOrder } from '@/components/ui/in-order'
import type { CheckedPolicy } from './approval-policies'

const days = ['Mondays', 'Tuesdays', 'Wednesdays', 'Thursdays', 'Fridays', 'Saturdays', 'Sundays']

function peopleWords({ least, most }: { least: number; most: number }): string {
  const people = (n: number) => `${n} ${n === 1 ? 'person' : 'people'}`
  return least === most ? people(most) : `${least} to ${people(most)}, by team`
}

/** Who could meet this today, group by group, before it is saved. */
export function WhoCould({ checked }: { checked: CheckedPolicy }) {
  const warnings = [
    ...checked.faults,
    ...(checked.faults.length === 0 && !checked.possible ? ['Nobody of today could meet it: it cannot be saved.'] : []),
    ...(checked.possible && checked.unmet_in.length > 0
      ? [`What agents of ${checked.unmet_in.join(', ')} ask would be denied at once: too few people there could agree.`]
      : []),
  ]
  return (
    <section
      aria-label="Who could agree today"
      className="flex flex-col gap-2 rounded-lg bg-sunken px-3 py-2.5 text-sm"
    >
      <h3 className="font-medium">Who could agree today</h3>
      <ul className="flex flex-col gap-1.5">
        <InOrder
          of={checked.stages.flatMap((stage, at) => stage.groups.map(group => ({ stage, at, group })))}
          draw={({ stage, at, group }) => (
            <li className="flex flex-wrap justify-between gap-x-3">
              <span className="text-ink-2">
                {stage.label || `Stage ${at + 1}`}: {group.approvals} of {group.who}
              </span>
              <span className={group.least < group.approvals ? 'text-denied' : undefined}>
                {peopleWords(group)}
                {group.free_days.length > 0 && group.most > 0 && (
                  <span className="text-held">, 0 on {group.free_days.map(day => days[day - 1]).join(', ')}</span>
                )}
              </span>
            </li>
          )}
        />
      </ul>
      {warnings.map(text => (
        <p key={text} className="flex items-start gap-1.5 text-denied">
          <TriangleAlert className="mt-0.5 size-4 shrink-0" aria-hidden /> {text}
        </p>
      ))}
    </section>
  )
}
