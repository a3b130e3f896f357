import type { Reader, Tx } from '@/server/db/tx'

export interface ReviewRow {
  readonly id: string
  readonly hold_id: string
  readonly person_id: string
  readonly verdict: 'approve' | 'reject' | 'ask' | 'pass'
  readonly digest: string
  readonly self: boolean
  readonly key: string | null
  readonly created_at: Date
  readonly voided_at: Date | null
  readonly void_reason: string | null
}

const columns = 'id, hold_id, person_id, verdict, digest, self, key, created_at, voided_at, void_reason'

/** All reviews of these holds, oldest first. */
export async function readReviews(db: Reader, holds: readonly string[]): Promise<ReviewRow[]> {
  return db.query<ReviewRow>(
    `select ${columns} from review where hold_id = any($1) order by created_at, id`,
    [holds],
    'read-reviews',
  )
}

export type NewReview = Omit<ReviewRow, 'voided_at' | 'void_reason'>

/** Writes reviews, but none that is there: a person has one live review on one digest, and a key makes one review. */
export async function insertReviews(tx: Tx, reviews: readonly NewReview[]): Promise<void> {
  await tx.query(
    `insert into review (id, hold_id, person_id, verdict, digest, self, key, created_at)
     select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::boolean[], $7::text[], $8::timestamptz[])
     on conflict do nothing`,
    [
      reviews.map(one => one.id),
      reviews.map(one => one.hold_id),
      reviews.map(one => one.person_id),
      reviews.map(one => one.verdict),
      reviews.map(one => one.digest),
      reviews.map(one => one.self),
      reviews.map(one => one.key),
      reviews.map(one => one.created_at),
    ],
    'insert-reviews',
  )
}

/** What a verdict must have written by now: its reviews, and at this moment the ends of holds and the decisions of actions. */
interface Written {
  readonly reviews: readonly string[]
  readonly holds: readonly string[]
  readonly actions: readonly string[]
}

/**
 * Fails the transaction unless all of that is there, without waiting for the answer. The holds are locked, so that nobody
 * else can have reviewed them meanwhile: a key that is taken stands on another hold.
 */
export async function demandWritten(tx: Tx, at: Date, { reviews, holds, actions }: Written): Promise<void> {
  await tx.query(
    `select holdpoint.demand((select count(*) from review where id = any($1)) = cardinality($1::text[]), 'key'),
       holdpoint.demand((select count(*) from hold where id = any($2) and decided_at = $4) = cardinality($2::text[])
         and (select count(*) from action where id = any($3) and decided_at = $4) = cardinality($3::text[]), 'end')`,
    [reviews, holds, actions, at],
    'demand-written',
  )
}

/** What was faster than this verdict: the same key on another hold, or another end of it. Null: it failed by something else. */
export function lostTo(error: unknown): 'key' | 'end' | null {
  if (!(error instanceof Error) || !('code' in error) || error.code !== 'HP409') return null
  return error.message === 'key' ? 'key' : 'end'
}

/** Voids reviews that no longer count; history stays. */
export async function voidReviews(tx: Tx, ids: readonly string[], at: Date, reason: string): Promise<void> {
  if (ids.length === 0) return
  await tx.query('update review set voided_at = $2, void_reason = $3 where id = any($1) and voided_at is null', [
    ids,
    at,
    reason,
  ])
}

/**
 * Somebody has been shown all arguments (or is still looking). Returns true the first time.
 * @param decides whether this person may decide it: only then is the hold seen, and its end no longer an unseen one
 */
export async function saveView(
  tx: Tx,
  hold: string,
  person: string,
  digest: string,
  decides: boolean,
  at: Date,
): Promise<boolean> {
  const rows = await tx.query<{ fresh: boolean }>(
    `insert into hold_view (hold_id, person_id, digest, first_at, last_at, shown_at) values ($1, $2, $3, $4, $4, $4)
     on conflict (hold_id, person_id) do update set last_at = excluded.last_at, digest = excluded.digest,
       shown_at = case when hold_view.digest = excluded.digest then hold_view.shown_at else excluded.shown_at end
     returning (xmax = 0) as fresh`,
    [hold, person, digest, at],
  )
  if (decides) await tx.query('update hold set first_seen_at = coalesce(first_seen_at, $2) where id = $1', [hold, at])
  return rows[0]?.fresh ?? false
}

/** The digest of what this person was last shown of each of these holds. */
export async function readOwnViews(db: Reader, person: string, holds: readonly string[]): Promise<Map<string, string>> {
  const rows = await db.query<{ hold_id: string; digest: string }>(
    'select hold_id, digest from hold_view where person_id = $1 and hold_id = any($2)',
    [person, holds],
    'read-own-views',
  )
  return new Map(rows.map(row => [row.hold_id, row.digest]))
}

/** What each person was last shown of these holds, and since when. */
export async function readShown(
  db: Reader,
  holds: readonly string[],
): Promise<{ hold_id: string; person_id: string; digest: string; shown_at: Date }[]> {
  return db.query(
    'select hold_id, person_id, digest, shown_at from hold_view where hold_id = any($1)',
    [holds],
    'read-shown',
  )
}

export interface ViewRow {
  readonly hold_id: string
  readonly person_id: string
  readonly first_at: Date
  readonly last_at: Date
  readonly looking: boolean
  readonly digest: string
  readonly shown_at: Date
}

/** Who has seen these holds, and who is looking now (within 30 s). */
export async function readViews(db: Reader, holds: readonly string[]): Promise<ViewRow[]> {
  return db.query<ViewRow>(
    `select hold_id, person_id, first_at, last_at, last_at > holdpoint.now() - interval '30 seconds' as looking,
       digest, shown_at
     from hold_view where hold_id = any($1) order by first_at`,
    [holds],
    'read-views',
  )
}
