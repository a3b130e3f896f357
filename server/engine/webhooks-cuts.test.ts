import { randomUUID } from 'node:crypto'
import { expect, it } from 'vitest'
import { type CutProxy, cutProxy } from '@/server/testing/cut-proxy'
import { receiver } from '@/server/testing/receiver'
import { everything, world } from '@/server/testing/world'

/*
 * The instance reaches its database through a proxy that cuts. Every statement between a decision and its mark as delivered is
 * cut once before it is sent and once after it: the message is there in the end, made once, and always the same.
 */
let found: CutProxy | null = null
const w = await world(1, { fetchAllow: ['127.0.0.0/8'] }, async url => {
  found = await cutProxy(url)
  return found.url
})
const proxy: CutProxy = found ?? (await cutProxy(w.test.url))
const scopes = [everything]
const ours = /insert into delivery|destination = \$1\s+and destination like 'webhook:%'|update webhook set failures/

it('INV-04 cut at any statement between decision and delivery, a decision has one message, which arrives under one webhook-id', async () => {
  await w.tools({ run: {} })
  const there = await receiver()
  const { key } = await w.agent({ scopes })
  const hook = (await w.gate(key, 'POST', '/api/v1/webhooks', { url: there.url })).body
  const ann = await w.signedIn(w.approver)
  let cuts = 0
  for (const side of ['cut before', 'cut after'] as const) {
    for (let k = 1, more = true; more; k++) {
      const action = (await w.submit(key, { tool: 'run', params: { n: randomUUID() }, notify: hook.id })).body
      const isReached = proxy.cutAt(
        k,
        side,
        ({ type, transaction }) => (type === 'Q' || type === 'E') && transaction.some(one => ours.test(one)),
      )
      const path = `/api/console/holds/${action.hold.id}/reviews`
      const decided = await ann('POST', path, { verdict: 'approve', digest: action.digest })
      expect(decided.status, JSON.stringify(decided.body)).toBe(201)
      const rows = async () =>
        (await w.db.pool.query<{ status: string }>('select status from delivery where subject_id = $1', [action.id]))
          .rows
      await expect
        .poll(
          async () => {
            // What was claimed by whoever was cut off comes back after its pause.
            if (isReached()) await w.test.moveClock(20)
            return (await rows()).map(one => one.status)
          },
          { timeout: 20_000, interval: 250 },
        )
        .toEqual(['delivered'])
      proxy.judge(null)
      const messages = there.received.filter(one => JSON.parse(one.body).subject === action.id)
      expect(messages.length).toBeGreaterThan(0)
      expect(new Set(messages.map(one => `${one.headers['webhook-id']} ${one.body}`)).size).toBe(1)
      more = isReached()
      if (more) cuts++
    }
  }
  expect(cuts).toBeGreaterThan(10)
}, 240_000)
