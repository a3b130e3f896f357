import { setImmediate as nextTurn } from 'node:timers/promises'
import { z } from 'zod'
import * as answers from '@/lib/hold/answers'
import { eligibility } from '@/lib/hold/conflict'
import { stepUpFor } from '@/lib/hold/step-up'
import { isId } from '@/lib/kernel/id'
import { Refused } from '@/lib/kernel/problem'
import { lockActions } from '@/server/action/store'
import { guardShared } from '@/server/db/guard'
import { record } from '@/server/db/record'
import { transact } from '@/server/db/tx'
import { applyOne } from '@/server/engine/apply-changes'
import { saveView } from '@/server/hold/review-store'
import { lockHolds } from '@/server/hold/store'
import { type Call, door } from '@/server/http/door'
import { readHold, readHoldDetail } from './hold-detail'
import { listHolds } from './hold-list'
import { matterOf } from './matter'
import { rejectAndContain } from './reject-and-contain'
import { idempotencyKey } from './request-headers'
import { reviewContract } from './review-judge'
import { present } from './settle'

const idParams = z.strictObject({ id: z.string() })

/**
 * The hold as it stands after the verdict; a change that people agreed to is carried out before the answer. The agent that
 * waits for the verdict goes first: its read is sent in this turn, and the page of whoever decided is read in the next.
 */
async function after(call: Call<'signed_in'>, id: string) {
  await nextTurn()
  const detail = await readHold(call.app, call.by.id, id)
  if (detail.kind === 'change' && detail.status === 'approved') {
    await applyOne(call.app, id)
    return readHold(call.app, call.by.id, id)
  }
  return detail
}

/** A conflict carries the hold as it is now. */
export async function withHold<T>(call: Call<'signed_in'>, id: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof Refused) || error.status !== 409) throw error
    const hold = await readHold(call.app, call.by.id, id)
    throw new Refused(error.code, error.detail, { ...error.more, carries: { ...error.more.carries, hold } })
  }
}

/** A personal token approves what is plain, exactly as it is shown. @throws Refused `hold.step_up_required`, `hold.changed` */
async function demandPlain(call: Call<'signed_in'>, id: string, given: { digest: string; params?: unknown }) {
  const shown = await readHold(call.app, call.by.id, id)
  if (given.digest !== shown.shown_digest) throw new Refused('hold.changed')
  const why =
    given.params === undefined ? stepUpFor(shown, call.by.id) : 'Other arguments are shown before they are sent.'
  if (why !== null) throw new Refused('hold.step_up_required', why)
}

/** The people's doors to what is held (api §4). Approve and reject are one verb with a verdict. */
export const holdDoors = [
  door({
    method: 'GET',
    path: '/api/console/holds',
    summary: 'The queue: what waits for people, or how it ended',
    who: 'signed_in',
    query: z.strictObject({
      status: z.enum(['open', 'closed', 'all']).default('open'),
      mine: z.enum(['0', '1']).default('0'),
      /** Of many alike of one agent only some are on the first page; without it, all of them page by page. */
      spread: z.enum(['0', '1']).default('0'),
      agent: z.string().max(64).optional(),
      tool: z.string().max(200).optional(),
      risk: z.enum(['low', 'medium', 'high', 'critical']).optional(),
      q: z.string().max(200).optional(),
      limit: z.coerce.number().int().min(1).max(200).default(50),
      cursor: z.string().max(500).optional(),
    }),
    answer: answers.holds,
    async handle(call, { query }) {
      return {
        status: 200,
        body: await listHolds(call.app, call.app.gate.registries, call.by.id, {
          ...query,
          mine: query.mine === '1',
          spread: query.spread === '1',
        }),
      }
    },
  }),
  door({
    method: 'GET',
    path: '/api/console/holds/{id}',
    summary: 'One hold with everything that its decision needs',
    who: 'signed_in',
    params: idParams,
    answer: answers.hold,
    async handle(call, { params }) {
      const detail = await readHoldDetail(call.app, call.by.id, params.id)
      return { status: 200, body: detail, headers: { etag: detail.etag } }
    },
  }),
  door({
    method: 'POST',
    path: '/api/console/holds/{id}/reviews',
    summary: 'Approve, reject, ask or pass on exactly what was shown',
    who: 'signed_in',
    token: 'decide',
    params: idParams,
    body: reviewContract,
    answer: answers.holdAfter,
    refuses: [
      'idempotency.invalid',
      'idempotency.conflict',
      'hold.changed',
      'hold.closed',
      'hold.frozen',
      'hold.ineligible',
      'hold.invalid_change',
      'hold.reviewed',
      'hold.step_up_required',
    ],
    async handle(call, { params, body }) {
      await withHold(call, params.id, async () => {
        if (call.by.token && body.verdict === 'approve') await demandPlain(call, params.id, body)
        return call.app.gate.reviews.give({
          person: call.by,
          hold: params.id,
          input: body,
          key: idempotencyKey(call.headers),
        })
      })
      return { status: 201, body: await after(call, params.id) }
    },
  }),
  door({
    method: 'POST',
    path: '/api/console/holds/{id}/reject-and-contain',
    summary: 'Reject, and pause the agent, in one commit',
    who: 'signed_in',
    token: 'decide',
    params: idParams,
    body: z.strictObject({
      digest: z.string().max(100),
      comment: z.string().max(4_000).optional(),
      note: z.string().max(4_000).optional(),
      reason: z.string().min(1).max(2_000).optional(),
    }),
    answer: answers.holdAfter,
    refuses: [
      'idempotency.invalid',
      'idempotency.conflict',
      'hold.changed',
      'hold.closed',
      'hold.ineligible',
      'hold.reviewed',
      'containment.weaker',
    ],
    async handle(call, { params, body }) {
      await withHold(call, params.id, () =>
        rejectAndContain(call.app, {
          person: call.by,
          hold: params.id,
          input: body,
          key: idempotencyKey(call.headers),
        }),
      )
      return { status: 201, body: await after(call, params.id) }
    },
  }),
  door({
    method: 'POST',
    path: '/api/console/holds/{id}/views',
    summary: 'All arguments have been shown to me, and I am still looking',
    who: 'signed_in',
    token: 'decide',
    params: idParams,
    body: z.strictObject({ digest: z.string().max(100) }),
    answer: null,
    refuses: ['hold.changed'],
    async handle(call, { params, body }) {
      await transact(call.app.db, async tx => {
        const [hold] = isId('hld', params.id) ? await lockHolds(tx, [params.id]) : []
        if (!hold) throw new Refused('request.not_found')
        const [action] = hold.action_id ? await lockActions(tx, [hold.action_id]) : []
        await guardShared(tx)
        const { at, registry } = await present(tx, call.app.gate.registries)
        const me = registry.people.find(one => one.id === call.by.id)
        const matter = matterOf(hold, action ?? null, registry, at)
        if (!me || !matter.visible(me)) throw new Refused('request.not_found')
        if (body.digest !== hold.shown_digest) throw new Refused('hold.changed')
        const mine = eligibility(hold.requirement, matter.side, me, registry.people, matter.selfAllowed)
        const fresh = await saveView(tx, hold.id, me.id, body.digest, mine.may_approve, at)
        tx.hint('hold', [hold.id])
        if (fresh) {
          await record(tx, at, [
            {
              type: 'hold.seen',
              by: { kind: 'person', id: call.by.id },
              subjects: [hold.id, ...(hold.action_id ? [hold.action_id] : [])],
              data: { hold: hold.id, person: call.by.id },
            },
          ])
        }
      })
      return { status: 204 }
    },
  }),
]
