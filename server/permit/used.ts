import type { EventDraft } from '@/lib/kernel/event'
import type { Principal } from '@/lib/kernel/principal'
import type { PermitUse } from './store'

/** What the log tells of a use: `by` is who spoke, `consumer` whose use it is. */
export const usedEvent = (made: PermitUse, by: Principal): EventDraft => ({
  type: 'permit.consumed',
  by,
  subjects: [...new Set([made.action_id, made.agent_id, made.consumer_id])],
  data: {
    permit: made.permit_id,
    action: made.action_id,
    agent: made.agent_id,
    tool: made.tool,
    consumer: made.consumer_id,
    credential: made.credential_id,
    receipt: made.receipt,
  },
})
