import type { Reader } from '@/server/db/tx'

/** What waits, by kind and by how long it has waited. */
export interface OpenHolds {
  readonly kind: 'action' | 'change'
  readonly age: string
  readonly count: number
}

/** Where the work of all instances on this database stands. Times are seconds, 0 where nothing is late. */
export interface Standing {
  readonly oldest_hold: number
  /** The longest that something has been due and not been done: a hold to end, a change to carry out. */
  readonly engine_lag: number
  readonly delivery_lag: number
  readonly pending_deliveries: number
  readonly dead_deliveries: number
  /** Events that are recorded and not numbered, and how long the oldest of them has been. */
  readonly unnumbered: number
  readonly sequencer_lag: number
  /** Entries that are numbered and under no signed head. */
  readonly unsigned: number
  readonly log_size: number
  /** The database's clock, milliseconds since the epoch. */
  readonly now: number
}

/** Decisions of one kind that the log tells of. */
export interface Decided {
  readonly verdict: string
  readonly by: string
  readonly code: string
  readonly count: number
}

export function countOpenHolds(db: Reader): Promise<OpenHolds[]> {
  return db.query<OpenHolds>(
    `select kind, case when waited < interval '1 minute' then 'under_1m' when waited < interval '10 minutes' then 'under_10m'
                       when waited < interval '1 hour' then 'under_1h' when waited < interval '4 hours' then 'under_4h'
                       else 'over_4h' end as age, count(*) as count
     from (select kind, holdpoint.now() - opened_at as waited from hold where status = 'pending') as open group by 1, 2`,
    [],
    'metrics-open-holds',
  )
}

export function countSwitches(db: Reader): Promise<{ level: string; count: number }[]> {
  return db.query(
    'select level, count(*) as count from containment where lifted_at is null group by 1',
    [],
    'metrics-switches',
  )
}

/** Windows of watching only that are open. */
export function countObserving(db: Reader): Promise<{ target: string; count: number }[]> {
  return db.query(
    'select target_type as target, count(*) as count from enforcement_window where ended_at is null and until > holdpoint.now() group by 1',
    [],
    'metrics-observing',
  )
}

export async function readStanding(db: Reader): Promise<Standing> {
  const [row] = await db.query<Standing>(
    `with clock as (select holdpoint.now() as at), head as (select mark, size from log_head where id = 1),
       late as (select count(*) as count, min(at) as since from (select at from event, head where id > mark order by id limit 100000) e)
     select coalesce(extract(epoch from clock.at - (select min(opened_at) from hold where status = 'pending')), 0)::float8 as oldest_hold,
            greatest(0, extract(epoch from clock.at - least(
              (select min(due_at) from hold where status = 'pending'),
              (select min(decided_at) from hold where kind = 'change' and status = 'approved'))))::float8 as engine_lag,
            greatest(0, coalesce(extract(epoch from clock.at - (select min(due_at) from delivery where status = 'pending')), 0))::float8 as delivery_lag,
            (select count(*) from delivery where status = 'pending') as pending_deliveries,
            (select count(*) from delivery where status = 'dead') as dead_deliveries,
            late.count as unnumbered,
            greatest(0, coalesce(extract(epoch from clock.at - late.since), 0))::float8 as sequencer_lag,
            head.size - coalesce((select max(size) from checkpoint), 0) as unsigned,
            head.size as log_size,
            (extract(epoch from clock.at) * 1000)::float8 as now
     from clock, head, late`,
    [],
    'metrics-standing',
  )
  if (!row) throw new Error('log_head has no row')
  return row
}

/** Decisions among the entries `from` ≤ seq < `to`. */
export function countDecisions(db: Reader, from: number, to: number): Promise<Decided[]> {
  return db.query<Decided>(
    `select data->>'verdict' as verdict, data->>'by' as by, data->>'code' as code, count(*) as count
     from (select e.body::json->'data' as data from log_entry l join event e on e.id = l.event_id
           where l.seq >= $1 and l.seq < $2) as entry
     where data->>'verdict' is not null and data->>'code' is not null group by 1, 2, 3`,
    [from, to],
    'metrics-decisions',
  )
}
