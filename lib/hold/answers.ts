import { z } from 'zod'
import { actionAnswer } from '@/lib/action/contract'
import { count, etag, free, moment, named, pageOf, problem } from '@/lib/kernel/answers'
import { classifications, environments, operations } from '@/lib/kernel/scale'
import { reporters } from '@/lib/session/source'
import { meanings } from '@/lib/tool/tool'

/** What the doors about holds answer (api §4). */

const statuses = ['pending', 'approved', 'rejected', 'expired', 'withdrawn', 'contained', 'applied', 'failed'] as const

export const holdItem = z.object({
  id: z.string(),
  created_at: moment,
  etag,
  kind: z.enum(['action', 'change']),
  change_kind: z.string().nullable(),
  title: z.string(),
  action_id: z.string().nullable(),
  agent: named.nullable(),
  tool: z.string().nullable(),
  operation: z.enum(operations).nullable(),
  environment: z.enum(environments).nullable(),
  risk: z.object({ level: z.enum(['low', 'medium', 'high', 'critical']), reasons: z.array(z.string()) }),
  opened_at: moment,
  expires_at: moment,
  frozen_at: moment.nullable(),
  remaining_ms: z.number().nonnegative(),
  /** Of calls that wait under it, the one whose time is over first; null where none does. */
  soonest_call: z
    .object({ remaining_ms: z.number().nonnegative(), total_ms: z.number().nonnegative(), frozen: z.boolean() })
    .nullable(),
  approvals: z.object({ received: count, required: count }),
  may_decide: z.boolean(),
  owner: named.nullable(),
  level: count,
  looking: z.array(named.nullable()),
  status: z.enum(statuses),
  decided_at: moment.nullable(),
  decided_by: named.nullable(),
  self: z.boolean(),
  seen: z.boolean(),
})
export const holds = pageOf(holdItem)

/** Where one value of the arguments came from; offsets and lengths are in UTF-16 units of the source's text. */
const origin = z.object({
  pointer: z.string(),
  from: z.enum(['person', 'trusted', 'untrusted', 'agent', 'unknown']),
  claimed: z.enum(['person', 'trusted']).optional(),
  source: z.number().int().optional(),
  ref: z.string().nullable().optional(),
  reported_by: z.enum(reporters).optional(),
  offset: z.number().int().optional(),
  length: z.number().int().optional(),
  how: z.enum(['same', 'number', 'date', 'decoded', 'part', 'prose']).optional(),
  field: z.string().optional(),
  unread: z.literal(true).optional(),
  quote: z.object({ before: z.string(), value: z.string(), after: z.string() }).optional(),
})

/** The action as the agent sent it, and what we judged it to be. */
const heldAction = actionAnswer.extend({
  tool: z.string(),
  operation: z.enum(operations),
  claimed_operation: z.string().nullable(),
  resource: free.nullable(),
  intent: z.string().nullable(),
  /** What came with an access request of AuthZEN's approval profile, as JSON: the client's word. */
  asked_with: z.string().nullable(),
  impact: free.nullable(),
  undo: free.nullable(),
  context: free.nullable(),
  revises: z.string().nullable(),
  amount: z.string().nullable(),
  currency: z.string().nullable(),
  reversible: z.boolean(),
  original_params: free.optional(),
})

const review = z.object({
  id: z.string(),
  by: named.nullable(),
  verdict: z.enum(['approve', 'reject', 'ask', 'pass']),
  comment: z.string().nullable(),
  note: z.string().nullable(),
  at: moment,
  digest: z.string(),
  counted: z.boolean(),
  self: z.boolean(),
  void_reason: z.string().nullable(),
  /** Of a question: was its comment put to the agent? */
  to_agent: z.boolean(),
  answers: z.array(
    z.object({ id: z.string(), from: z.enum(['agent', 'person']), by: named.nullable(), text: z.string(), at: moment }),
  ),
})

const change = z.object({
  kind: z.string(),
  subject: z.string(),
  before: z.unknown(),
  after: z.unknown(),
  reason: z.string().nullable(),
  failure: z.string().nullable(),
  waiting_calls: z.array(z.object({ action_id: z.string(), agent: named, tool: z.string(), params: free, at: moment })),
})

export const hold = holdItem.extend({
  shown_digest: z.string(),
  action: heldAction.nullable(),
  tool_info: z
    .object({
      description: z.string(),
      sensitivity: z.enum(classifications).nullable(),
      reversible: z.boolean(),
      params: z.record(z.string(), z.enum(meanings)),
    })
    .optional(),
  requirement: z.object({
    stages: z.array(
      z.object({
        approvals: count,
        who: z.array(
          z.object({
            relation: z.string(),
            label: z.string(),
            team_id: z.string().nullable().optional(),
            role: z.string().optional(),
            person_id: z.string().optional(),
          }),
        ),
      }),
    ),
    /** Approval policies that it needs besides: stages in order, and who may still fill each. */
    policies: z.array(
      z.object({
        name: z.string(),
        title: z.string(),
        version: count,
        stages: z.array(
          z.object({
            label: z.string(),
            kind: z.enum(['approve', 'confirm']),
            turn: z.enum(['met', 'open', 'later']),
            sentence: z.string(),
            open_to: z.array(named),
          }),
        ),
      }),
    ),
    /** How many distinct people must reject before it ends. */
    rejects: count,
    /** How long whoever approves must have had it before them; null: no rule says so. */
    reading_seconds: count.nullable(),
  }),
  reviews: z.array(review),
  eligible: z.array(named.extend({ why: z.string() })),
  why: z.array(z.object({ kind: z.enum(['rule', 'floor', 'signal']), id: z.string(), sentence: z.string() })),
  timeline: z.array(z.object({ at: moment, type: z.string(), text: z.string(), by: named.nullable() })),
  me: z.object({
    may_approve: z.boolean(),
    may_reject: z.boolean(),
    reason: z.string().nullable(),
    why_you: z.string().nullable(),
    /** My approval of this is countersigned with my passkey. */
    countersign: z.boolean(),
    /** How many seconds longer it must be before me before I may approve it; null: no rule asks for that. */
    reading_left_seconds: count.nullable(),
  }),
  asker: z
    .object({
      agent: named,
      owner: named.nullable(),
      backup: named.nullable(),
      application: named,
      team: named,
      environment: z.enum(environments),
      acting_for: z.string().nullable(),
      session: z.string(),
      release: z.null(),
    })
    .nullable(),
  session_actions: z.array(
    z.object({
      id: z.string(),
      tool: z.string(),
      operation: z.enum(operations),
      status: z.string(),
      at: moment,
      title: z.string(),
      outcome: z.string().nullable(),
    }),
  ),
  attempts: z.array(
    z.object({
      action_id: z.string(),
      status: z.string(),
      at: moment,
      diff: z.array(z.object({ path: z.string(), before: z.unknown().optional(), after: z.unknown().optional() })),
    }),
  ),
  approved_before: z.array(
    z.object({
      action_id: z.string(),
      at: moment,
      diff: z.array(z.object({ path: z.string(), before: z.unknown().optional(), after: z.unknown().optional() })),
    }),
  ),
  /** Until when this person may let it wait at most; null: not longer than now. */
  extendable_until: moment.nullable(),
  provenance: z.array(origin).optional(),
  change: change.nullable(),
  if: z.object({ approve: z.string(), reject: z.string(), expire: z.string() }),
  told: z.array(named.extend({ at: moment })),
  outcome: z.object({ status: z.string(), summary: z.string().nullable(), at: moment }).nullable(),
  kept: z.array(
    z.object({
      id: z.string(),
      sentence: z.string(),
      state: z.enum(['done', 'failed', 'missing']).nullable(),
      note: z.string().nullable(),
    }),
  ),
})

/** What became of each, in the order in which they were named: its status after this, and why its own was refused. */
export const together = z.object({
  items: z.array(z.object({ hold: z.string(), status: z.enum(statuses), problem: problem.nullable() })),
})

/** A hold after a verdict: what came before it is not said again. */
export const holdAfter = hold.omit({
  session_actions: true,
  attempts: true,
  approved_before: true,
  extendable_until: true,
})
