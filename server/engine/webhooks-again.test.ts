import { expect, it } from 'vitest'
import { receiver } from '@/server/testing/receiver'
import { soon, wokenWorld } from '@/server/testing/woken'

const { w, olga, woken, decide, sent } = await wokenWorld()

/** An agent with messages that its receiver did not want, and was given up on. The receiver takes them from now on. */
async function givenUp(messages: number) {
  let taking = false
  const there = await receiver(response => response.writeHead(taking ? 204 : 410).end())
  const agent = await woken(there.url)
  const actions = []
  for (let n = 0; n < messages; n++) actions.push(await agent.ask())
  for (const action of actions) await decide(action)
  await expect.poll(async () => (await agent.hook()).health.given_up, soon).toBe(messages)
  taking = true
  return { ...agent, there, actions, path: `/api/console/agents/${agent.id}/webhooks/${agent.hook_id}/send-again` }
}

it('INV-11 what was given up is sent again by hand: the same messages under the same ids, from the first try on', async () => {
  const { there, actions, path, hook } = await givenUp(3)
  const before = there.received.map(one => `${one.headers['webhook-id']} ${one.body}`)
  const asked = await olga('POST', path)
  expect([asked.status, asked.body]).toEqual([200, { sent_again: 3, given_up: 0 }])
  await expect.poll(() => there.received.length, soon).toBe(6)
  const after = there.received.slice(3).map(one => `${one.headers['webhook-id']} ${one.body}`)
  expect(after.toSorted()).toEqual(before.toSorted())
  for (const action of actions)
    await expect.poll(async () => sent(action.id), soon).toEqual([{ status: 'delivered', attempts: 1, error: null }])
  expect((await hook()).health).toMatchObject({ given_up: 0, waiting: 0, failures: 0 })
})

it('INV-31 asked for twice, or twice at once at two instances, it is done once, and is on record once with who asked', async () => {
  const { there, path, hook_id } = await givenUp(4)
  const second = await w.signedIn(w.owner, 1)
  const answers = await Promise.all([olga('POST', path), second('POST', path), olga('POST', path)])
  expect(answers.map(one => one.status)).toEqual([200, 200, 200])
  expect(answers.map(one => one.body.sent_again).toSorted()).toEqual([0, 0, 4])
  await expect.poll(() => there.received.length, soon).toBe(8)
  expect((await olga('POST', path)).body).toEqual({ sent_again: 0, given_up: 0 })
  const events = (await w.events('webhook.sent_again')).filter(one => one.data.webhook_id === hook_id)
  expect(events).toMatchObject([{ by: { kind: 'person', id: w.owner.id }, data: { messages: 4 } }])
  expect(there.received.length).toBe(8)
})

it('A04 only by who may keep it, and never where it was revoked', async () => {
  const { id, hook_id, key, there, path } = await givenUp(1)
  const [vic, otto] = await Promise.all([w.signedIn(w.viewer), w.signedIn(w.outsider)])
  expect((await vic('POST', path)).status).toBe(403)
  expect((await otto('POST', path)).status).toBe(404)
  expect((await w.gate(key, 'POST', path)).status).toBe(401)
  const stranger = await woken(there.url)
  expect((await olga('POST', path.replace(id, stranger.id))).status).toBe(404)
  expect((await olga('DELETE', path.replace('/send-again', ''))).status).toBe(204)
  expect((await olga('POST', path)).status).toBe(404)
  expect((await w.events('webhook.sent_again')).filter(one => one.data.webhook_id === hook_id)).toEqual([])
  expect(there.received.length).toBe(1)
})
