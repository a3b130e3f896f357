import { ClockTime } from '@/components/ui/clock-time'
import { duration } from './level-words'

interface StepItem {
  readonly step: string
  readonly at: string
  readonly level: number | null
  readonly repeat: number
  readonly people: readonly { readonly id: string; readonly name: string; readonly why: string }[]
  readonly added?: readonly string[]
  readonly left_out?: readonly { readonly id: string; readonly name: string; readonly because: string }[]
}

const titleOf = ({ step, level, repeat }: StepItem): string => {
  if (step === 'opened') return 'It opens'
  if (level === null) return `Reminder at ${step.split('.')[1]} %`
  return repeat === 0 ? `Level ${level}` : `Level ${level}, again`
}

/** Who is told when and why, in order; who is left out, with the reason. `from` counts the time since then. */
export function StepsTimeline({ steps, label, from }: { steps: readonly StepItem[]; label: string; from?: string }) {
  return (
    <ol aria-label={label} className="flex flex-col gap-2.5">
      {steps.map(step => (
        <li key={step.step} className="flex flex-col gap-0.5 border-line border-l-2 pl-3 text-xs">
          <p className="flex flex-wrap items-baseline gap-x-2">
            <span className="font-medium">{titleOf(step)}</span>
            <span className="num text-ink-3">
              <ClockTime at={step.at} />
              {from && ` · after ${duration((Date.parse(step.at) - Date.parse(from)) / 1_000)}`}
            </span>
          </p>
          {step.people.length === 0 ? (
            <p className="text-ink-3">Nobody to tell: the next level is told at once.</p>
          ) : (
            step.people.map(one => (
              <p key={one.id} className="text-ink-2">
                <bdi className="font-medium text-ink">{one.name}</bdi> · {one.why}
                {step.added?.includes(one.id) && ' They may decide it from then on.'}
              </p>
            ))
          )}
          {step.left_out?.map(one => (
            <p key={one.id} className="text-ink-3">
              Not <bdi>{one.name}</bdi>: {one.because}
            </p>
          ))}
        </li>
      ))}
    </ol>
  )
}
