import { z } from 'zod'
import type { EventDraft } from '@/lib/kernel/event'
import type { Principal } from '@/lib/kernel/principal'
import { grantKinds } from './grant'

/** One line as the log says it: what its parameters may be is content, and stands there as a digest. */
const line = z.strictObject({
  line_id: z.string(),
  tool: z.string(),
  operation: z.string(),
  environment: z.string(),
  count: z.number().int(),
  amount: z.strictObject({ value: z.string(), currency: z.string() }).nullable(),
  terms: z.string(),
})
const which = { grant_id: z.string(), agent_id: z.string() }

/** What may be recorded of standing approvals. Their uses are the decisions by `grant`, which name grant and line. */
export const grantEvents = {
  'grant.proposed': z.strictObject({ ...which, kind: z.enum(grantKinds), hold: z.string(), lines: z.array(line) }),
  'grant.created': z.strictObject({
    ...which,
    kind: z.enum(grantKinds),
    hold: z.string(),
    lines: z.array(line),
    approvals: z.number().int(),
    expires_at: z.string(),
    approved_by: z.array(z.string()),
  }),
  'grant.glass_broken': z.strictObject({
    ...which,
    hold: z.string(),
    expires_at: z.string(),
    people: z.array(z.string()),
  }),
  'grant.revoked': z.strictObject({ ...which, revoked_at: z.string() }),
  'grant.exhausted': z.strictObject({ ...which, closed_at: z.string() }),
  'grant.expired': z.strictObject({ ...which, closed_at: z.string() }),
  'grant.ended': z.strictObject({ ...which, closed_at: z.string(), why: z.string() }),
  'grant.reviewed': z.strictObject({ ...which, verdict: z.enum(['justified', 'not_justified']) }),
} as const

export type GrantEventType = keyof typeof grantEvents

/** Drafts one of these events. */
export function grantEvent<T extends GrantEventType>(
  type: T,
  by: Principal,
  data: z.output<(typeof grantEvents)[T]>,
  more: readonly string[] = [],
): EventDraft {
  return { type, by, subjects: [data.grant_id, data.agent_id, ...more], data }
}
