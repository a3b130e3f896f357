import { z } from 'zod'
import { count, etag, moment, perhapsNamed } from '@/lib/kernel/answers'
import { proofEffects } from './proof-effect'

/** What the doors of proof answer. */

const effect = z.string()
const number = z.number().nonnegative()
const load = z.object({
  held_a_day: number,
  approvals_a_day: number,
  outside_hours_a_day: number,
  by_rule: z.array(z.object({ rule: z.string(), sentence: z.string(), held: count, a_day: number })),
  by_group: z.array(
    z.object({ who: z.string(), approvers: count, approvals_a_day: number, per_approver_a_day: number.nullable() }),
  ),
})
const change = z.object({
  count,
  examples: z.array(
    z.object({
      action_id: z.string(),
      tool: z.string(),
      agent_id: z.string(),
      at: moment,
      from: effect,
      to: effect,
      rules: z.array(z.string()),
    }),
  ),
})

export const report = z.object({
  from: moment.nullable(),
  to: moment.nullable(),
  rows: count,
  before_policy: count,
  judged: count,
  replayable: count,
  unreplayable: count,
  missing: z.array(z.object({ fact: z.string(), count })),
  unchanged: count,
  recorded_differs: count,
  changes: z.object({
    newly_allowed: change,
    newly_narrowed: change,
    newly_held: change,
    newly_denied: change,
  }),
  forecast: z.object({ days: number, in_force: load, candidate: load }),
})

const given = z.record(z.string(), z.unknown())
const wanted = {
  name: z.string(),
  given,
  want: z.enum(proofEffects),
  rules: z.array(z.string()).nullable(),
}
const policyCase = z.object({ id: z.string(), etag, ...wanted, updated_at: moment, updated_by: perhapsNamed })

export const cases = z.object({ items: z.array(policyCase), next_cursor: z.string().nullable() })
export const caseId = z.object({ id: z.string() })
export const casesFile = z.object({ cases: z.array(z.object(wanted)) })
export const casesRun = z.object({
  total: count,
  passed: count,
  results: z.array(
    z.object({
      name: z.string(),
      pass: z.boolean(),
      want: effect,
      got: effect,
      want_rules: z.array(z.string()).nullable(),
      rules: z.array(z.string()),
    }),
  ),
})

export const shadow = z.object({
  shadow: z
    .object({
      id: z.string(),
      digest: z.string(),
      source: z.string(),
      started_by: perhapsNamed,
      started_at: moment,
      ends_at: moment,
      stopped_at: moment.nullable(),
      report,
    })
    .nullable(),
})

const factValue = z.union([z.string(), z.number(), z.boolean(), z.array(z.string()), z.null()])
export const explained = z.object({
  judgement: z.object({ effect, code: z.string().nullable(), reason: z.string().nullable() }),
  trail: z.array(z.object({ rule: z.string(), effect, sentence: z.string() })),
  would_change: z.array(
    z.object({ fact: z.string(), reported_by: z.string(), from: factValue, to: factValue, effect }),
  ),
  tried: count,
  policy_version: count.nullable(),
  facts: given,
})
