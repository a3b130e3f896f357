import type { Agent, Credential } from '@/lib/agent/agent'
import type { Application } from '@/lib/application/application'
import type { AgentId, CredentialId, PersonId, TeamId } from '@/lib/kernel/id'
import type { Reader, Tx } from '@/server/db/tx'
import { readLimits } from './store'

/** What one presented key leads to. `live` is judged by the database's clock. */
export interface Known {
  readonly agent: Agent
  readonly application: Application
  readonly credential: Credential
  readonly hash: Buffer
  readonly live: boolean
}

interface KnownRow extends Omit<Agent, 'id' | 'limits' | 'created_by'> {
  agent_id: AgentId
  limits: string
  agent_created_by: PersonId
  application_name: string
  team_id: TeamId
  application_owner: PersonId
  application_backup: PersonId | null
  credential_id: CredentialId
  credential_created_by: PersonId
  expires_at: Date | null
  hash: Buffer
  live: boolean
}

/** Credential, agent and application in one read by primary keys. */
export async function findKnown(db: Reader, id: CredentialId): Promise<Known | null> {
  const [row] = await db.query<KnownRow>(
    `select c.id as credential_id, c.hash, c.expires_at, c.created_by as credential_created_by,
            c.revoked_at is null and (c.expires_at is null or c.expires_at > holdpoint.now()) and a.status <> 'retired' as live,
            a.id as agent_id, a.name, a.kind, a.application_id, a.environment, a.tier, a.owner_id, a.backup_id, a.status, a.limits,
            a.created_by as agent_created_by,
            p.name as application_name, p.team_id, p.owner_id as application_owner, p.backup_id as application_backup
     from credential c join agent a on a.id = c.agent_id join application p on p.id = a.application_id where c.id = $1`,
    [id],
    'find-known',
  )
  if (!row) return null
  return {
    agent: {
      id: row.agent_id,
      name: row.name,
      kind: row.kind,
      application_id: row.application_id,
      environment: row.environment,
      tier: row.tier,
      owner_id: row.owner_id,
      backup_id: row.backup_id,
      status: row.status,
      limits: readLimits(row.limits),
      created_by: row.agent_created_by,
    },
    application: {
      id: row.application_id,
      name: row.application_name,
      team_id: row.team_id,
      owner_id: row.application_owner,
      backup_id: row.application_backup,
    },
    credential: { id: row.credential_id, agent_id: row.agent_id, created_by: row.credential_created_by, expires_at: row.expires_at },
    hash: row.hash,
    live: row.live,
  }
}

/** Marks a key as exposed, the first time only. Returns its agent, or null when there is nothing to mark. */
export async function markExposed(tx: Tx, id: CredentialId, hash: Buffer, at: Date): Promise<AgentId | null> {
  const [row] = await tx.query<{ agent_id: AgentId }>(
    'update credential set exposed_at = $3 where id = $1 and hash = $2 and exposed_at is null returning agent_id',
    [id, hash, at],
  )
  return row?.agent_id ?? null
}
