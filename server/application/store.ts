import type { Application } from '@/lib/application/application'
import type { ApplicationId, PersonId, TeamId } from '@/lib/kernel/id'
import type { CalendarColumns } from '@/server/access/calendar-store'
import type { Reader, Tx } from '@/server/db/tx'

export interface TeamRow extends CalendarColumns {
  readonly id: TeamId
  readonly name: string
  readonly created_at: Date
  readonly version: number
}
export interface ApplicationRow extends Application {
  readonly purpose: string
  readonly created_by: PersonId
  readonly created_at: Date
  readonly version: number
}

export async function findTeam(db: Reader, id: TeamId, lock = false): Promise<TeamRow | null> {
  const [row] = await db.query<TeamRow>(
    `select id, name, created_at, version, time_zone, working_hours from team where id = $1${lock ? ' for update' : ''}`,
    [id],
  )
  return row ?? null
}

/** False where another team has that name. */
export async function insertTeam(tx: Tx, team: { id: TeamId; name: string }, at: Date): Promise<boolean> {
  return (
    (
      await tx.query(
        'insert into team (id, name, created_at) values ($1, $2, $3) on conflict (name) do nothing returning 1',
        [team.id, team.name, at],
      )
    ).length === 1
  )
}

export async function renameTeam(tx: Tx, was: TeamRow, name: string): Promise<boolean> {
  return (
    (
      await tx.query(
        `update team set name = $3, version = version + 1 where id = $1 and version = $2
         and not exists (select 1 from team o where o.name = $3 and o.id <> $1) returning 1`,
        [was.id, was.version, name],
      )
    ).length === 1
  )
}

export async function findApplication(db: Reader, id: ApplicationId, lock = false): Promise<ApplicationRow | null> {
  const [row] = await db.query<ApplicationRow>(
    `select id, name, purpose, team_id, owner_id, backup_id, created_by, created_at, version from application where id = $1${lock ? ' for update' : ''}`,
    [id],
  )
  return row ?? null
}

/** False where another application has that name. */
export async function insertApplication(
  tx: Tx,
  one: Application & { purpose: string; created_by: PersonId },
  at: Date,
): Promise<boolean> {
  const rows = await tx.query(
    `insert into application (id, name, purpose, team_id, owner_id, backup_id, created_by, created_at) values ($1, $2, $3, $4, $5, $6, $7, $8)
     on conflict (name) do nothing returning 1`,
    [one.id, one.name, one.purpose, one.team_id, one.owner_id, one.backup_id, one.created_by, at],
  )
  return rows.length === 1
}

/** Saves over this version. False: someone else was first, or the name is taken. */
export async function saveApplication(
  tx: Tx,
  was: ApplicationRow,
  next: Application & { purpose: string },
): Promise<boolean> {
  const rows = await tx.query(
    `update application set name = $3, purpose = $4, team_id = $5, owner_id = $6, backup_id = $7, version = version + 1
     where id = $1 and version = $2 and not exists (select 1 from application o where o.name = $3 and o.id <> $1) returning 1`,
    [was.id, was.version, next.name, next.purpose, next.team_id, next.owner_id, next.backup_id],
  )
  return rows.length === 1
}

/** Does an agent of this application work, outside development? */
export async function hasWorkingAgents(db: Reader, id: ApplicationId): Promise<boolean> {
  const rows = await db.query(
    `select 1 from agent where application_id = $1 and status = 'active' and environment <> 'development' limit 1`,
    [id],
  )
  return rows.length > 0
}

/** Which of these people exist and are active; their rows are kept from being disabled meanwhile. */
export async function activeAmong(tx: Tx, ids: readonly PersonId[]): Promise<Set<string>> {
  const rows = await tx.query<{ id: string }>(
    `select id from person where id = any($1) and status = 'active' order by id for share`,
    [ids],
  )
  return new Set(rows.map(row => row.id))
}

/** Who answers for an application from now on, and who did until now: four eyes looks back 30 days (INV-18). */
export async function moveAccountability(
  tx: Tx,
  subject: ApplicationId,
  relation: 'owner' | 'backup' | 'creator',
  person: PersonId | null,
  at: Date,
): Promise<void> {
  await tx.query('update accountability set until = $3 where subject_id = $1 and relation = $2 and until is null', [
    subject,
    relation,
    at,
  ])
  if (person === null) return
  await tx.query('insert into accountability (subject_id, person_id, relation, since) values ($1, $2, $3, $4)', [
    subject,
    person,
    relation,
    at,
  ])
}

export interface TeamLine extends TeamRow {
  readonly members: number
  readonly agents: number
}

/** Teams by name; `ids` null: all. `after` is [name, id]. */
export function listTeams(
  db: Reader,
  ids: readonly TeamId[] | null,
  q: string | null,
  after: readonly string[] | null,
  limit: number,
): Promise<TeamLine[]> {
  return db.query<TeamLine>(
    `select t.id, t.name, t.created_at, t.version, t.time_zone, t.working_hours,
            (select count(distinct r.person_id) from role_assignment r where r.team_id = t.id) as members,
            (select count(*) from agent a join application p on p.id = a.application_id where p.team_id = t.id and a.status <> 'retired') as agents
     from team t where ($1::text[] is null or t.id = any($1)) and ($2::text is null or position(lower($2) in lower(t.name)) > 0)
       and ($3::text is null or (t.name collate "C", t.id) > ($3, $4)) order by t.name collate "C", t.id limit $5`,
    [ids, q, after?.[0] ?? null, after?.[1] ?? null, limit],
  )
}

export interface ApplicationLine extends ApplicationRow {
  readonly team_name: string
  readonly owner_name: string
  readonly backup_name: string | null
  readonly agents: number
}

/** Applications by name, of these teams (null: all) or answered for by this person. `after` is [name, id]. */
export function listApplications(
  db: Reader,
  reach: { teams: readonly TeamId[] | null; person: PersonId },
  filter: { id?: string | undefined; q?: string | undefined; team?: string | undefined },
  after: readonly string[] | null,
  limit: number,
): Promise<ApplicationLine[]> {
  return db.query<ApplicationLine>(
    `select p.id, p.name, p.purpose, p.team_id, p.owner_id, p.backup_id, p.created_by, p.created_at, p.version, t.name as team_name,
            o.name as owner_name, b.name as backup_name,
            (select count(*) from agent a where a.application_id = p.id and a.status <> 'retired') as agents
     from application p join team t on t.id = p.team_id join person o on o.id = p.owner_id left join person b on b.id = p.backup_id
     where ($1::text[] is null or p.team_id = any($1) or p.owner_id = $2 or p.backup_id = $2)
       and ($3::text is null or p.id = $3) and ($4::text is null or position(lower($4) in lower(p.name)) > 0) and ($5::text is null or p.team_id = $5)
       and ($6::text is null or (p.name collate "C", p.id) > ($6, $7)) order by p.name collate "C", p.id limit $8`,
    [
      reach.teams,
      reach.person,
      filter.id ?? null,
      filter.q ?? null,
      filter.team ?? null,
      after?.[0] ?? null,
      after?.[1] ?? null,
      limit,
    ],
  )
}
