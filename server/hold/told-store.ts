import type { Reader } from '@/server/db/tx'

export interface Told {
  readonly hold: string
  readonly person_id: string
  readonly at: Date
}

/** Who was told about these holds first, and when: fifty of each. */
export async function toldAbout(db: Reader, holds: readonly string[]): Promise<Told[]> {
  return db.query(
    `select h.id as hold, told.person_id, told.at from unnest($1::text[]) h(id) cross join lateral (
       select split_part(destination, ':', 2) as person_id, min(created_at) as at from delivery
       where subject_id = h.id group by 1 order by 2 limit 50) told`,
    [holds],
    'told-about',
  )
}

export interface EventOf {
  readonly subject: string
  readonly type: string
  readonly body: string
}

/** Events about these subjects, so many of each, oldest first. */
export async function eventsOf(db: Reader, subjects: readonly string[], limit: number): Promise<EventOf[]> {
  return db.query(
    // Read by subject first, whatever the plan: there are few of one hold, and walking the log in order would read it all.
    `select s.id as subject, found.type, found.body from unnest($1::text[]) s(id) cross join lateral (
       with mine as materialized (select id, type, body from event where subjects @> array[s.id])
       select type, body from mine order by id limit $2) found`,
    [subjects, limit],
    'events-of',
  )
}
