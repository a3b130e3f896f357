import type { AgentId, CredentialId, PersonId } from '@/lib/kernel/id'
import type { Reader, Tx } from '@/server/db/tx'

/** Marks a key as exposed, the first time only. Returns its agent, or null when there is nothing to mark. */
export async function markExposed(tx: Tx, id: CredentialId, hash: Buffer, at: Date): Promise<AgentId | null> {
  const [row] = await tx.query<{ agent_id: AgentId }>(
    'update credential set exposed_at = $3 where id = $1 and hash = $2 and exposed_at is null returning agent_id',
    [id, hash, at],
  )
  return row?.agent_id ?? null
}

/** A credential as its agent's page lists it; the hash never leaves the database again. */
export interface CredentialRow {
  readonly id: CredentialId
  readonly agent_id: AgentId
  readonly name: string
  readonly created_at: Date
  readonly created_by: PersonId
  readonly created_by_name: string | null
  readonly expires_at: Date | null
  readonly revoked_at: Date | null
  readonly exposed_at: Date | null
  readonly last_used_at: Date | null
}

export async function insertCredential(
  tx: Tx,
  row: {
    id: CredentialId
    agent_id: AgentId
    name: string
    hash: Buffer
    created_by: PersonId
    created_at: Date
    expires_at: Date
  },
): Promise<void> {
  await tx.query(
    'insert into credential (id, agent_id, name, hash, created_by, created_at, expires_at) values ($1, $2, $3, $4, $5, $6, $7)',
    [row.id, row.agent_id, row.name, row.hash, row.created_by, row.created_at, row.expires_at],
  )
}

/** Is this an agent that tests are asked with? Nobody has its key, and it gets no other. */
export async function takesNoKeys(tx: Tx, agent: AgentId): Promise<boolean> {
  return (await tx.query('select 1 from canary_agent where agent_id = $1', [agent])).length > 0
}

/** All credentials of an agent, newest first; those that ended are kept and listed. */
export function listCredentials(db: Reader, agent: AgentId): Promise<CredentialRow[]> {
  return db.query<CredentialRow>(
    `select c.id, c.agent_id, c.name, c.created_at, c.created_by, p.name as created_by_name, c.expires_at, c.revoked_at, c.exposed_at,
            c.last_used_at
     from credential c left join person p on p.id = c.created_by where c.agent_id = $1 order by c.created_at desc, c.id desc limit 200`,
    [agent],
  )
}

/** Revokes one, the first time only. */
export async function revokeCredentialRow(tx: Tx, id: string, agent: AgentId, at: Date): Promise<boolean> {
  const rows = await tx.query(
    'update credential set revoked_at = $3 where id = $1 and agent_id = $2 and revoked_at is null returning id',
    [id, agent, at],
  )
  return rows.length === 1
}

/** Revokes all that an agent still has. */
export async function revokeAll(tx: Tx, agent: AgentId, at: Date): Promise<CredentialId[]> {
  const rows = await tx.query<{ id: CredentialId }>(
    'update credential set revoked_at = $2 where agent_id = $1 and revoked_at is null returning id',
    [agent, at],
  )
  return rows.map(row => row.id)
}

/** Brings the end of a credential forward, never back. */
export async function shorten(tx: Tx, id: CredentialId, until: Date): Promise<void> {
  await tx.query('update credential set expires_at = least(expires_at, $2) where id = $1', [id, until])
}
