import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest'
import { enqueue } from '@/server/access/outbox-store'
import { clock } from '@/server/db/guard'
import { reader, transact } from '@/server/db/tx'
import { deliverSlack } from '@/server/engine/deliver'
import { pressed, slackSecret, slackShaped, slackToken } from '@/server/testing/slack'
import { tallyRounds } from '@/server/testing/tally'
import { everything, type Person, type Reply, world } from '@/server/testing/world'

/** A verdict in Slack on one instance against every other verb on the same hold on the other, released together. */
const slack = await slackShaped()
afterAll(slack.close)
const w = await world(2, { fetchAllow: ['127.0.0.0/8'], slackApi: slack.url, url: 'https://holdpoint.acme.example' })
const second = await w.person('Sue Second', [{ role: 'approver', team_id: w.team }])
const rounds = 2 * inject('scale')
const others = ['approve', 'reject', 'ask', 'pass', 'contain', 'cancel', 'kill', 'slack'] as const
type Verb = (typeof others)[number]
const ends: Partial<Record<Verb, string>> = {
  approve: 'approved',
  reject: 'rejected',
  contain: 'rejected',
  cancel: 'cancelled',
  kill: 'contained',
}
let sue: Person
let governor: Person

beforeAll(async () => {
  await w.tools({ run: { operation: 'update' } })
  const ada = await w.signedIn(w.administrator)
  expect((await ada('PUT', '/api/console/slack', { token: slackToken, signing_secret: slackSecret })).status).toBe(200)
  const ann = await w.signedIn(w.approver)
  slack.accounts[w.approver.email] = 'UANN0001'
  await ann('POST', '/api/console/me/slack', {})
  const code = /^\S{8}/.exec(slack.posted().at(-1)?.body.text ?? '')?.[0]
  expect((await ann('POST', '/api/console/me/slack/confirm', { code })).status).toBe(200)
  sue = await w.signedIn(second, 1)
  governor = await w.signedIn(w.governor, 1)
})
beforeEach(({ task }) => tallyRounds(task, rounds))

/** A hold of an agent of its own, of which Ann has been told in Slack. */
async function told() {
  const agent = await w.agent({ scopes: [everything] })
  const { body } = await w.submit(agent.key, { tool: 'run', params: { n: randomUUID() } })
  const payload = JSON.stringify({ kind: 'hold.opened', hold: body.hold.id, why: 'you approve for Payments' })
  const message = { subject_id: body.hold.id, kind: 'hold.opened', person_id: w.approver.id, payload }
  await transact(w.db, async tx => enqueue(tx, await clock(tx), [{ ...message, channels: ['slack'] }]))
  const app = w.servers[0]?.app ?? expect.fail('no server')
  const before = slack.posted().length
  await expect
    .poll(
      async () => {
        await deliverSlack(app)
        return slack.posted().length
      },
      { timeout: 10_000, interval: 50 },
    )
    .toBeGreaterThan(before)
  return { ...body, agent }
}
type Told = Awaited<ReturnType<typeof told>>

async function press(hold: string, action: string, at: number): Promise<null> {
  const said = { user: 'UANN0001', action, value: hold, nonce: randomUUID() }
  const sent = pressed(said, await clock(reader(w.db.pool)))
  const path = '/api/integrations/slack/interactions'
  expect((await fetch(`${w.servers[at]?.url}${path}`, { method: 'POST', ...sent })).status).toBe(200)
  return null
}

async function act(verb: Verb, one: Told): Promise<Reply | null> {
  const path = `/api/console/holds/${one.hold.id}`
  switch (verb) {
    case 'slack':
      return press(one.hold.id, 'reject', 1)
    case 'cancel':
      return w.gate(one.agent.key, 'POST', `/api/v1/actions/${one.id}/cancel`, {}, {}, 1)
    case 'contain':
      return sue('POST', `${path}/reject-and-contain`, { digest: one.digest })
    case 'kill': {
      const target = { type: 'agent', id: one.agent.id }
      return governor('POST', '/api/console/containment', { target, level: 'killed', reason: 'race' })
    }
    default:
      return sue('POST', `${path}/reviews`, { verdict: verb, digest: one.digest })
  }
}

describe(`INV-01 X07 a verdict in Slack against every other verb on one hold, ${rounds} rounds each`, () => {
  it.each(others)('slack × %s', async verb => {
    for (let round = 0; round < rounds; round++) {
      const one = await told()
      const [, reply] = await Promise.all([press(one.hold.id, 'approve', 0), act(verb, one)])
      const read = (at: number) =>
        w.gate(one.agent.key, 'GET', `/api/v1/actions/${one.id}`, undefined, { prefer: 'wait=10' }, at)
      const [a, b] = await Promise.all([read(0), read(1)])
      const said = JSON.stringify([verb, a.body.status, reply?.body?.code ?? reply?.status])
      expect(b.body.decision, said).toEqual(a.body.decision)
      expect(['approved', verb === 'slack' ? 'rejected' : ends[verb]], said).toContain(a.body.status)
      const won = reply !== null && reply.status < 300
      if (reply && !won) expect(['hold.closed', 'action.decided'], said).toContain(reply.body.code)
      if (won && verb !== 'kill' && ends[verb]) expect(a.body.status, said).toBe(ends[verb])
      const ended = await w.events()
      const over = ended.filter(
        event =>
          event.subjects.includes(one.hold.id) &&
          /^hold\.(approved|rejected|expired|withdrawn|contained)$/.test(event.type),
      )
      expect(over, said).toHaveLength(1)
    }
  })
})
