import { z } from 'zod'
import { cancelContract } from '@/lib/action/contract'
import { Refused } from '@/lib/kernel/problem'
import { type PlanAnswer, planAnswer, planContract } from '@/lib/plan/contract'
import { statusOf } from '@/lib/plan/plan'
import { clock } from '@/server/db/guard'
import { record } from '@/server/db/record'
import { reader, transact } from '@/server/db/tx'
import { type AnyDoor, type Call, door } from '@/server/http/door'
import { cancelPlan, lockPlans, type PlanRow, readPlans } from '@/server/plan/store'
import { askPlan } from './plan-ask'
import { idempotencyKey } from './request-headers'

const params = z.strictObject({ id: z.string() })

/** The agent's own plan; anything else is not there. */
async function own(call: Call<'agent'>, id: string): Promise<PlanAnswer> {
  const db = reader(call.app.db.pool)
  const [plan] = await readPlans(db, [id])
  if (plan?.agent_id !== call.by.agent.id) throw new Refused('request.not_found')
  return answerOf(plan, await clock(db), call.app.config.url)
}

function answerOf(plan: PlanRow, at: Date, base: string): PlanAnswer {
  const { hold_status: hold } = plan
  const ended = hold === 'rejected' || hold === 'expired' || hold === 'failed' ? hold : null
  const status = statusOf(plan, ended, at)
  const next = status === 'approved' ? plan.steps.find(step => step.passed_by === null)?.n : undefined
  return {
    id: plan.id,
    status,
    hold: { id: plan.hold_id, url: `${base}/approvals/${plan.hold_id}` },
    created_at: plan.created_at.toISOString(),
    expires_at: plan.expires_at.toISOString(),
    steps: plan.steps.map(({ n, digest, tool, passed_by }) => ({
      n,
      digest,
      tool,
      status: passed_by !== null ? 'passed' : n === next ? 'next' : 'waiting',
      action: passed_by,
    })),
  }
}

/** Doors to plans: a chain of actions that people agree to as one. */
export const planDoors: readonly AnyDoor[] = [
  door({
    method: 'POST',
    path: '/api/v1/plans',
    summary: 'Ask people for a chain of actions as one; its steps then pass once each, in order, exactly as shown',
    who: 'agent',
    body: planContract,
    answer: planAnswer,
    refuses: ['idempotency.required', 'idempotency.invalid', 'idempotency.conflict', 'limit.open_holds', 'plan.denied'],
    async handle(call, { body }) {
      const key = idempotencyKey(call.headers)
      if (key === null) throw new Refused('idempotency.required')
      const id = await askPlan(call.app, call.app.gate.registries, call.by, key, body)
      return { status: 202, body: await own(call, id), headers: { location: `/api/v1/plans/${id}` } }
    },
  }),
  door({
    method: 'GET',
    path: '/api/v1/plans/{id}',
    summary: 'The agent’s own plan: where it stands, and which steps have passed',
    who: 'agent',
    params,
    answer: planAnswer,
    refuses: ['request.not_found'],
    handle: async (call, { params: { id } }) => ({ status: 200, body: await own(call, id) }),
  }),
  door({
    method: 'POST',
    path: '/api/v1/plans/{id}/cancel',
    summary: 'Take a plan back: no further step of it passes',
    who: 'agent',
    params,
    body: cancelContract,
    answer: planAnswer,
    refuses: ['request.not_found'],
    async handle(call, { params: { id } }) {
      await transact(call.app.db, async tx => {
        const [plan] = await lockPlans(tx, [id])
        if (plan?.agent_id !== call.by.agent.id) throw new Refused('request.not_found')
        const at = await clock(tx)
        if (!(await cancelPlan(tx, id, at))) return
        tx.hint('hold', [plan.hold_id])
        await record(tx, at, [
          {
            type: 'plan.cancelled',
            by: { kind: 'agent', id: call.by.agent.id, credential_id: call.by.credential.id },
            subjects: [id, plan.hold_id, call.by.agent.id],
            data: { plan: id, hold: plan.hold_id },
          },
        ])
      })
      return { status: 200, body: await own(call, id) }
    },
  }),
]
