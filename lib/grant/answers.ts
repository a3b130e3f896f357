import { z } from 'zod'
import { count, etag, moment, named, pageOf, perhapsNamed } from '@/lib/kernel/answers'
import { environments, operations } from '@/lib/kernel/scale'
import { grantKinds } from './grant'
import { standings } from './standing'

const line = z.object({
  id: z.string(),
  sentence: z.string(),
  tool: z.string(),
  operation: z.enum(operations),
  environment: z.enum(environments),
  resource: z.object({ type: z.string().nullable(), id: z.string().nullable(), match: z.enum(['exact', 'prefix']) }),
  params: z.array(z.object({ name: z.string(), words: z.string(), constraint: z.record(z.string(), z.unknown()) })),
  count,
  used: count,
  amount: z.object({ value: z.string(), currency: z.string() }).nullable(),
  amount_used: z.string().nullable(),
})

/** A standing approval as the console shows it. */
export const grant = z.object({
  id: z.string(),
  etag,
  created_at: moment,
  kind: z.enum(grantKinds),
  status: z.enum(standings),
  why: z.string().nullable(),
  agent: named,
  session: z.string().nullable(),
  task: z.string().nullable(),
  reason: z.string(),
  lines: z.array(line),
  riskiest: count,
  approvals: count,
  hold_id: z.string(),
  requested_by: perhapsNamed.nullable(),
  approved_by: z.array(perhapsNamed),
  active_from: moment.nullable(),
  expires_at: moment.nullable(),
  revoked_at: moment.nullable(),
  revoked_by: perhapsNamed.nullable(),
  revoke_reason: z.string().nullable(),
  review: z
    .object({ by: perhapsNamed, at: moment, verdict: z.enum(['justified', 'not_justified']), note: z.string() })
    .nullable(),
  may_revoke: z.boolean(),
  may_review: z.boolean(),
})
export const grants = pageOf(grant)
export const proposedGrant = z.object({ id: z.string(), hold_id: z.string() })

/** What an agent reads of its own. */
export const ownGrant = z.object({
  id: z.string(),
  kind: z.enum(grantKinds),
  status: z.enum(standings),
  why: z.string().nullable(),
  task: z.string().nullable(),
  session: z.string().nullable(),
  created_at: moment,
  active_from: moment.nullable(),
  expires_at: moment.nullable(),
  hold: z.object({ id: z.string(), expires_at: moment, url: z.string() }),
  lines: z.array(
    z.object({
      id: z.string(),
      tool: z.string(),
      operation: z.enum(operations),
      count,
      left: count,
      amount: z.object({ value: z.string(), currency: z.string(), left: z.string() }).nullable(),
    }),
  ),
})
export const ownGrants = pageOf(ownGrant)

/** What lines would have covered of what was asked lately. */
export const coverage = z.object({
  days: count,
  looked_at: count,
  asked: count,
  held: count,
  approved: count,
  rejected: z.array(z.object({ action_id: z.string(), at: moment, code: z.string() })),
  lines: z.array(count),
})

const suggestion = z.object({
  agent: named,
  sentence: z.string(),
  line: z.record(z.string(), z.unknown()),
  approved: count,
  first_at: moment,
  last_at: moment,
  would_cover: coverage,
})
export const suggestions = z.object({ items: z.array(suggestion), days: count })

export const ruleHealth = z.object({
  days: count,
  looked_at: count,
  rules: z.array(
    z.object({
      id: z.string(),
      sentence: z.string().nullable(),
      held: count,
      approved: count,
      rejected: count,
      expired: count,
      median_minutes: z.number().nullable(),
      always_approved: z.boolean(),
    }),
  ),
})
