import type { Reader } from '@/server/db/tx'
import type { DemoPerson } from '@/server/gate/served'

/** Everybody of the demo organisation, for its sign-in page: roles and teams by name. */
export function listDemoPeople(db: Reader): Promise<DemoPerson[]> {
  return db.query(
    `select p.email, p.name,
            coalesce((select json_agg(distinct r.role) from role_assignment r where r.person_id = p.id), '[]') as roles,
            coalesce((select json_agg(distinct t.name) from role_assignment r join team t on t.id = r.team_id where r.person_id = p.id), '[]') as teams
     from person p where p.status = 'active' order by p.created_at, p.id limit 50`,
  )
}
