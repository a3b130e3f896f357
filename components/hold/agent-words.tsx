import { HostileText } from '@/components/action/hostile-text'
import { hasPlanWords, PlanWords } from '@/components/plan/plan-words'
import type { HoldDetail } from './hold'

/** Did who asks add words of its own to what it asks for? */
export function hasAgentWords({ action, change }: Pick<HoldDetail, 'action' | 'change'>): boolean {
  if (change?.kind === 'plan.approve') return hasPlanWords(change.after)
  return Boolean(action?.intent || action?.asked_with || action?.context?.prompt)
}

/**
 * Why, as the agent says it, and what else it claims. It stands after every fact: urgency and big names must not be what is
 * read first (U10).
 */
export function AgentWords({ hold: { action, change } }: { hold: HoldDetail }) {
  return (
    <div className="flex flex-col gap-3 px-4 py-3">
      {change?.kind === 'plan.approve' && <PlanWords shown={change.after} />}
      {action?.intent && (
        <HostileText
          text={action.intent}
          label="Why, as the agent says it: written by the agent, not checked"
          limit={300}
        />
      )}
      {action?.asked_with && (
        <HostileText
          text={action.asked_with}
          label="What came with the request for approval: written by who asks, not checked"
          limit={300}
        />
      )}
      {action?.context?.prompt && (
        <HostileText text={action.context.prompt} label="The person’s request, as the agent reports it" limit={300} />
      )}
    </div>
  )
}
