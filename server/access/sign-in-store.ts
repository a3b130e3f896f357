import type { RoleAssignment, SignedIn } from '@/lib/access/permission'
import type { PersonId } from '@/lib/kernel/id'
import type { Reader, Tx } from '@/server/db/tx'

export type SignInId = `sgn_${string}`

/** One place where a person is signed in. */
export interface SignIn {
  readonly id: SignInId
  readonly person_id: PersonId
  readonly method: string
  readonly user_agent: string | null
  readonly remote: string | null
  readonly created_at: Date
  readonly last_seen_at: Date
  readonly expires_at: Date
  /** The machine whose command line has a token of theirs; null: a browser. */
  readonly machine: string | null
  readonly read_only: boolean
}

const whoever = `p.id, p.name, p.email, s.id as sign_in_id, s.confirmed_at as signed_in_at,
            case when s.token_hash is not null then json_build_object('read_only', s.read_only) end as token,
            coalesce((select json_agg(json_build_object('role', r.role, 'team_id', r.team_id) order by r.role, r.team_id)
                      from role_assignment r where r.person_id = p.id), '[]') as roles`
const live = `s.revoked_at is null and s.expires_at > holdpoint.now()`

/** What a session cookie says of its sign-in. */
export interface Presented {
  readonly sign_in: string
  readonly sub: string
  readonly session_version: number
}

/**
 * The people behind these, in their order, with roles as they are now: asked at every request, so that revoking a sign-in,
 * disabling a person or changing a role works at the next one on any instance. Null where any of it no longer holds.
 */
export async function findSignedIn(db: Reader, presented: readonly Presented[]): Promise<(SignedIn | null)[]> {
  const rows = await db.query<Omit<SignedIn, 'roles'> & { roles: RoleAssignment[]; nth: number }>(
    `select t.nth, ${whoever}
     from unnest($1::text[], $2::text[], $3::integer[]) with ordinality as t(sign_in, person, version, nth)
     join sign_in s on s.id = t.sign_in
     join person p on p.id = s.person_id and p.id = t.person and p.session_version = t.version
     where s.token_hash is null and p.status = 'active' and ${live}`,
    [presented.map(one => one.sign_in), presented.map(one => one.sub), presented.map(one => one.session_version)],
    'find-signed-in',
  )
  const found = new Map(rows.map(({ nth, ...row }) => [nth, row]))
  return presented.map((_, at) => found.get(at + 1) ?? null)
}

/** The same for the hash of a personal token. */
export async function findByToken(db: Reader, tokenHash: Buffer): Promise<SignedIn | null> {
  const [row] = await db.query<Omit<SignedIn, 'roles'> & { roles: RoleAssignment[] }>(
    `select ${whoever}
     from sign_in s join person p on p.id = s.person_id
     where s.token_hash = $1 and p.status = 'active' and ${live}`,
    [tokenHash],
    'find-by-token',
  )
  return row ?? null
}

/** Which of these sign-ins still count, and whether their person sees the whole organisation: what sockets ask every few seconds. */
export async function liveSignIns(db: Reader, ids: readonly string[]): Promise<Map<string, boolean>> {
  const rows = await db.query<{ id: string; everywhere: boolean }>(
    `select s.id, exists (select 1 from role_assignment r where r.person_id = p.id and r.team_id is null) as everywhere
     from sign_in s join person p on p.id = s.person_id where s.id = any($1) and p.status = 'active' and ${live}`,
    [ids],
    'live-sign-ins',
  )
  return new Map(rows.map(row => [row.id, row.everywhere]))
}

export async function insertSignIn(
  tx: Tx,
  signIn: {
    id: SignInId
    person_id: PersonId
    method: string
    user_agent: string | null
    remote: string | null
    hours: number
    token?: { readonly hash: Buffer; readonly machine: string; readonly read_only: boolean }
  },
  at: Date,
): Promise<void> {
  await tx.query(
    `insert into sign_in (id, person_id, method, user_agent, remote, created_at, confirmed_at, last_seen_at, expires_at,
                          token_hash, machine, read_only)
     values ($1, $2, $3, $4, $5, $6, $6, $6, $6::timestamptz + make_interval(hours => $7), $8, $9, $10)`,
    [
      signIn.id,
      signIn.person_id,
      signIn.method,
      signIn.user_agent,
      signIn.remote,
      at,
      signIn.hours,
      signIn.token?.hash ?? null,
      signIn.token?.machine ?? null,
      signIn.token?.read_only ?? false,
    ],
  )
}

/** A person's live sign-ins, newest first. */
export function listSignIns(db: Reader, person: PersonId): Promise<SignIn[]> {
  return db.query<SignIn>(
    `select s.id, s.person_id, s.method, s.user_agent, s.remote, s.created_at, s.last_seen_at, s.expires_at, s.machine, s.read_only
     from sign_in s where s.person_id = $1 and ${live} order by s.created_at desc, s.id desc limit 200`,
    [person],
  )
}

/** Ends live sign-ins of a person: one, or all but one. Answers which. */
export async function revokeSignIns(
  tx: Tx,
  person: PersonId,
  which: { only?: string; except?: string },
  at: Date,
): Promise<SignInId[]> {
  const rows = await tx.query<{ id: SignInId }>(
    `update sign_in set revoked_at = $4 where person_id = $1 and revoked_at is null
       and ($2::text is null or id = $2) and ($3::text is null or id <> $3) returning id`,
    [person, which.only ?? null, which.except ?? null, at],
  )
  return rows.map(row => row.id)
}

/** Ends every personal token. Answers which, by person. */
export async function revokeTokens(tx: Tx, at: Date): Promise<ReadonlyMap<PersonId, SignInId[]>> {
  const rows = await tx.query<{ id: SignInId; person_id: PersonId }>(
    'update sign_in set revoked_at = $1 where token_hash is not null and revoked_at is null returning id, person_id',
    [at],
  )
  const ended = new Map<PersonId, SignInId[]>()
  for (const { id, person_id } of rows) ended.set(person_id, [...(ended.get(person_id) ?? []), id])
  return ended
}

/** The password was given again: this sign-in is fresh. */
export async function confirmSignIn(tx: Tx, id: string, at: Date): Promise<void> {
  await tx.query('update sign_in set confirmed_at = $2 where id = $1 and revoked_at is null', [id, at])
}

/** Notes when sign-ins were last seen; a reading aid, flushed now and then and never on a request's path. */
export async function touchSignIns(db: Reader, ids: readonly string[]): Promise<void> {
  await db.query('update sign_in set last_seen_at = holdpoint.now() where id = any($1) and revoked_at is null', [ids])
}
