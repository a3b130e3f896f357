import type { z } from 'zod'
import type { EvaluationAnswer } from '@/lib/authzen/answers'
import * as answers from '@/lib/authzen/answers'
import { type Evaluations, evaluationContract, evaluationsContract, withDefaults } from '@/lib/authzen/contract'
import { Refused } from '@/lib/kernel/problem'
import { conform } from '@/server/http/body'
import { type Answer, type AnyDoor, type Call, door } from '@/server/http/door'
import { evaluate } from './evaluate'
import { requestDoors } from './request-doors'
import { endpointOf } from './tokens'
import { waitLeft } from './wait'

/** One question as it was sent. @throws Refused request.invalid */
function one(call: Call<'agent'>, body: unknown, left: () => number, at?: number): Promise<EvaluationAnswer> {
  const requestId = call.headers.get('x-request-id')
  return evaluate({
    app: call.app,
    by: call.by,
    signal: call.signal,
    asked: conform(evaluationContract, body),
    requestId: requestId === null || at === undefined ? requestId : `${requestId}\n${at}`,
    seconds: left(),
  })
}

/** One of several: what is wrong with it alone is a no of its own (API 1.0 §7.2.1). */
async function item(
  call: Call<'agent'>,
  request: Evaluations,
  left: () => number,
  at: number,
): Promise<EvaluationAnswer> {
  try {
    if (at > 0) call.app.gate.limit(call.by.key_hash)
    return await one(call, withDefaults(request.evaluations?.[at], request), left, at)
  } catch (error) {
    if (!(error instanceof Refused) || error.status === 401) throw error
    return { decision: false, context: { reason: error.code, error: { status: error.status, message: error.detail } } }
  }
}

/** All of them, or in order until the first no, or the first yes. */
async function several(call: Call<'agent'>, request: Evaluations): Promise<EvaluationAnswer[]> {
  const semantic = request.options?.evaluations_semantic ?? 'execute_all'
  const left = waitLeft(call.headers)
  const places = (request.evaluations ?? []).map((_, at) => at)
  if (semantic === 'execute_all') return Promise.all(places.map(at => item(call, request, left, at)))
  const said: EvaluationAnswer[] = []
  for (const at of places) {
    const answer = await item(call, request, left, at)
    said.push(answer)
    if (answer.decision === (semantic === 'permit_on_first_permit')) break
  }
  return said
}

/** OpenID AuthZEN Authorization API 1.0 and its approval profile, by the agent's key as on every door of the gate. */
export const authzenDoors: readonly AnyDoor[] = [
  door({
    method: 'POST',
    path: '/access/v1/evaluation',
    summary:
      'AuthZEN: may this be done? Yes is one use of one allowed action; what waits for people is a no that names the request',
    who: 'agent',
    badMedia: 'request.malformed',
    body: evaluationContract,
    answer: answers.evaluationAnswer,
    refuses: ['limit.open_holds'],
    handle: async (call, { body }) => ({ status: 200, body: await one(call, body, waitLeft(call.headers)) }),
  }),
  door({
    method: 'POST',
    path: '/access/v1/evaluations',
    summary: 'AuthZEN: up to 50 questions with defaults; all of them, or until the first no, or the first yes',
    who: 'agent',
    badMedia: 'request.malformed',
    body: evaluationsContract,
    answer: answers.evaluationsAnswer,
    refuses: ['limit.open_holds'],
    async handle(call, { body }): Promise<Answer<z.infer<typeof answers.evaluationsAnswer>>> {
      if (!body.evaluations || body.evaluations.length === 0)
        return { status: 200, body: await one(call, body, waitLeft(call.headers)) }
      return { status: 200, body: { evaluations: await several(call, body) } }
    },
  }),
  door({
    method: 'GET',
    path: '/.well-known/authzen-configuration',
    summary: 'AuthZEN: what this decision point is, and where it answers',
    who: 'open',
    answer: answers.metadata,
    async handle({ app }) {
      const { url } = app.config
      return {
        status: 200,
        body: {
          policy_decision_point: url,
          access_evaluation_endpoint: `${url}/access/v1/evaluation`,
          access_evaluations_endpoint: `${url}/access/v1/evaluations`,
          access_request_endpoint: endpointOf(app),
          jwks_uri: `${url}/.well-known/jwks.json`,
          capabilities: ['urn:openid:authzen:capability:access-request'],
        },
      }
    },
  }),
  ...requestDoors,
]
