import type { Application } from '@/lib/application/application'
import type { Reader } from '@/server/db/tx'

/** Every application, for the gate's snapshot. */
export function loadApplications(db: Reader): Promise<Application[]> {
  return db.query<Application>(
    'select id, name, team_id, owner_id, backup_id from application',
    [],
    'load-applications',
  )
}
