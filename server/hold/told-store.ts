import type { Reader } from '@/server/db/tx'

/** Who was told about a hold, and when. */
export async function toldAbout(db: Reader, hold: string): Promise<{ person_id: string; at: Date }[]> {
  return db.query(
    `select split_part(destination, ':', 2) as person_id, min(created_at) as at from delivery where subject_id = $1 group by 1 order by 2 limit 50`,
    [hold],
    'told-about',
  )
}

/** Events about one subject, oldest first. */
export async function eventsOf(db: Reader, subject: string, limit: number): Promise<{ type: string; body: string }[]> {
  return db.query(
    // Read by subject first, whatever the plan: there are few of one hold, and walking the log in order would read it all.
    `with mine as materialized (select id, type, body from event where subjects @> array[$1::text])
     select type, body from mine order by id limit $2`,
    [subject, limit],
    'events-of',
  )
}
