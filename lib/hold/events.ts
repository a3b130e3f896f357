import { z } from 'zod'
import { ending, receivedAction } from '@/lib/action/events'
import { evidence } from './countersignature'

const who = z.array(z.looseObject({ relation: z.string() }))
/** What a hold needs, as the log has it. */
export const requirement = z.strictObject({
  stages: z.array(z.strictObject({ approvals: z.number().int(), who })),
  veto: z.boolean(),
  denies: z.number().int().optional(),
  read_seconds: z.number().int().optional(),
  /** Approval policies as they were: each with its stages in order. */
  named: z
    .array(
      z.strictObject({
        name: z.string(),
        version: z.number().int(),
        stages: z.array(
          z.union([
            z.strictObject({ label: z.string(), confirm: z.literal(true), who }),
            z.strictObject({ label: z.string(), need: z.looseObject({}) }),
          ]),
        ),
      }),
    )
    .optional(),
  added: z.array(z.string()).optional(),
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
    /** How long the reviewer had had before them what was shown; absent: they never had it to its end. */
    dwell_ms: z.number().int().optional(),
    /** What proves, to anyone and offline, that the reviewer's own passkey signed this. */
    countersignature: evidence.optional(),
  }),
  /** An approver changed the arguments: what is shown is another digest, and earlier approvals are void. */
  'hold.revised': z.strictObject({ hold: z.string(), digest: z.string(), voided: z.array(z.string()) }),
  /** A question about it was answered, by its agent or by a person; the words are content and stay out. */
  'hold.answered': z.strictObject({ hold: z.string(), review: z.string(), answer: z.string() }),
  /** Somebody who may decide it gave it more time; `expires_at` is when it ends now, without what pauses give back. */
  'hold.extended': z.strictObject({ hold: z.string(), from: z.string(), expires_at: z.string() }),
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
