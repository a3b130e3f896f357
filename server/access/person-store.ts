import type { Role, RoleAssignment } from '@/lib/access/permission'
import type { PersonId, TeamId } from '@/lib/kernel/id'
import type { Reader, Tx } from '@/server/db/tx'

/** A person as verbs read and write them. */
export interface PersonRow {
  readonly id: PersonId
  readonly email: string
  readonly name: string
  readonly status: 'active' | 'disabled'
  readonly session_version: number
  readonly created_at: Date
  readonly version: number
  readonly roles: readonly RoleAssignment[]
}

const columns = `p.id, p.email, p.name, p.status, p.session_version, p.created_at, p.version,
  coalesce((select json_agg(json_build_object('role', r.role, 'team_id', r.team_id) order by r.role, r.team_id)
            from role_assignment r where r.person_id = p.id), '[]') as roles`

/** One person; `lock` keeps their row until the end of the transaction. */
export async function findPerson(db: Reader, id: PersonId, lock = false): Promise<PersonRow | null> {
  if (lock) await db.query('select 1 from person where id = $1 for no key update', [id])
  const [row] = await db.query<PersonRow>(`select ${columns} from person p where p.id = $1`, [id])
  return row ?? null
}

/** What a password is compared with: by address, active people only. */
export async function findLogin(
  db: Reader,
  email: string,
): Promise<{ id: PersonId; password_hash: string | null } | null> {
  const [row] = await db.query<{ id: PersonId; password_hash: string | null }>(
    `select id, password_hash from person where email = $1 and status = 'active'`,
    [email],
  )
  return row ?? null
}

export async function findPasswordHash(db: Reader, id: PersonId): Promise<string | null> {
  const [row] = await db.query<{ password_hash: string | null }>('select password_hash from person where id = $1', [id])
  return row?.password_hash ?? null
}

/** Whoever has this address, or another of the same mailbox. */
export async function findTwin(db: Reader, email: string, skeleton: string): Promise<{ id: PersonId } | null> {
  const [row] = await db.query<{ id: PersonId }>(
    'select id from person where email = $1 or email_skeleton = $2 limit 1',
    [email, skeleton],
  )
  return row ?? null
}

/** Makes a person. False where the address is taken meanwhile. */
export async function insertPerson(
  tx: Tx,
  person: { id: PersonId; email: string; email_skeleton: string; name: string; password_hash: string | null },
  at: Date,
): Promise<boolean> {
  const rows = await tx.query(
    `insert into person (id, email, email_skeleton, name, password_hash, created_at) values ($1, $2, $3, $4, $5, $6)
     on conflict (email) do nothing returning 1`,
    [person.id, person.email, person.email_skeleton, person.name, person.password_hash, at],
  )
  return rows.length === 1
}

/** Saves name and status over this version; `end` makes every session token of theirs worthless. */
export async function savePerson(
  tx: Tx,
  was: PersonRow,
  next: Pick<PersonRow, 'name' | 'status'>,
  end: boolean,
): Promise<boolean> {
  const rows = await tx.query(
    `update person set name = $3, status = $4, session_version = session_version + $5, version = version + 1
     where id = $1 and version = $2 returning 1`,
    [was.id, was.version, next.name, next.status, end ? 1 : 0],
  )
  return rows.length === 1
}

export async function grantRole(
  tx: Tx,
  person: PersonId,
  role: Role,
  team: TeamId | null,
  by: string,
  at: Date,
): Promise<void> {
  await tx.query(
    `insert into role_assignment (person_id, role, team_id, granted_by, created_at) values ($1, $2, $3, $4, $5) on conflict do nothing`,
    [person, role, team, by, at],
  )
}

export async function revokeRole(tx: Tx, person: PersonId, role: Role, team: TeamId | null): Promise<void> {
  await tx.query(
    `delete from role_assignment where person_id = $1 and role = $2 and coalesce(team_id, '') = coalesce($3, '')`,
    [person, role, team],
  )
}

/** Active people with an organisation-wide administrator role, locked in one order so that two cannot remove each other. */
export async function lockAdministrators(tx: Tx): Promise<PersonId[]> {
  const rows = await tx.query<{ id: PersonId }>(
    `select p.id from person p where p.status = 'active' and exists (
       select 1 from role_assignment r where r.person_id = p.id and r.role = 'administrator' and r.team_id is null)
     order by p.id for no key update of p`,
  )
  return rows.map(row => row.id)
}

/** Is there anyone at all? Before the first person, setup is open. */
export async function anyPerson(db: Reader): Promise<boolean> {
  return (await db.query('select 1 from person limit 1')).length > 0
}

export async function findIdentity(db: Reader, issuer: string, subject: string): Promise<PersonId | null> {
  const [row] = await db.query<{ person_id: PersonId }>(
    'select person_id from identity where issuer = $1 and subject = $2',
    [issuer, subject],
  )
  return row?.person_id ?? null
}

export async function hasIdentity(db: Reader, person: PersonId, issuer: string): Promise<boolean> {
  return (await db.query('select 1 from identity where person_id = $1 and issuer = $2', [person, issuer])).length > 0
}

export async function insertIdentity(
  tx: Tx,
  issuer: string,
  subject: string,
  person: PersonId,
  at: Date,
): Promise<boolean> {
  const rows = await tx.query(
    'insert into identity (issuer, subject, person_id, created_at) values ($1, $2, $3, $4) on conflict do nothing returning 1',
    [issuer, subject, person, at],
  )
  return rows.length === 1
}

/** A new password makes every session token worthless. */
export async function savePassword(tx: Tx, person: PersonId, hash: string): Promise<void> {
  await tx.query(
    'update person set password_hash = $2, session_version = session_version + 1, version = version + 1 where id = $1',
    [person, hash],
  )
}
