import { z } from 'zod'
import { count, etag, moment, named, pageOf, perhapsNamed } from '@/lib/kernel/answers'
import { classifications, environments, operations } from '@/lib/kernel/scale'
import { agentKinds, tiers } from './agent'
import { watchedOnly } from './enforcement-contract'
import { scopeTerms } from './scope-terms'

/** What the doors about agents answer (api §4). */

/** `active`: may sign in, and so can answer for it. */
const accountable = perhapsNamed.extend({ email: z.string().nullable(), active: z.boolean(), inherited: z.boolean() })

export const scope = z.object({
  id: z.string(),
  ...scopeTerms,
  expires_at: moment.nullable(),
  created_at: moment,
  created_by: z.string(),
  revoked_at: moment.nullable(),
  last_used_at: moment.nullable(),
  /** Nothing was asked for under it for 30 days. */
  unused: z.boolean(),
  etag,
})
export const scopes = pageOf(scope)

const credential = z.object({
  id: z.string(),
  prefix: z.string(),
  name: z.string(),
  state: z.enum(['active', 'revoked', 'expired']),
  created_at: moment,
  created_by: perhapsNamed,
  age_days: count,
  expires_at: moment.nullable(),
  revoked_at: moment.nullable(),
  exposed_at: moment.nullable(),
  last_used_at: moment.nullable(),
  etag,
})
export const credentials = pageOf(credential)
/** The only answer that ever shows a key. */
export const issued = z.object({
  id: z.string(),
  key: z.string(),
  prefix: z.string(),
  created_at: moment,
  expires_at: moment,
})
/** The old key lives on until the end of the overlap. */
export const rotated = issued.extend({ replaces: z.object({ id: z.string(), expires_at: moment }) })

const numbers = z.object({
  by_status: z.record(z.string(), count),
  sessions_24h: count,
  open_holds: count,
  tools: count,
  oldest_key_at: moment.nullable(),
  next_expiry_at: moment.nullable(),
  capped: z.boolean(),
})
export const story = numbers.extend({ id: z.string(), etag })

export const limits = z.object({ per_second: count, burst: count, open_holds: count, waits: count })

const agentItem = z.object({
  id: z.string(),
  name: z.string(),
  kind: z.enum(agentKinds),
  purpose: z.string(),
  status: z.enum(['registered', 'active', 'retired']),
  environment: z.enum(environments),
  tier: z.enum(tiers),
  application: perhapsNamed,
  team: perhapsNamed,
  owner: accountable,
  backup: accountable.nullable(),
  containment: z.object({ id: z.string(), level: z.string(), since: moment, reason: z.string() }).nullable(),
  /** Watched only, by this window; null: enforced. */
  observed: watchedOnly,
  last_seen_at: moment.nullable(),
  last_action_at: moment.nullable(),
  open_holds: count,
  actions_24h: count,
  created_at: moment,
  retired_at: moment.nullable(),
  /** The reader may stop it: contains in its team, decides its approvals, or answers for it. */
  may_contain: z.boolean(),
  etag,
})
export const agents = pageOf(agentItem)

export const agent = agentItem.extend({
  limits,
  created_by: perhapsNamed,
  scopes: z.array(scope),
  credentials: z.array(credential),
  story: numbers,
  may_edit: z.boolean(),
  /** Governs it, or answers for it. */
  may_keep_webhooks: z.boolean(),
})

export const agentActions = pageOf(
  z.object({
    id: z.string(),
    tool: z.string(),
    operation: z.enum(operations),
    status: z.string(),
    environment: z.enum(environments),
    classification: z.enum(classifications),
    resource_type: z.string().nullable(),
    session: z.string(),
    hold_id: z.string().nullable(),
    decision: z.object({ code: z.string(), reason: z.string(), verdict: z.enum(['allow', 'deny']) }).nullable(),
    outcome: z.string().nullable(),
    created_at: moment,
    decided_at: moment.nullable(),
    at: moment,
    etag,
  }),
)

/** `GET /api/v1/agent`: an agent about itself (api §3). */
export const self = z.object({
  id: z.string(),
  name: z.string(),
  kind: z.enum(agentKinds),
  status: z.enum(['registered', 'active', 'retired']),
  environment: z.enum(environments),
  tier: z.enum(tiers),
  application: named,
  owner: named.nullable(),
  containment: z.object({ level: z.string(), since: moment }).nullable(),
  /** Under `observe` what policy says is written down, not enforced, until then; containment and scope still bind. */
  enforcement: z.object({ mode: z.enum(['enforce', 'observe']), until: moment.nullable() }),
  release: z.null(),
  scopes: z.array(
    scope.omit({
      agent_id: true,
      etag: true,
      created_at: true,
      created_by: true,
      revoked_at: true,
      last_used_at: true,
      unused: true,
    }),
  ),
  limits,
  credential: z.object({ id: z.string(), expires_at: moment.nullable() }),
})
