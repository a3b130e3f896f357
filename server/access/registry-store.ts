import type { GrantedRole, RoleAssignment } from '@/lib/access/permission'
import type { PersonId } from '@/lib/kernel/id'
import type { Reader } from '@/server/db/tx'

/** A person as eligibility and the gate's snapshot see them. */
export interface RegisteredPerson {
  readonly id: PersonId
  readonly name: string
  readonly email: string
  readonly status: 'active' | 'disabled'
  readonly roles: readonly GrantedRole[]
}

type Row = Omit<RegisteredPerson, 'roles'> & {
  readonly roles: readonly (RoleAssignment & { granted_by: string; granted_ms: number })[]
}

/** Every person with their roles, in one statement. */
export async function loadPeople(db: Reader): Promise<RegisteredPerson[]> {
  const rows = await db.query<Row>(
    `select p.id, p.name, p.email, p.status,
            coalesce((select json_agg(json_build_object('role', r.role, 'team_id', r.team_id, 'granted_by', r.granted_by,
                        'granted_ms', extract(epoch from r.created_at) * 1000)) from role_assignment r
                      where r.person_id = p.id), '[]') as roles
     from person p`,
    [],
    'load-people',
  )
  return rows.map(row => ({
    ...row,
    roles: row.roles.map(({ granted_ms, ...role }) => ({ ...role, granted_at: new Date(granted_ms) })),
  }))
}
