import { FileWarning, type LucideIcon, Radar } from 'lucide-react'
import type { ReactNode } from 'react'
import { Revealed } from '@/components/action/hostile-text'
import type { Doubt } from '@/lib/session/doubt'
import { type HoldDetail, isOpen } from './hold'
import { doubtsOf } from './provenance'

function Line({ icon: Icon, children }: { icon: LucideIcon; children: ReactNode }) {
  return (
    <li className="flex items-start gap-2.5">
      <Icon className="mt-0.5 size-4 shrink-0 text-held" aria-hidden />
      <span className="min-w-0 [overflow-wrap:anywhere]">{children}</span>
    </li>
  )
}

function DoubtLine({ doubt, asked }: { doubt: Doubt; asked: boolean }) {
  const name = (
    <strong className="font-semibold">
      <Revealed text={doubt.name} />
    </strong>
  )
  const notAsked = asked ? 'is in no recorded words of a person' : 'was not asked for by a person'
  return (
    <Line icon={FileWarning}>
      {name}{' '}
      {doubt.kind === 'unread' ? (
        <>was not looked for: there are too many values, or too much text. Nobody knows where it comes from.</>
      ) : doubt.kind === 'unknown' ? (
        <>{notAsked}, nor in anything else that the agent reported.</>
      ) : (
        <>
          {notAsked}: it comes from content that nobody vouches for
          {doubt.ref && (
            <>
              ,{' '}
              <span className="font-mono text-xs">
                <Revealed text={doubt.ref} />
              </span>
            </>
          )}
          .
        </>
      )}
    </Line>
  )
}

/** What one would overlook and regret: money or a recipient that nobody asked for, and what is unusual for this agent. */
export function LookTwice({ hold }: { hold: HoldDetail }) {
  const doubts = isOpen(hold) ? doubtsOf(hold) : []
  const signals = hold.why.filter(one => one.kind === 'signal')
  if (doubts.length + signals.length === 0) return null
  return (
    <section
      aria-label="Look twice"
      className="rounded-lg border border-held-line bg-held-soft px-4 py-3 text-ink text-sm"
    >
      <h2 className="mb-1 font-semibold text-held">Look twice</h2>
      <ul className="flex flex-col gap-1">
        {doubts.map(doubt => (
          <DoubtLine key={doubt.name} doubt={doubt} asked={hold.action?.context?.prompt !== undefined} />
        ))}
        {signals.map(signal => (
          <Line key={signal.id} icon={Radar}>
            {signal.sentence}
          </Line>
        ))}
      </ul>
    </section>
  )
}
