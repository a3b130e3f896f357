import type { Agent, AgentLimits } from '@/lib/agent/agent'
import type { AgentId, ApplicationId, PersonId, TeamId } from '@/lib/kernel/id'
import type { Reader, Tx } from '@/server/db/tx'
import { readLimits } from './store'

/** A registration with what its verbs ask about it. */
export interface Registration extends Agent {
  readonly purpose: string
  readonly version: number
  readonly team_id: TeamId
  /** The owner and backup that count: its own, or its application's. */
  readonly owner: PersonId
  readonly backup: PersonId | null
}

const columns = `a.id, a.name, a.kind, a.purpose, a.application_id, a.environment, a.tier, a.owner_id, a.backup_id, a.status, a.limits,
  a.created_by, a.version, p.team_id, coalesce(a.owner_id, p.owner_id) as owner,
  case when a.owner_id is null then coalesce(a.backup_id, p.backup_id) else a.backup_id end as backup`

/** Reads one registration; `lock` keeps others from changing it until the commit. */
export async function findAgent(db: Reader, id: AgentId, lock = false): Promise<Registration | null> {
  const [row] = await db.query<Omit<Registration, 'limits'> & { limits: string }>(
    `select ${columns} from agent a join application p on p.id = a.application_id where a.id = $1 ${lock ? 'for update of a' : ''}`,
    [id],
  )
  return row ? { ...row, limits: readLimits(row.limits) } : null
}

/** The application that an agent is to belong to, with those who answer for it. */
export async function findHome(
  db: Reader,
  id: ApplicationId,
): Promise<{ team_id: TeamId; owner_id: PersonId; backup_id: PersonId | null } | null> {
  const [row] = await db.query<{ team_id: TeamId; owner_id: PersonId; backup_id: PersonId | null }>(
    'select team_id, owner_id, backup_id from application where id = $1',
    [id],
  )
  return row ?? null
}

/** The name of another agent that this one would be, or could be mistaken for. */
export async function findLookalike(
  db: Reader,
  name: string,
  skeleton: string,
  except: AgentId | null,
): Promise<string | null> {
  const [row] = await db.query<{ name: string }>(
    'select name from agent where (name_skeleton = $1 or name = $2) and ($3::text is null or id <> $3) limit 1',
    [skeleton, name, except],
  )
  return row?.name ?? null
}

/** Which of these people are active. */
export async function activePeople(db: Reader, ids: readonly PersonId[]): Promise<Set<string>> {
  const rows = await db.query<{ id: string }>(`select id from person where id = any($1) and status = 'active'`, [ids])
  return new Set(rows.map(row => row.id))
}

/** What is stored of a registration, before it has a status. */
export interface Draft {
  readonly id: AgentId
  readonly name: string
  readonly name_skeleton: string
  readonly kind: Agent['kind']
  readonly purpose: string
  readonly application_id: ApplicationId
  readonly environment: Agent['environment']
  readonly tier: Agent['tier']
  readonly owner_id: PersonId | null
  readonly backup_id: PersonId | null
  readonly limits: Partial<AgentLimits>
}

export async function insertAgent(tx: Tx, draft: Draft, by: PersonId, at: Date): Promise<void> {
  await tx.query(
    `insert into agent (id, name, name_skeleton, kind, purpose, application_id, environment, tier, owner_id, backup_id, limits,
       created_by, created_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
    [
      draft.id,
      draft.name,
      draft.name_skeleton,
      draft.kind,
      draft.purpose,
      draft.application_id,
      draft.environment,
      draft.tier,
      draft.owner_id,
      draft.backup_id,
      JSON.stringify(draft.limits),
      by,
      at,
    ],
  )
}

/** Writes an edit over the version that it was made on. False when someone else was first. */
export async function updateAgent(tx: Tx, draft: Draft, version: number): Promise<boolean> {
  const rows = await tx.query(
    `update agent set name = $2, name_skeleton = $3, kind = $4, purpose = $5, application_id = $6, environment = $7, tier = $8,
       owner_id = $9, backup_id = $10, limits = $11, version = version + 1
     where id = $1 and version = $12 and status <> 'retired' returning id`,
    [
      draft.id,
      draft.name,
      draft.name_skeleton,
      draft.kind,
      draft.purpose,
      draft.application_id,
      draft.environment,
      draft.tier,
      draft.owner_id,
      draft.backup_id,
      JSON.stringify(draft.limits),
      version,
    ],
  )
  return rows.length === 1
}

/** Says that something of an agent (its scopes, its keys) has changed, so that edits based on the old are refused. */
export async function bumpAgent(tx: Tx, id: AgentId): Promise<void> {
  await tx.query('update agent set version = version + 1 where id = $1', [id])
}

/** registered → active, at its first key. False when it was active already. */
export async function activateAgent(tx: Tx, id: AgentId): Promise<boolean> {
  const rows = await tx.query(
    `update agent set status = 'active' where id = $1 and status = 'registered' returning id`,
    [id],
  )
  return rows.length === 1
}

/** Ends a registration for ever. False when that had happened. */
export async function retireAgentRow(tx: Tx, id: AgentId, at: Date): Promise<boolean> {
  const rows = await tx.query(
    `update agent set status = 'retired', retired_at = $2, version = version + 1 where id = $1 and status <> 'retired' returning id`,
    [id, at],
  )
  return rows.length === 1
}
