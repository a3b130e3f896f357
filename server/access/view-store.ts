import type { RoleAssignment } from '@/lib/access/permission'
import type { TeamId } from '@/lib/kernel/id'
import type { Reader } from '@/server/db/tx'

/** One line of the list of members: somebody, or an invitation that is open. */
export interface MemberLine {
  readonly id: string
  readonly name: string
  readonly email: string
  readonly status: 'active' | 'disabled' | 'invited'
  readonly created_at: Date
  readonly version: number
  readonly roles: readonly RoleAssignment[]
  readonly last_seen_at: Date | null
  readonly expires_at: Date | null
  readonly key: string
}

export interface MemberFilter {
  readonly id?: string
  readonly q?: string | undefined
  readonly status?: string | undefined
  readonly sort: 'name' | '-created'
  /** Null: everybody. Otherwise people with a role in one of these teams. */
  readonly teams: readonly TeamId[] | null
}

/** People and open invitations in one order, `limit` of them behind `after` ([key, id]). */
export function listMembers(
  db: Reader,
  filter: MemberFilter,
  after: readonly string[] | null,
  limit: number,
): Promise<MemberLine[]> {
  const [key, way, past] =
    filter.sort === 'name'
      ? ['lower(name) collate "C"', 'asc', '>']
      : [`to_char(created_at, 'YYYYMMDDHH24MISSUS') collate "C"`, 'desc', '<']
  return db.query<MemberLine>(
    `with everybody as (
       select p.id, p.name, p.email, p.status, p.created_at, p.version, null::timestamptz as expires_at,
              coalesce((select jsonb_agg(jsonb_build_object('role', r.role, 'team_id', r.team_id) order by r.role, r.team_id)
                        from role_assignment r where r.person_id = p.id), '[]') as roles,
              (select max(s.last_seen_at) from sign_in s where s.person_id = p.id) as last_seen_at
       from person p
       union all
       select i.id, coalesce(i.name, i.email), i.email, 'invited', i.created_at, 1, i.expires_at, i.roles::jsonb, null
       from invitation i where i.used_at is null and i.revoked_at is null and i.expires_at > holdpoint.now()
     ), keyed as (select e.*, ${key} as key from everybody e)
     select * from keyed
     where ($1::text is null or id = $1)
       and ($2::text is null or position(lower($2) in lower(name)) > 0 or position(lower($2) in email) > 0)
       and ($3::text is null or status = $3)
       and ($4::text[] is null or exists (select 1 from jsonb_array_elements(roles) r where r->>'team_id' = any($4)))
       and ($5::text is null or (key, id) ${past} ($5, $6))
     order by key ${way}, id ${way} limit $7`,
    [
      filter.id ?? null,
      filter.q ?? null,
      filter.status ?? null,
      filter.teams,
      after?.[0] ?? null,
      after?.[1] ?? null,
      limit,
    ],
  )
}
