import { expect } from 'vitest'
import { agree, alice, certified } from './authzen'

/** An AuthZEN world in which questions wait for people, and are asked again with their approval. */
export async function approving() {
  const speech = await certified()
  const { w, evaluation, requests, task } = speech
  const governor = await w.signedIn(w.governor)
  const owner = await w.signedIn(w.owner)
  const stranger = await w.agent()
  let n = 0

  /** A question that waits, its request, and the hold that people decide. */
  async function waiting(more: Record<string, unknown> = {}) {
    const asked = {
      subject: alice,
      action: { name: 'pay', properties: { amount: '10', n: ++n } },
      resource: { type: 'account', id: 'DE89' },
      ...more,
    }
    const { context } = (await evaluation(asked)).body
    const denial = { evaluation_id: context.evaluation_id, expires_at: context.access_request.expires_at }
    const submitted = await requests({ ...asked, denial })
    const { rows } = await w.db.pool.query('select hold_id from action where id = $1', [context.action_id])
    return {
      asked,
      id: submitted.body.task.id as string,
      action: context.action_id as string,
      hold: rows[0].hold_id as string,
    }
  }
  type Waiting = Awaited<ReturnType<typeof waiting>>
  async function approved(more: Record<string, unknown> = {}) {
    const found = await waiting(more)
    expect((await agree(w, found.hold)).status).toBe(201)
    const { body } = await task(found.id)
    expect(body.task.status).toBe('approved')
    return { ...found, approval: body.result.approval }
  }
  /** Asks again, with an approval. */
  const again = async ({ asked }: Pick<Waiting, 'asked'>, approval: unknown, headers = {}) =>
    (await evaluation({ ...asked, context: { approval, time: 'now' } }, headers)).body
  const contain = async (target: Record<string, unknown>, level: string) => {
    const { status, body } = await governor('POST', '/api/console/containment', { target, level, reason: 'wrong' })
    expect(status, JSON.stringify(body)).toBe(201)
  }

  return { ...speech, governor, owner, stranger, waiting, approved, again, contain }
}

/** Where the profile's errors are named. */
export const urn = 'urn:openid:authzen:access-request:error'
