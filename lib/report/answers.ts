import { z } from 'zod'
import { count, moment, named, pageOf, perhapsNamed } from '@/lib/kernel/answers'
import { canaryOutcomes } from './canary'

const spread = z.object({ p50_ms: z.number(), p95_ms: z.number() }).nullable()
const reading = z.object({ read: count, hurried: count, unopened: count, unknown: count })
const figures = z.object({
  people: count,
  decided: count,
  expired: count,
  expiry_rate: z.number().nullable(),
  time_to_decide: spread,
  days: z.array(z.object({ day: z.string(), decided: count, expired: count, time_to_decide: spread })),
  load: z.object({ reviews: count, median: z.number(), most: count }).nullable(),
  reading: reading.nullable(),
  disagreement: z.object({ reviews: count, disagreed: count }).nullable(),
  regret: z.object({ approved: count, regretted: count }).nullable(),
})

/** Whether names are shown, and why. */
const naming = z.object({ reason: z.string(), enabled_by: perhapsNamed, enabled_at: moment }).nullable()
export const namingState = z.object({ naming })

const hurry = z.object({ at: moment, approvals: count })
const canaries = z.object({ caught: count, missed: count, undecided: count })

/** One's own figures. */
export const own = z.object({
  from: moment,
  to: moment,
  figures,
  hurries: z.array(hurry),
  canaries,
  naming,
  more: z.boolean(),
})

/** Figures of teams, and of people where names are shown. */
export const team = z.object({
  from: moment,
  to: moment,
  teams: z.array(named),
  least_people: count,
  figures,
  hurries: count,
  canaries: canaries.nullable(),
  naming,
  people: z
    .array(
      z.object({
        person: perhapsNamed,
        reviews: count,
        time_to_decide: spread,
        reading,
        disagreed: count,
        regretted: count,
        hurries: count,
      }),
    )
    .nullable(),
  more: z.boolean(),
})

const asked = z.object({
  allowed: count,
  approved: count,
  denied: count,
  rejected: count,
  expired: count,
  contained: count,
  cancelled: count,
  waiting: count,
  failed: count,
  rolled_back: count,
})

/** What the agents that I answer for asked, and what became of it. */
export const ownAgents = z.object({
  items: z.array(
    z.object({
      agent: named,
      application: named,
      relation: z.enum(['owner', 'backup']),
      open_holds: count,
      last_7_days: asked,
      last_30_days: asked,
      more: z.boolean(),
    }),
  ),
})

const outcome = z.enum(canaryOutcomes)
/** What a test request was, once it has ended; null while it is open, and for everything else. */
export const canaryLabel = z.object({ canary: z.object({ outcome, wrong: z.string() }).nullable() })
export const injected = z.object({ hold_id: z.string() })
/** Test requests as administrators see them; `outcome` is null while one is open. */
export const canaryList = pageOf(
  z.object({
    id: z.string(),
    hold_id: z.string(),
    agent: named,
    tool: z.string(),
    wrong: z.string(),
    injected_by: perhapsNamed,
    injected_at: moment,
    outcome: outcome.nullable(),
  }),
).extend({ templates: z.array(z.object({ id: z.string(), wrong: z.string(), operation: z.string() })) })
