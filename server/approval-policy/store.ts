import type { ApprovalPolicy } from '@/lib/approval-policy/approval-policy'
import type { Reader, Tx } from '@/server/db/tx'

/** One version of an approval policy, with who wrote it and why. */
export interface ApprovalPolicyRow extends ApprovalPolicy {
  readonly note: string
  readonly hold_id: string | null
  readonly published_by: string
  readonly published_at: Date
}

/** When rules could name it no more, who said so, and why. */
export interface Retirement {
  readonly retired_at: Date
  readonly retired_by: string
  readonly reason: string
}

interface Raw extends Omit<ApprovalPolicyRow, 'title' | 'stages' | 'rejects'> {
  readonly body: string
}

const toPolicy = <R extends Raw>({ body, ...row }: R) => ({
  ...row,
  ...(JSON.parse(body) as Pick<ApprovalPolicy, 'title' | 'stages' | 'rejects'>),
})

const notRestored = 'r.name = p.name and r.restored_at is null'

/** What is in force, by name; what is retired is not. */
export async function loadApprovalPolicies(db: Reader): Promise<ApprovalPolicyRow[]> {
  const rows = await db.query<Raw>(
    `select distinct on (p.name) p.* from approval_policy p
     where not exists (select from approval_policy_retirement r where ${notRestored}) order by p.name, p.version desc`,
    [],
    'load-approval-policies',
  )
  return rows.map(toPolicy)
}

/** A page of what is in force, or of what is retired, by name. */
export async function listApprovalPolicies(
  db: Reader,
  { retired, after, limit }: { readonly retired: boolean; readonly after: string | null; readonly limit: number },
): Promise<(ApprovalPolicyRow & { readonly retirement: Retirement | null })[]> {
  const rows = await db.query<Raw & Retirement>(
    retired
      ? `select p.*, r.retired_at, r.retired_by, r.reason from approval_policy_retirement r
         cross join lateral (select * from approval_policy v where v.name = r.name order by version desc limit 1) p
         where r.restored_at is null and ($1::text is null or r.name > $1) order by r.name limit $2`
      : `select distinct on (p.name) p.* from approval_policy p
         where ($1::text is null or p.name > $1)
           and not exists (select from approval_policy_retirement r where ${notRestored})
         order by p.name, p.version desc limit $2`,
    [after, limit],
  )
  return rows.map(({ retired_at, retired_by, reason, ...row }) => ({
    ...toPolicy(row),
    retirement: retired ? { retired_at, retired_by, reason } : null,
  }))
}

/** That it is retired now; null: it is not. */
export async function retirementOf(db: Reader, name: string): Promise<Retirement | null> {
  const [row] = await db.query<Retirement>(
    'select retired_at, retired_by, reason from approval_policy_retirement where name = $1 and restored_at is null',
    [name],
  )
  return row ?? null
}

/** Retires one that is not. */
export async function insertRetirement(tx: Tx, name: string, { retired_at, retired_by, reason }: Retirement) {
  await tx.query(
    'insert into approval_policy_retirement (name, retired_at, retired_by, reason) values ($1, $2, $3, $4)',
    [name, retired_at, retired_by, reason],
  )
}

/** Takes that back. False: it was not retired. */
export async function endRetirement(tx: Tx, name: string, by: string, at: Date): Promise<boolean> {
  const rows = await tx.query(
    `update approval_policy_retirement set restored_at = $3, restored_by = $2
     where name = $1 and restored_at is null returning name`,
    [name, by, at],
  )
  return rows.length === 1
}

/** The versions of one, newest first. */
export async function versionsOf(db: Reader, name: string, limit: number): Promise<ApprovalPolicyRow[]> {
  const rows = await db.query<Raw>('select * from approval_policy where name = $1 order by version desc limit $2', [
    name,
    limit,
  ])
  return rows.map(toPolicy)
}

/** Writes the next version. The primary key refuses a second one with the same number. */
export async function insertApprovalPolicy(tx: Tx, row: ApprovalPolicyRow): Promise<void> {
  const { name, version, title, stages, rejects, note, hold_id, published_by, published_at } = row
  await tx.query(
    `insert into approval_policy (name, version, body, note, hold_id, published_by, published_at)
     values ($1, $2, $3, $4, $5, $6, $7)`,
    [name, version, JSON.stringify({ title, stages, rejects }), note, hold_id, published_by, published_at],
  )
}
