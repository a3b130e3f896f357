import type { ApprovalPolicy } from '@/lib/approval-policy/approval-policy'
import type { Reader, Tx } from '@/server/db/tx'

/** One version of an approval policy, with who wrote it and why. */
export interface ApprovalPolicyRow extends ApprovalPolicy {
  readonly note: string
  readonly hold_id: string | null
  readonly published_by: string
  readonly published_at: Date
}

type Raw = Omit<ApprovalPolicyRow, 'title' | 'stages' | 'rejects'> & { readonly body: string }

const toPolicy = ({ body, ...row }: Raw): ApprovalPolicyRow => ({
  ...row,
  ...(JSON.parse(body) as Pick<ApprovalPolicy, 'title' | 'stages' | 'rejects'>),
})

/** What is in force, by name. */
export async function loadApprovalPolicies(db: Reader): Promise<ApprovalPolicyRow[]> {
  const rows = await db.query<Raw>(
    'select distinct on (name) * from approval_policy order by name, version desc',
    [],
    'load-approval-policies',
  )
  return rows.map(toPolicy)
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
