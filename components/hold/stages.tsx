import { Check, Circle, CircleDot } from 'lucide-react'
import type { HoldDetail } from './hold'

const looks = {
  met: { icon: Check, word: 'Done', colour: 'text-allowed' },
  open: { icon: CircleDot, word: 'Its turn', colour: 'text-held' },
  later: { icon: Circle, word: 'Later', colour: 'text-ink-3' },
} as const

/** The approval policies that it needs: which stage has its turn, and who may still fill it; for others than who approves, how long it must be read. */
export function Stages({ hold }: { hold: HoldDetail }) {
  const { policies = [], rejects = 1, reading_seconds: seconds = null } = hold.requirement
  // Whoever may approve reads it beside the verb.
  const reading = hold.me.may_approve ? null : seconds
  if (policies.length === 0 && reading === null) return null
  return (
    <div className="flex flex-col gap-3">
      {policies.map(policy => (
        <section key={`${policy.name}@${policy.version}`} aria-label={policy.title} className="flex flex-col gap-2">
          <h3 className="font-medium text-sm">
            {policy.title} <span className="font-normal text-ink-3 text-xs">version {policy.version}</span>
          </h3>
          <ol className="flex flex-col gap-2">
            {policy.stages.map(({ label, turn, sentence, open_to }) => {
              const { icon: Icon, word, colour } = looks[turn]
              return (
                <li key={label} className="flex items-start gap-2 text-sm">
                  <Icon className={`mt-0.5 size-4 shrink-0 ${colour}`} aria-hidden />
                  <span className="min-w-0">
                    <span className="font-medium">{label}</span> <span className={`text-xs ${colour}`}>{word}</span>
                    <span className="block text-ink-2 text-xs">{sentence}</span>
                    {turn !== 'met' && (
                      <span className="block text-ink-3 text-xs">
                        {open_to.length === 0
                          ? 'Nobody is left who may.'
                          : `May still: ${open_to.map(one => one.name).join(', ')}`}
                      </span>
                    )}
                  </span>
                </li>
              )
            })}
          </ol>
        </section>
      ))}
      {reading !== null && (
        <p className="text-ink-2 text-xs">
          Whoever approves must have had it before them for {reading} seconds, shown to its end. A quicker yes is
          refused.
        </p>
      )}
      {rejects > 1 && <p className="text-ink-3 text-xs">{rejects} rejects end it.</p>}
    </div>
  )
}
