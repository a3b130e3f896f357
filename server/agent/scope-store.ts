import type { Scope } from '@/lib/agent/agent'
import type { ScopeLine } from '@/lib/agent/preset'
import type { AgentId, PersonId, ScopeId } from '@/lib/kernel/id'
import type { Reader, Tx } from '@/server/db/tx'

/** A scope line as screens list it, revoked ones too. */
export interface ScopeRow extends Scope {
  readonly created_at: Date
  readonly created_by: PersonId
  readonly revoked_at: Date | null
  readonly last_used_at: Date | null
  /** Nothing was asked for under it for 30 days: authority that nobody seems to need. */
  readonly unused: boolean
  /** Always the same: a line is never edited, only given and taken away. */
  readonly etag: string
}

export async function insertScope(
  tx: Tx,
  id: ScopeId,
  agent: AgentId,
  line: ScopeLine,
  by: PersonId,
  at: Date,
): Promise<void> {
  await tx.query(
    `insert into scope (id, agent_id, tool_pattern, resource_pattern, operations, ceiling, environments, tenants, ask, created_by,
       created_at, expires_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
    [
      id,
      agent,
      line.tool_pattern,
      line.resource_pattern,
      line.operations,
      line.ceiling,
      line.environments,
      line.tenants,
      line.ask,
      by,
      at,
      line.expires_at,
    ],
  )
}

/** Ends one line. False when it is not this agent's, or has been revoked. */
export async function revokeScopeRow(tx: Tx, id: string, agent: AgentId, at: Date): Promise<boolean> {
  const rows = await tx.query(
    'update scope set revoked_at = $3 where id = $1 and agent_id = $2 and revoked_at is null returning id',
    [id, agent, at],
  )
  return rows.length === 1
}

/** A line of authority that is there and under which nothing was asked for 30 days, or since such was noted. */
const isUnused = `revoked_at is null and (expires_at is null or expires_at > holdpoint.now())
  and coalesce(last_used_at, noted_from) < holdpoint.now() - interval '30 days'`

/** How many lines of these agents nobody seems to need. */
export async function countUnused(db: Reader, agents: readonly AgentId[]): Promise<number> {
  const [row] = await db.query<{ count: number }>(
    `select count(*)::integer as count from scope where agent_id = any($1) and ${isUnused}`,
    [agents],
  )
  return row?.count ?? 0
}

/** An agent's scope lines that have not been revoked, oldest first. */
export function listScopes(db: Reader, agent: AgentId): Promise<ScopeRow[]> {
  return db.query<ScopeRow>(
    `select id, agent_id, tool_pattern, resource_pattern, operations, ceiling, environments, tenants, ask, expires_at, created_at,
            created_by, revoked_at, last_used_at, ${isUnused} as unused, 'v1' as etag from scope where agent_id = $1 and revoked_at is null order by id`,
    [agent],
  )
}
