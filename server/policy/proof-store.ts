import type { PersonId } from '@/lib/kernel/id'
import type { PolicyCase } from '@/lib/policy/proof-case'
import { emptyTally, type Tally } from '@/lib/policy/proof-tally'
import type { Reader, Tx } from '@/server/db/tx'

export interface CaseRow extends PolicyCase {
  readonly id: string
  readonly updated_by: PersonId
  readonly updated_at: Date
  readonly version: number
}

type RawCase = Omit<CaseRow, 'given' | 'rules'> & { readonly given: string; readonly rules: string | null }

const toCase = (raw: RawCase): CaseRow => ({
  ...raw,
  given: JSON.parse(raw.given) as PolicyCase['given'],
  rules: raw.rules === null ? null : (JSON.parse(raw.rules) as string[]),
})

/** Every case, by name. There are never more than a thousand. */
export async function listCases(db: Reader): Promise<CaseRow[]> {
  return (await db.query<RawCase>('select * from policy_case order by name, id')).map(toCase)
}

/** Every case, and none is added, changed or taken away until the transaction ends. */
export async function lockCases(tx: Tx): Promise<CaseRow[]> {
  await tx.query('lock table policy_case in share mode')
  return listCases(tx)
}

/** Locks one case until the transaction ends. Null where there is none. */
export async function lockCase(tx: Tx, id: string): Promise<CaseRow | null> {
  const [raw] = await tx.query<RawCase>('select * from policy_case where id = $1 for update', [id])
  return raw ? toCase(raw) : null
}

const values = (one: PolicyCase & { id: string; by: string }) => [
  one.id,
  one.name,
  JSON.stringify(one.given),
  one.want,
  one.rules === null ? null : JSON.stringify(one.rules),
  one.by,
]

/** Writes a case that is new. False where one has its name. */
export async function insertCase(tx: Tx, one: PolicyCase & { id: string; by: string }): Promise<boolean> {
  const rows = await tx.query(
    `insert into policy_case (id, name, given, want, rules, updated_by) values ($1, $2, $3, $4, $5, $6)
     on conflict (name) do nothing returning id`,
    values(one),
  )
  return rows.length > 0
}

/** Writes a case anew; the verb has locked it. False where another has its name. */
export async function updateCase(tx: Tx, one: PolicyCase & { id: string; by: string }): Promise<boolean> {
  const rows = await tx.query(
    `update policy_case c set name = $2, given = $3, want = $4, rules = $5, updated_by = $6, updated_at = holdpoint.now(),
       version = version + 1
     where id = $1 and not exists (select from policy_case o where o.name = $2 and o.id <> $1) returning id`,
    values(one),
  )
  return rows.length > 0
}

export async function deleteCase(tx: Tx, id: string): Promise<void> {
  await tx.query('delete from policy_case where id = $1', [id])
}

export interface ShadowRow {
  readonly id: string
  readonly source: string
  readonly digest: string
  readonly started_by: PersonId
  readonly started_at: Date
  readonly ends_at: Date
  readonly stopped_at: Date | null
  readonly mark: string
  readonly tally: Tally
}

type RawShadow = Omit<ShadowRow, 'tally'> & { readonly tally: string }
const toShadow = (raw: RawShadow): ShadowRow => {
  const tally = JSON.parse(raw.tally) as Tally
  // One that began before narrowing was counted goes on with nothing counted of it.
  return { ...raw, tally: { ...tally, changes: { ...emptyTally().changes, ...tally.changes } } }
}

/** The shadow that runs, or ran last. */
export async function latestShadow(db: Reader): Promise<ShadowRow | null> {
  const [raw] = await db.query<RawShadow>(
    'select * from policy_shadow order by stopped_at is null desc, id desc limit 1',
  )
  return raw ? toShadow(raw) : null
}

/** Locks the running shadow for whoever works it; null where none runs, or another instance is at it. */
export async function takeShadow(tx: Tx): Promise<ShadowRow | null> {
  const [raw] = await tx.query<RawShadow>('select * from policy_shadow where stopped_at is null for update skip locked')
  return raw ? toShadow(raw) : null
}

/** Ends whatever runs; waits for whoever works it. Answers its id, or null. */
export async function stopShadow(tx: Tx, at: Date): Promise<string | null> {
  const [row] = await tx.query<{ id: string }>(
    'update policy_shadow set stopped_at = $1 where stopped_at is null returning id',
    [at],
  )
  return row?.id ?? null
}

export async function insertShadow(tx: Tx, row: Omit<ShadowRow, 'stopped_at'>): Promise<void> {
  await tx.query(
    `insert into policy_shadow (id, source, digest, started_by, started_at, ends_at, mark, tally) values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [row.id, row.source, row.digest, row.started_by, row.started_at, row.ends_at, row.mark, JSON.stringify(row.tally)],
  )
}

export async function saveShadow(tx: Tx, id: string, mark: string, tally: Tally): Promise<void> {
  await tx.query('update policy_shadow set mark = $2, tally = $3 where id = $1', [id, mark, JSON.stringify(tally)])
}

/** Ids of actions after a mark, oldest first, that were asked for before `until`: later ones may still be uncommitted. */
export async function actionsAfter(db: Reader, mark: string, until: Date, limit: number): Promise<string[]> {
  const rows = await db.query<{ id: string }>(
    'select id from action where id > $1 and created_at < $2 order by id limit $3',
    [mark, until, limit],
  )
  return rows.map(row => row.id)
}

/** How many actions there are from an id on, as far as `limit`. */
export async function countActions(db: Reader, from: string, limit: number): Promise<number> {
  const [row] = await db.query<{ n: number }>(
    'select count(*)::int n from (select from action where id >= $1 limit $2) found',
    [from, limit],
  )
  return row?.n ?? 0
}
