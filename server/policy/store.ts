import type { Reader, Tx } from '@/server/db/tx'

export interface PolicyRow {
  readonly version: number
  readonly source: string
  readonly digest: string
  readonly note: string
  readonly hold_id: string | null
  readonly published_by: string
  readonly published_at: Date
}

/** The policy in force: the highest version. Null before the first start has published the default pack. */
export async function currentPolicy(db: Reader): Promise<PolicyRow | null> {
  const [row] = await db.query<PolicyRow>('select * from policy_version order by version desc limit 1')
  return row ?? null
}

/** One published version; null where there is none. */
export async function findPolicy(db: Reader, version: number): Promise<PolicyRow | null> {
  if (!Number.isInteger(version) || version < 1 || version > 2_147_483_647) return null
  const [row] = await db.query<PolicyRow>('select * from policy_version where version = $1', [version])
  return row ?? null
}

/** Published versions, newest first. */
export async function listPolicies(db: Reader, limit: number): Promise<PolicyRow[]> {
  return db.query<PolicyRow>('select * from policy_version order by version desc limit $1', [limit])
}

/** Which of these approval policies there are not: rules may name only what is in force. */
export async function missingApprovalPolicies(db: Reader, names: readonly string[]): Promise<string[]> {
  const rows = await db.query<{ name: string }>(
    `select n.name from unnest($1::text[]) as n(name)
     where not exists (
       select from approval_policy p where p.name = n.name and not exists (
         select from approval_policy_retirement r where r.name = p.name and r.restored_at is null
       )
     ) order by n.name`,
    [names],
  )
  return rows.map(row => row.name)
}

/** Names of the approval policies that rules could name at this time; null: now. */
export async function approvalPoliciesAt(db: Reader, at: Date | null): Promise<string[]> {
  const rows = await db.query<{ name: string }>(
    `select p.name from approval_policy p, coalesce($1::timestamptz, holdpoint.now()) as at
     where p.version = 1 and p.published_at <= at and not exists (
       select from approval_policy_retirement r
       where r.name = p.name and r.retired_at <= at and (r.restored_at is null or r.restored_at > at)
     )`,
    [at],
  )
  return rows.map(row => row.name)
}

/** Writes the next version. The primary key refuses a second one with the same number. */
export async function insertPolicy(tx: Tx, row: PolicyRow): Promise<void> {
  await tx.query(
    `insert into policy_version (version, source, digest, note, hold_id, published_by, published_at) values ($1, $2, $3, $4, $5, $6, $7)`,
    [row.version, row.source, row.digest, row.note, row.hold_id, row.published_by, row.published_at],
  )
}
