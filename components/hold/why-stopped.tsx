import { Radar, Scale, ShieldCheck } from 'lucide-react'
import { WhyThis } from '@/components/policy/proof-explain'
import type { HoldDetail } from './hold'
import { reasonsInLine } from './risk-badge'

const looks = {
  rule: { icon: ShieldCheck, word: 'Rule' },
  floor: { icon: Scale, word: 'Always' },
  signal: { icon: Radar, word: 'Signal' },
} as const

/** The rules that held it, and what is unusual. */
export function WhyStopped({ hold }: { hold: HoldDetail }) {
  const said = new Set(hold.why.map(one => one.sentence))
  // The first three stand in the headline already.
  const reasons = hold.risk.reasons.slice(reasonsInLine).filter(reason => !said.has(reason))
  return (
    <div className="divide-y">
      {hold.why.map(one => {
        const { icon: Icon, word } = looks[one.kind]
        return (
          <div key={`${one.kind} ${one.id}`} className="flex items-start gap-3 px-4 py-2.5 max-sm:flex-wrap">
            <Icon className="mt-0.5 size-4 shrink-0 text-held" aria-hidden />
            <p className="min-w-0 flex-1 max-sm:basis-48">{one.sentence}</p>
            <span className="shrink-0 text-ink-3 text-xs max-sm:w-full max-sm:pl-7">
              {word} <code className="font-mono">{one.id}</code>
            </span>
          </div>
        )
      })}
      {reasons.length > 0 && (
        <p className="px-4 py-2.5 text-ink-2 text-sm">
          Also counted for the risk: {reasons.map(reason => reason.replace(/\.$/, '')).join('; ')}.
        </p>
      )}
      {hold.action_id && <WhyThis actionId={hold.action_id} />}
    </div>
  )
}
