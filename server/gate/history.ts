import { eventWords } from '@/lib/audit/event-words'
import type { Registry } from '@/lib/gate/registry'
import { personNamed } from './hold-page'

const words: Readonly<Record<string, string>> = {
  'hold.opened': 'Held for people',
  'change.proposed': 'Proposed',
  'action.parked': 'Another call waits for this',
  'hold.seen': 'Seen',
  'hold.reviewed': 'Reviewed',
  'hold.revised': 'Arguments changed; earlier approvals are void',
  'hold.answered': 'A question was answered',
  'hold.extended': 'It was given more time',
  'hold.raised': 'More is required: the policy was tightened',
  'hold.approved': 'Approved',
  'hold.rejected': 'Rejected',
  'hold.expired': 'Expired: nobody decided in time',
  'hold.withdrawn': 'Taken back by the agent',
  'hold.contained': 'Stopped by a switch',
  'change.applied': 'Carried out',
  'change.failed': 'Could not be carried out',
  'hold.reminded': 'Those who may decide were reminded',
  'hold.told': 'Approvers were told',
  'hold.escalated': 'Passed on to the next level',
}

/** What has happened to a hold, from the log itself, oldest first. */
export function historyOf(events: readonly { type: string; body: string }[], registry: Registry) {
  return events.map(event => {
    const body: { at: string; by: { kind: string; id: string }; data: { verdict?: string } } = JSON.parse(event.body)
    const verdict =
      event.type === 'hold.reviewed' && body.data.verdict
        ? { approve: 'Approves', reject: 'Rejects', ask: 'Asks', pass: 'Passes on' }[body.data.verdict]
        : undefined
    return {
      at: body.at,
      type: event.type,
      text: verdict ?? words[event.type] ?? eventWords(event.type),
      by: body.by.kind === 'person' ? personNamed(registry, body.by.id) : null,
    }
  })
}
