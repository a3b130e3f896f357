import { z } from 'zod'
import { ending, receivedAction } from '@/lib/action/events'

const requirement = z.strictObject({
  stages: z.array(
    z.strictObject({ approvals: z.number().int(), who: z.array(z.looseObject({ relation: z.string() })) }),
  ),
  veto: z.boolean(),
})
const people = z.strictObject({ hold: z.string(), people: z.array(z.string()) })

/** How a hold ended: one of an action carries that action's decision, one of a change what it was to change. */
const over = z.union([
  z.strictObject({
    hold: z.string(),
    kind: z.literal('action'),
    action: z.string(),
    ...ending,
    modified: z.boolean(),
    self: z.boolean().optional(),
    seen: z.boolean().optional(),
    denied_by_rule: z.boolean().optional(),
    approvers: z.array(z.string()).optional(),
  }),
  z.strictObject({
    hold: z.string(),
    kind: z.literal('change'),
    change: z.string(),
    subject: z.string(),
    self: z.boolean().optional(),
    seen: z.boolean().optional(),
    denied_by_rule: z.boolean().optional(),
    approvers: z.array(z.string()).optional(),
  }),
])
const finished = z.strictObject({
  hold: z.string(),
  change: z.string(),
  subject: z.string(),
  failure: z.string().nullable(),
})

/** What may be recorded of holds and changes, by type. */
export const holdEvents = {
  'hold.opened': receivedAction.extend({
    hold: z.string(),
    expires_at: z.string(),
    requirement,
    rules: z.array(z.string()),
  }),
  'hold.reviewed': z.strictObject({
    hold: z.string(),
    review: z.string(),
    verdict: z.enum(['approve', 'reject', 'ask', 'pass']),
    digest: z.string(),
    /** What was shown, where the reviewer changed it. */
    shown: z.string().optional(),
    self: z.boolean(),
  }),
  /** An approver changed the arguments: what is shown is another digest, and earlier approvals are void. */
  'hold.revised': z.strictObject({ hold: z.string(), digest: z.string(), voided: z.array(z.string()) }),
  'hold.raised': z.strictObject({ hold: z.string(), requirement }),
  'hold.seen': z.strictObject({ hold: z.string(), person: z.string() }),
  'hold.told': people,
  'hold.reminded': people,
  'hold.unseen_alarmed': z.strictObject({ holds: z.array(z.string()), people: z.array(z.string()) }),
  'hold.approved': over,
  'hold.rejected': over,
  'hold.expired': over,
  'hold.withdrawn': over,
  'hold.contained': over,
  'change.proposed': z.strictObject({
    hold: z.string(),
    kind: z.literal('change'),
    change: z.string(),
    subject: z.string(),
    based_on: z.string().nullable(),
    expires_at: z.string(),
  }),
  'change.applied': finished,
  'change.failed': finished,
} as const
