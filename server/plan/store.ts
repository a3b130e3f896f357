import type { Requirement } from '@/lib/hold/requirement'
import type { Plan, PlanStep } from '@/lib/plan/plan'
import type { Reader, Tx } from '@/server/db/tx'

/** A plan as it is stored, with its hold's status; what it shows people is sealed with its hold. */
export interface PlanRow extends Plan {
  readonly key: string
  readonly body_digest: Buffer
  readonly hold_id: string
  readonly hold_status: string
  readonly created_at: Date
  readonly steps: readonly StepRow[]
}

export interface StepRow extends PlanStep {
  readonly tool: string
  readonly operation: string
}

type Raw = Omit<PlanRow, 'requirement' | 'steps'> & { readonly requirement: string }

const columns = `p.id, p.agent_id, p.key, p.body_digest, p.session, p.status, p.requirement, p.hold_id, p.approvers, p.created_at,
  p.expires_at, h.status as hold_status`

async function withSteps(db: Reader, rows: readonly Raw[]): Promise<PlanRow[]> {
  if (rows.length === 0) return []
  const steps = await db.query<StepRow & { plan_id: string }>(
    'select plan_id, n, digest, tool, operation, passed_by from plan_step where plan_id = any($1) order by plan_id, n',
    [rows.map(row => row.id)],
    'plan-steps',
  )
  const byPlan = Map.groupBy(steps, step => step.plan_id)
  return rows.map(row => ({
    ...row,
    requirement: JSON.parse(row.requirement) as Requirement,
    steps: byPlan.get(row.id) ?? [],
  }))
}

/** Reads plans by id. */
export async function readPlans(db: Reader, ids: readonly string[]): Promise<PlanRow[]> {
  const sql = `select ${columns} from plan p join hold h on h.id = p.hold_id where p.id = any($1)`
  return withSteps(db, await db.query<Raw>(sql, [ids], 'read-plans'))
}

/** Locks plans in id order, and then reads their steps, in a statement that sees what others have committed. Before the guard. */
export async function lockPlans(tx: Tx, ids: readonly string[]): Promise<PlanRow[]> {
  const sql = `select ${columns} from plan p join hold h on h.id = p.hold_id where p.id = any($1) order by p.id for update of p`
  return withSteps(tx, await tx.query<Raw>(sql, [ids], 'lock-plans'))
}

/** The plan that this agent asked for with this key. */
export async function planOfKey(db: Reader, agent: string, key: string): Promise<PlanRow | undefined> {
  const sql = `select ${columns} from plan p join hold h on h.id = p.hold_id where p.agent_id = $1 and p.key = $2`
  return (await withSteps(db, await db.query<Raw>(sql, [agent, key], 'plan-of-key')))[0]
}

/** How many plans of this agent wait for people. */
export async function waitingPlans(db: Reader, agent: string): Promise<number> {
  const [row] = await db.query<{ n: number }>(
    `select count(*)::integer as n from plan p join hold h on h.id = p.hold_id
     where p.agent_id = $1 and p.status = 'asked' and h.status = 'pending'`,
    [agent],
  )
  return row?.n ?? 0
}

export interface NewPlan {
  readonly id: string
  readonly agent_id: string
  readonly credential_id: string
  readonly key: string
  readonly body_digest: Buffer
  readonly session: string | null
  readonly requirement: Requirement
  readonly hold_id: string
  readonly created_at: Date
  readonly expires_at: Date
  readonly steps: readonly Pick<StepRow, 'n' | 'digest' | 'tool' | 'operation'>[]
}

/** Writes a plan with its steps. False: another one came first with the same key. */
export async function insertPlan(tx: Tx, plan: NewPlan): Promise<boolean> {
  const rows = await tx.query(
    `insert into plan (id, agent_id, credential_id, key, body_digest, session, requirement, hold_id, created_at, expires_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict (agent_id, key) do nothing returning id`,
    [
      plan.id,
      plan.agent_id,
      plan.credential_id,
      plan.key,
      plan.body_digest,
      plan.session,
      JSON.stringify(plan.requirement),
      plan.hold_id,
      plan.created_at,
      plan.expires_at,
    ],
  )
  if (rows.length === 0) return false
  await tx.query(
    `insert into plan_step (plan_id, n, digest, tool, operation)
     select $1, n, d, t, o from unnest($2::integer[], $3::text[], $4::text[], $5::text[]) as s(n, d, t, o)`,
    [
      plan.id,
      plan.steps.map(one => one.n),
      plan.steps.map(one => one.digest),
      plan.steps.map(one => one.tool),
      plan.steps.map(one => one.operation),
    ],
  )
  return true
}

/** People have agreed. False: it was taken back, or is over, meanwhile. */
export async function approvePlan(tx: Tx, id: string, approvers: readonly string[]): Promise<boolean> {
  const rows = await tx.query(
    `update plan set status = 'approved', approvers = $2
     where id = $1 and status = 'asked' and expires_at > holdpoint.now() returning id`,
    [id, approvers],
  )
  return rows.length === 1
}

/** Its agent takes it back; the steps that are left do not pass any more. False: it was taken back before. */
export async function cancelPlan(tx: Tx, id: string, at: Date): Promise<boolean> {
  const rows = await tx.query(
    `update plan set status = 'cancelled', ended_at = $2 where id = $1 and status <> 'cancelled' returning id`,
    [id, at],
  )
  return rows.length === 1
}

/** One step that an action of this batch uses up. */
export interface Pass {
  readonly plan: string
  readonly n: number
  readonly action: string
}

/** Uses steps up, in order, for actions that were really written. The plans are locked; the table refuses a second time. */
export async function passSteps(tx: Tx, passes: readonly Pass[], at: Date): Promise<Pass[]> {
  const done: Pass[] = []
  for (const pass of passes) {
    const rows = await tx.query(
      `update plan_step s set passed_by = $3, passed_at = $4
       where s.plan_id = $1 and s.n = $2 and s.passed_by is null and exists (select from action where id = $3)
         and not exists (select from plan_step b where b.plan_id = $1 and b.n < $2 and b.passed_by is null) returning s.n`,
      [pass.plan, pass.n, pass.action, at],
      'pass-step',
    )
    if (rows.length === 1) done.push(pass)
  }
  return done
}
