import { z } from 'zod'
import { type Agent, type AgentLimits, type Credential, defaultLimits, type Scope } from '@/lib/agent/agent'
import type { Reader } from '@/server/db/tx'

/** A live credential as the gate's snapshot holds it: `hash` is the lower-case hex of its SHA-256. */
export interface LiveCredential extends Credential {
  readonly hash: string
}

const storedLimits = z.object({
  per_second: z.number().optional(),
  burst: z.number().optional(),
  open_holds: z.number().optional(),
  waits: z.number().optional(),
})

/** Reads the `limits` column: what it does not say takes the default. */
export function readLimits(text: string): AgentLimits {
  return { ...defaultLimits, ...storedLimits.parse(JSON.parse(text)) }
}

/** Every registration, retired ones too: the gate answers for them with a reason. */
export async function loadAgents(db: Reader): Promise<Agent[]> {
  const rows = await db.query<Omit<Agent, 'limits'> & { limits: string }>(
    `select id, name, kind, application_id, environment, tier, owner_id, backup_id, status, limits, created_by, created_at from agent`,
    [],
    'load-agents',
  )
  return rows.map(row => ({ ...row, limits: readLimits(row.limits) }))
}

/** Every scope line that has not been revoked. Expired ones are in here: expiry is judged at the action's own time. */
export function loadScopes(db: Reader): Promise<Scope[]> {
  return db.query<Scope>(
    `select id, agent_id, tool_pattern, resource_pattern, operations, ceiling, environments, tenants, ask, expires_at
     from scope where revoked_at is null order by agent_id, id`,
    [],
    'load-scopes',
  )
}

/** Every credential that has not been revoked, with the hash by which a presented key is found. */
export function loadCredentials(db: Reader): Promise<LiveCredential[]> {
  return db.query<LiveCredential>(
    `select id, agent_id, created_by, expires_at, encode(hash, 'hex') as hash from credential where revoked_at is null`,
    [],
    'load-credentials',
  )
}
