import { z } from 'zod'
import type { ActionAnswer } from '@/lib/action/contract'
import { cancelContract, requestContract } from '@/lib/authzen/access-request'
import { type TaskAnswer, taskAnswer } from '@/lib/authzen/answers'
import { actionIdOf, approvalOf, handleEnds, taskOf } from '@/lib/authzen/task'
import { isId } from '@/lib/kernel/id'
import { Refused } from '@/lib/kernel/problem'
import { awaitDecision } from '@/server/gate/await'
import { idempotencyKey } from '@/server/gate/request-headers'
import { withdraw } from '@/server/gate/withdraw'
import { type Answer, type AnyDoor, type Call, door } from '@/server/http/door'
import { ownAction, request } from './request'
import { questionIn } from './store'
import { endpointOf, signState } from './tokens'
import { waitAsked } from './wait'

type AgentCall = Call<'agent'>
const params = z.strictObject({ id: z.string() })

/** The action behind a task, as it stands or as it ends within the time asked for. @throws Refused unknown_task, task_expired */
async function followed(
  call: AgentCall,
  task: string,
  seconds: number,
): Promise<{ action: ActionAnswer; key: string }> {
  const { app, by, signal } = call
  const row = isId('arq', task) ? await ownAction(app, by, actionIdOf(task)) : undefined
  if (!row) throw new Refused('access_request.unknown_task')
  const asked = { id: row.id, agent: by.agent.id, credential: by.credential.id, seconds, signal }
  const { body: action } = await awaitDecision(app, asked)
  if (action.hold === null) throw new Refused('access_request.unknown_task')
  const ends = handleEnds(action)
  const { at } = await app.gate.registries.now()
  if (action.decision && ends && ends <= at) throw new Refused('access_request.task_expired')
  return { action, key: row.key }
}

/** The task, and once it is approved what names the approval. */
async function described(call: AgentCall, { action, key }: { action: ActionAnswer; key: string }): Promise<TaskAnswer> {
  const { app, by } = call
  const task = taskOf(action, endpointOf(app))
  const approval = approvalOf(action)
  if (!approval) return { task }
  const { at } = await app.gate.registries.now()
  const until = new Date(approval.approved_until)
  const state = signState(app, by.agent.id, action.id, questionIn(key) ?? '', at, until)
  return { task, result: { mode: 'reevaluate', approval: { ...approval, state } } }
}

/** A task that is not decided says when to ask again. */
function answered(body: TaskAnswer, status: 200 | 201 | 202): Answer<TaskAnswer> {
  const { task } = body
  const headers = {
    ...(status === 200 ? {} : { location: task.status_endpoint }),
    ...(task.status === 'pending' ? { 'retry-after': '1' } : {}),
  }
  return { status, body, headers }
}

/** The Access Request and Approval Profile (draft 1): the same holds, spoken of as tasks. */
export const requestDoors: readonly AnyDoor[] = [
  door({
    method: 'POST',
    path: '/access/v1/requests',
    summary: 'AuthZEN approval profile: ask for what was denied; answers the task that people decide',
    who: 'agent',
    badMedia: 'request.malformed',
    body: requestContract,
    answer: taskAnswer,
    refuses: [
      'idempotency.invalid',
      'access_request.not_requestable',
      'access_request.expired_denial',
      'access_request.invalid_denial_binding',
      'access_request.duplicate_request',
      'access_request.unknown_task',
      'access_request.task_expired',
    ],
    async handle(call, { body }) {
      const id = await request(call.app, call.by, body, idempotencyKey(call.headers))
      const told = await described(call, await followed(call, id.replace(/^act/, 'arq'), waitAsked(call.headers)))
      return answered(told, told.task.status === 'pending' ? 202 : 201)
    },
  }),
  door({
    method: 'GET',
    path: '/access/v1/requests/{id}',
    summary: 'AuthZEN approval profile: how a task stands; waits for its end as long as `Prefer: wait` says',
    who: 'agent',
    params,
    answer: taskAnswer,
    refuses: ['access_request.unknown_task', 'access_request.task_expired'],
    handle: async (call, { params }) =>
      answered(await described(call, await followed(call, params.id, waitAsked(call.headers))), 200),
  }),
  door({
    method: 'POST',
    path: '/access/v1/requests/{id}/cancel',
    summary: 'AuthZEN approval profile: take a task back that is not decided',
    who: 'agent',
    params,
    badMedia: 'request.malformed',
    body: cancelContract,
    answer: taskAnswer,
    refuses: [
      'idempotency.invalid',
      'access_request.unknown_task',
      'access_request.task_expired',
      'access_request.invalid_task_state',
    ],
    async handle(call, { params, body }) {
      const { action } = await followed(call, params.id, 0)
      if (action.decision) throw new Refused('access_request.invalid_task_state')
      const reason = [body?.reason, body?.comment].filter(part => part).join(': ')
      try {
        const by = { kind: 'agent', id: call.by.agent.id, credential_id: call.by.credential.id } as const
        const said = { ...(reason ? { reason } : {}), key: idempotencyKey(call.headers) }
        await withdraw(call.app, call.app.gate.registries, by, action.id, said)
      } catch (error) {
        if (error instanceof Refused && error.code === 'action.decided')
          throw new Refused('access_request.invalid_task_state')
        throw error
      }
      return answered(await described(call, await followed(call, params.id, 0)), 200)
    },
  }),
]
