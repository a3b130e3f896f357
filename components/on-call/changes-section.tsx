'use client'
import { useSubmit } from '@/components/data/use-submit'
import { Button } from '@/components/ui/button'
import { FormProblem } from '@/components/ui/form-problem'
import { Section } from '@/components/ui/section'
import { removeAbsence, removeOverride, type ScheduleDetail, type Who } from './schedules'
import { shownIn } from './times'

const nameOf = (who: Who) => who.name ?? 'somebody'

/** What differs from the plan, from now on: who takes over, and who is away. */
export function ChangesSection({ schedule }: { schedule: ScheduleDetail }) {
  const withdraw = useSubmit((verb: () => Promise<unknown>) => verb())
  const zone = schedule.time_zone
  const lines = [
    ...schedule.overrides.map(one => ({
      ...one,
      text: `${nameOf(one.person)} takes over`,
      may: schedule.may_change,
      label: `Take back: ${nameOf(one.person)} takes over`,
      undo: () => removeOverride(schedule.id, one.id),
    })),
    ...schedule.absences.map(one => ({
      ...one,
      text: `${nameOf(one.person)} is away${one.stand_in ? `, ${nameOf(one.stand_in)} stands in` : ', nobody stands in'}`,
      may: one.may_remove,
      label: `Take back: ${nameOf(one.person)} is away`,
      undo: () => removeAbsence(one.id),
    })),
  ].sort((a, b) => a.from.localeCompare(b.from))
  if (lines.length === 0) return null
  return (
    <Section title="Overrides and absences">
      <ul className="divide-y">
        {lines.map(one => (
          <li key={one.id} className="flex flex-wrap items-center gap-x-3 gap-y-1 px-4 py-2.5">
            <span className="font-medium text-sm">
              <bdi>{one.text}</bdi>
            </span>
            <span className="text-ink-2 text-xs">
              {shownIn(zone, one.from)} to {shownIn(zone, one.until)} · said by {nameOf(one.by)}
            </span>
            {one.may && (
              <Button
                size="sm"
                look="quiet"
                className="ml-auto"
                aria-label={one.label}
                disabled={withdraw.busy}
                onClick={() => void withdraw.run(one.undo)}
              >
                Take back
              </Button>
            )}
          </li>
        ))}
      </ul>
      <FormProblem text={withdraw.general} />
    </Section>
  )
}
