import { z } from 'zod'
import {
  actionAnswer,
  actionStatuses,
  answerContract,
  cancelContract,
  outcomeContract,
  submissionContract,
} from '@/lib/action/contract'
import * as answers from '@/lib/gate/answers'
import { isId } from '@/lib/kernel/id'
import { Refused } from '@/lib/kernel/problem'
import { wholeEffort } from '@/lib/session/match'
import { reportOutcome } from '@/server/action/outcome'
import { listActions } from '@/server/action/store'
import type { KnownAgent } from '@/server/agent/authenticate'
import { reader } from '@/server/db/tx'
import { conform } from '@/server/http/body'
import { type Answer, door } from '@/server/http/door'
import { problemBody } from '@/server/http/problems'
import { answerAsAgent } from './answer-question'
import { presentedHash } from './authenticate'
import { type Awaited, awaitDecision } from './await'
import { preferredUse } from './consume-at-once'
import { readOne, readPage } from './read'
import { idempotencyKey, preferredWait, prefers, visibleAscii } from './request-headers'
import { submitAndWait, submitted, withAction } from './submit'
import { withdraw } from './withdraw'

const minimal = 'return=minimal'
const idParams = z.strictObject({ id: z.string() })

/** 200 when decided, 202 with Location while it is held (api §1, waiting). */
function answer({ body, waited, used }: Awaited): Answer<Awaited['body']> {
  if (body.decision) return { status: 200, body, ...(used ? { headers: { 'preference-applied': 'consume' } } : {}) }
  return {
    status: 202,
    body,
    headers: { location: `/api/v1/actions/${body.id}`, 'retry-after': '1', 'preference-applied': `wait=${waited}` },
  }
}

const principal = (by: KnownAgent) => ({ kind: 'agent', id: by.agent.id, credential_id: by.credential.id }) as const

const batchItem = submissionContract.extend({ idempotency_key: z.string().regex(visibleAscii).optional() })
/** An item that does not fit is a problem of its own, as it would be alone; the others are decided. */
const batchContract = z.strictObject({
  actions: z
    .array(z.union([batchItem, z.unknown()]))
    .min(1)
    .max(50),
})

/** The agents' doors to the gate (api §2). */
export const gateDoors = [
  door({
    method: 'POST',
    path: '/api/v1/actions',
    summary: 'Submit one action and block until it is decided',
    // The credential is judged inside the batch, under the guard, together with everything else.
    who: 'key',
    body: submissionContract,
    answer: actionAnswer,
    refuses: [
      'idempotency.required',
      'idempotency.invalid',
      'idempotency.conflict',
      'limit.exceeded',
      'limit.open_holds',
    ],
    async handle(call, { body }) {
      const hash = presentedHash(call.headers)
      call.app.gate.limit(hash)
      const seconds = preferredWait(call.headers)
      const given = submitted(hash, idempotencyKey(call.headers), call.raw, body)
      const consume = preferredUse(call.headers, call.app.gate.hostedKey)
      return answer(await submitAndWait(call, consume ? { ...given, consume } : given, seconds))
    },
  }),
  door({
    method: 'POST',
    path: '/api/v1/actions/batch',
    summary: 'Submit up to 50 actions; answers when all are decided or the time is up',
    who: 'key',
    body: batchContract,
    answer: answers.batch,
    async handle(call, { body }) {
      const hash = presentedHash(call.headers)
      const seconds = preferredWait(call.headers)
      const effort = wholeEffort()
      const items = await Promise.all(
        body.actions.map(async item => {
          try {
            call.app.gate.limit(hash)
            const { idempotency_key, ...submission } = conform(batchItem, item)
            const given = submitted(hash, idempotency_key ?? null, JSON.stringify(submission), submission, effort)
            return (await submitAndWait(call, given, seconds)).body
          } catch (error) {
            if (error instanceof Refused && error.status !== 401) {
              return problemBody(error, call.requestId)
            }
            throw error
          }
        }),
      )
      return { status: 200, body: { items } }
    },
  }),
  door({
    method: 'GET',
    path: '/api/v1/actions/{id}',
    summary: 'Read one action; blocks while it waits',
    who: 'agent',
    unmetered: true,
    params: idParams,
    answer: actionAnswer,
    async handle(call, { params }) {
      const seconds = preferredWait(call.headers)
      if (!isId('act', params.id)) throw new Refused('request.not_found')
      return answer(
        await awaitDecision(call.app, {
          id: params.id,
          agent: call.by.agent.id,
          credential: call.by.credential.id,
          seconds,
          signal: call.signal,
          questions: prefers(call.headers, 'questions'),
        }),
      )
    },
  }),
  door({
    method: 'POST',
    path: '/api/v1/actions/{id}/answers',
    summary: 'Answer what people ask about a waiting action; it decides nothing',
    who: 'agent',
    params: idParams,
    body: answerContract,
    answer: actionAnswer,
    refuses: ['action.decided', 'hold.thread_full', 'idempotency.conflict', 'idempotency.invalid'],
    async handle(call, { params, body }) {
      const key = idempotencyKey(call.headers)
      await withAction(
        call.app,
        () => answerAsAgent(call.app, call.app.gate.registries, principal(call.by), params.id, { ...body, key }),
        params.id,
      )
      const read = await readOne(call.app, call.app.gate.registries, params.id)
      if (!read) throw new Refused('request.not_found')
      return { status: 200, body: read.answer }
    },
  }),
  door({
    method: 'GET',
    path: '/api/v1/actions',
    summary: 'The agent’s own actions, newest first',
    who: 'agent',
    query: z.strictObject({
      status: z.enum(actionStatuses).optional(),
      session: z.string().max(200).optional(),
      limit: z.coerce.number().int().min(1).max(200).default(50),
      cursor: z.string().max(64).optional(),
    }),
    answer: answers.ownActions,
    async handle(call, { query }) {
      const rows = await listActions(reader(call.app.db.pool), {
        agents: [call.by.agent.id],
        session: query.session,
        status: query.status,
        before: query.cursor,
        limit: query.limit + 1,
      })
      const page = await readPage(call.app, call.app.gate.registries, rows, query.limit)
      return { status: 200, body: { items: page.items.map(one => one.answer), next_cursor: page.next_cursor } }
    },
  }),
  door({
    method: 'POST',
    path: '/api/v1/actions/{id}/cancel',
    summary: 'Take a waiting action back',
    who: 'agent',
    params: idParams,
    body: cancelContract,
    answer: actionAnswer,
    refuses: ['action.decided', 'idempotency.conflict', 'idempotency.invalid'],
    async handle(call, { params, body }) {
      const key = idempotencyKey(call.headers)
      await withAction(
        call.app,
        () => withdraw(call.app, call.app.gate.registries, principal(call.by), params.id, { ...body, key }),
        params.id,
      )
      const read = await readOne(call.app, call.app.gate.registries, params.id)
      if (!read) throw new Refused('request.not_found')
      return { status: 200, body: read.answer }
    },
  }),
  door({
    method: 'POST',
    path: '/api/v1/actions/{id}/outcome',
    summary: 'Report how an allowed action ended',
    who: 'agent',
    params: idParams,
    body: outcomeContract,
    answer: actionAnswer,
    refuses: ['action.not_allowed', 'action.outcome_conflict', 'idempotency.invalid'],
    async handle(call, { params, body }) {
      idempotencyKey(call.headers)
      await withAction(call.app, () => reportOutcome(call.app, principal(call.by), params.id, body), params.id)
      // Whoever only reports reads no answer: to put one together would take as long again.
      if (prefers(call.headers, minimal)) return { status: 204, headers: { 'preference-applied': minimal } }
      const read = await readOne(call.app, call.app.gate.registries, params.id)
      if (!read) throw new Refused('request.not_found')
      return { status: 200, body: read.answer }
    },
  }),
]
