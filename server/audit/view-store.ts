import type { Reader } from '@/server/db/tx'

/** What a page of the log is filtered by; `agents` null: all of it. */
export interface LogFilter {
  readonly type: string | null
  readonly subject: string | null
  readonly actor: string | null
  readonly afterSeq: number | null
  readonly afterTime: Date | null
  readonly agents: readonly string[] | null
  /** The event id of the last row of the page before. */
  readonly before: number | null
}

export interface LogRow {
  readonly event_id: number
  readonly seq: number | null
  readonly leaf: Buffer | null
  readonly body: string
}

/**
 * Newest first. A canonical body begins `{"at":"<24 characters>","by":{"id":"…"`, so that the actor stands at a fixed
 * place; the body is never cast to jsonb, which refuses some of what may stand in it.
 */
export async function pageLog(db: Reader, filter: LogFilter, limit: number): Promise<LogRow[]> {
  return db.query<LogRow>(
    `select e.id as event_id, l.seq, l.leaf, e.body from event e left join log_entry l on l.event_id = e.id
     where ($1::text is null or e.type = $1 or starts_with(e.type, $1 || '.'))
       and ($2::text is null or e.subjects @> array[$2])
       and ($3::text is null or starts_with(substr(e.body, 34), '"by":{"id":"' || $3 || '"'))
       and ($4::bigint is null or l.seq > $4)
       and ($5::timestamptz is null or e.at > $5)
       and ($6::text[] is null or e.subjects && $6)
       and ($7::bigint is null or e.id < $7)
     order by e.id desc limit $8`,
    [filter.type, filter.subject, filter.actor, filter.afterSeq, filter.afterTime, filter.agents, filter.before, limit],
  )
}

/** The agents of these teams: what somebody with a role on a team alone may read about. */
export async function agentsOfTeams(db: Reader, teams: readonly string[]): Promise<string[]> {
  const rows = await db.query<{ id: string }>(
    'select a.id from agent a join application p on p.id = a.application_id where p.team_id = any($1)',
    [teams],
  )
  return rows.map(row => row.id)
}

/** What people, agents and things are called now. */
export async function namesOf(db: Reader, ids: readonly string[]): Promise<Map<string, string>> {
  const rows = await db.query<{ id: string; name: string }>(
    `select id, name from person where id = any($1) union all select id, name from agent where id = any($1)
     union all select id, name from tool where id = any($1) union all select id, name from team where id = any($1)
     union all select id, name from application where id = any($1)`,
    [ids],
    'names',
  )
  return new Map(rows.map(row => [row.id, row.name]))
}

export interface NumberedRow {
  readonly seq: number
  readonly body: string
  readonly leaf: Buffer
}

/** The numbered events of an action, oldest first, below `size`. */
export async function entriesAbout(db: Reader, subject: string, size: number): Promise<NumberedRow[]> {
  return db.query<NumberedRow>(
    `select l.seq, e.body, l.leaf from event e join log_entry l on l.event_id = e.id
     where e.subjects @> array[$1] and l.seq < $2 order by l.seq limit 200`,
    [subject, size],
  )
}

/** The numbered event with this id (`evt_…`). It stands in the body alone; the id's own time says where to look. */
export async function entryOfEvent(db: Reader, event: string, near: Date, size: number): Promise<NumberedRow[]> {
  return db.query<NumberedRow>(
    `select l.seq, e.body, l.leaf from event e join log_entry l on l.event_id = e.id
     where e.at between $2::timestamptz - interval '1 day' and $2::timestamptz + interval '1 day'
       and position('"id":"' || $1 || '","subjects":' in e.body) > 0 and l.seq < $3 limit 1`,
    [event, near, size],
  )
}
