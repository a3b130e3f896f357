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
  /** Whom they report to, and who said so when. */
  readonly manager: { readonly id: string; readonly set_by: string; readonly set_at: Date } | null
}

type Row = Omit<RegisteredPerson, 'roles' | 'manager'> & {
  readonly manager_id: string | null
  readonly manager_set_by: string
  readonly manager_set_at: Date
  readonly roles: readonly (RoleAssignment & { granted_by: string; granted_ms: number })[]
}

/** Every person with their roles, in one statement. */
export async function loadPeople(db: Reader): Promise<RegisteredPerson[]> {
  const rows = await db.query<Row>(
    `select p.id, p.name, p.email, p.status, p.manager_id, p.manager_set_by, p.manager_set_at,
            coalesce((select json_agg(json_build_object('role', r.role, 'team_id', r.team_id, 'granted_by', r.granted_by,
                        'granted_ms', extract(epoch from r.created_at) * 1000)) from role_assignment r
                      where r.person_id = p.id), '[]') as roles
     from person p`,
    [],
    'load-people',
  )
  return rows.map(({ manager_id, manager_set_by, manager_set_at, ...row }) => ({
    ...row,
    manager: manager_id === null ? null : { id: manager_id, set_by: manager_set_by, set_at: manager_set_at },
    roles: row.roles.map(({ granted_ms, ...role }) => ({ ...role, granted_at: new Date(granted_ms) })),
  }))
}
