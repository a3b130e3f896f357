import type { Stopped } from '@/lib/containment/lineage'
import type { ApplicationId } from '@/lib/kernel/id'
import type { Reader } from '@/server/db/tx'

/** The agents of an application that a switch in force names, retired ones too, with today's owner. */
export function listStopped(db: Reader, application: ApplicationId): Promise<Stopped[]> {
  return db.query<Stopped>(
    `select a.id as agent_id, a.name, a.application_id, coalesce(a.owner_id, p.owner_id) as owner, c.level
     from containment c join agent a on c.target_type = 'agent' and a.id = c.target_id
     join application p on p.id = a.application_id
     where c.lifted_at is null and a.application_id = $1 order by c.epoch desc`,
    [application],
  )
}
