import { Bot } from 'lucide-react'
import { Revealed } from '@/components/action/hostile-text'
import { CanaryNote } from '@/components/report/canary-note'
import { RelativeTime } from '@/components/ui/relative-time'
import { StateBadge } from '@/components/ui/state-badge'
import type { HoldDetail } from './hold'
import { Obligations } from './obligations'
import { Title } from './title'

function deciders(hold: HoldDetail): string {
  const counted = hold.reviews.filter(one => one.counted && (one.verdict === 'approve' || one.verdict === 'reject'))
  return counted.map(one => `${one.by.name}${one.self ? ' (self)' : ''}`).join(' and ') || (hold.decided_by?.name ?? '')
}

/** What it means that nothing has been heard since. */
function silence(hold: HoldDetail): string {
  if (hold.kind === 'change') return 'It is on record.'
  if (hold.action?.decision?.verdict === 'allow') return 'The agent has not said yet how it went.'
  return 'It did not run. The agent has asked for nothing since.'
}

/** It is over: how, by whom, what the agent was told, and what it did next. */
export function DecisionOutcome({ hold }: { hold: HoldDetail }) {
  const decision = hold.action?.decision
  const at = hold.decided_at ?? decision?.decided_at ?? null
  const who = deciders(hold)
  const after = hold.session_actions.filter(one => one.id !== hold.action_id && (!at || one.at > at))
  return (
    <div className="flex flex-col gap-3" aria-live="polite">
      <p className="flex flex-wrap items-center gap-2 text-base">
        <StateBadge state={hold.status} />
        {who && <span className="font-medium">by {who}</span>}
        {at && <RelativeTime at={at} className="text-ink-3 text-sm" />}
      </p>
      {hold.kind === 'action' && <CanaryNote hold={hold.id} />}
      {hold.change?.failure && (
        <p className="text-denied text-sm">It was approved but not carried out: {hold.change.failure}</p>
      )}
      {decision && (
        <div className="rounded-md border bg-sunken px-3 py-2 text-sm">
          <p className="mb-0.5 flex items-center gap-1.5 text-ink-3 text-xs">
            <Bot className="size-3.5" aria-hidden /> What the agent received
          </p>
          <p>
            {decision.verdict === 'allow' ? 'Go on' : 'No'}: <Revealed text={decision.reason} />
          </p>
          <code className="font-mono text-ink-3 text-xs">{decision.code}</code>
        </div>
      )}
      <div className="text-sm">
        <p className="mb-1 text-ink-3 text-xs">What happened next</p>
        {hold.outcome ? (
          <p className="flex flex-wrap items-center gap-2">
            <StateBadge state={hold.outcome.status} />
            {hold.outcome.summary && <Revealed text={hold.outcome.summary} />}
            <RelativeTime at={hold.outcome.at} className="text-ink-3 text-xs" />
          </p>
        ) : (
          after.length === 0 && <p className="text-ink-2">{silence(hold)}</p>
        )}
        <Obligations narrowed={[]} kept={hold.kept ?? []} />
        {after.map(one => (
          <p key={one.id} className="mt-1 flex items-center gap-2">
            <StateBadge state={one.status} />
            <span className="min-w-0 truncate">
              {one.title ? <Title text={one.title} /> : <code className="font-mono text-xs">{one.tool}</code>}
            </span>
          </p>
        ))}
      </div>
    </div>
  )
}
