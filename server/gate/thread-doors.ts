import { z } from 'zod'
import { answerContract } from '@/lib/action/contract'
import * as answers from '@/lib/hold/answers'
import { Refused } from '@/lib/kernel/problem'
import { door } from '@/server/http/door'
import { problemBody } from '@/server/http/problems'
import { answerAsPerson } from './answer-question'
import { decideTogether, togetherContract } from './decide-together'
import { extend } from './extend'
import { readHold } from './hold-detail'
import { withHold } from './hold-doors'
import { idempotencyKey } from './request-headers'

const idParams = z.strictObject({ id: z.string() })

/** What people do with a hold beside a verdict: answer, give it more time, decide several of one class. */
export const threadDoors = [
  door({
    method: 'POST',
    path: '/api/console/holds/{id}/answers',
    summary: 'Answer a question that somebody asked about this',
    who: 'signed_in',
    params: idParams,
    body: answerContract,
    answer: answers.holdAfter,
    refuses: ['hold.closed', 'hold.thread_full', 'idempotency.conflict', 'idempotency.invalid'],
    async handle(call, { params, body }) {
      const { gate } = call.app
      const key = idempotencyKey(call.headers)
      const by = { kind: 'person', id: call.by.id } as const
      await withHold(call, params.id, () => answerAsPerson(call.app, gate.registries, by, params.id, { ...body, key }))
      return { status: 201, body: await readHold(call.app, call.by.id, params.id) }
    },
  }),
  door({
    method: 'POST',
    path: '/api/console/holds/{id}/extend',
    summary: 'Give it more time, as far as policy, its agent and seven days allow',
    who: 'signed_in',
    params: idParams,
    body: z.strictObject({ until: z.iso.datetime({ offset: true }) }),
    answer: answers.holdAfter,
    refuses: ['hold.closed', 'hold.frozen', 'hold.ineligible', 'hold.not_extendable'],
    async handle(call, { params, body }) {
      const { registries } = call.app.gate
      await withHold(call, params.id, () => extend(call.app, registries, call.by, params.id, new Date(body.until)))
      return { status: 200, body: await readHold(call.app, call.by.id, params.id) }
    },
  }),
  door({
    method: 'POST',
    path: '/api/console/holds/reviews',
    summary: 'Decide several of one class, each by the digest that was shown; none where one does not belong',
    who: 'signed_in',
    body: togetherContract,
    answer: answers.together,
    refuses: ['hold.mixed', 'hold.unseen', 'idempotency.invalid', 'request.not_found'],
    async handle(call, { body }) {
      const done = await decideTogether(call.app, call.by, body, idempotencyKey(call.headers))
      const items = done.map(({ refused, ...one }) => ({
        ...one,
        // What a refusal carries is for one hold alone: here each status stands beside it.
        problem: refused && problemBody(new Refused(refused.code, refused.detail), call.requestId),
      }))
      return { status: 200, body: { items } }
    },
  }),
]
