import { randomUUID } from 'node:crypto'
import { Webhook } from 'standardwebhooks'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { SignedIn } from '@/lib/access/permission'
import { reader } from '@/server/db/tx'
import { deliver, deliverPush, deliverSlack } from '@/server/engine/deliver'
import { escalateDue } from '@/server/engine/escalate'
import { feedDue } from '@/server/engine/feed'
import { letterBox } from '@/server/testing/letters'
import { pushService } from '@/server/testing/push-service'
import { type Received, receiver } from '@/server/testing/receiver'
import { slackSecret, slackShaped, slackToken } from '@/server/testing/slack'
import { untilAllIsTold } from '@/server/testing/sweep'
import { everything, type Person, world } from '@/server/testing/world'

/*
 * Two instances, each with its engine, and real receivers of every channel on loopback: mail, something Slack-shaped that knows its
 * token, a push service that checks who signed, and a webhook whose signatures are checked. It is the Saturday before summer time
 * begins in Berlin (28 March 2027, 01:00 UTC); time is moved and not slept.
 */
const [box, slack, service] = await Promise.all([letterBox(), slackShaped(), pushService()])
afterAll(() => Promise.all([box.close(), slack.close()]))
const w = await world(2, { smtp: box.smtp, slackApi: slack.url, fetchAllow: ['127.0.0.0/8'] })
const apps = w.servers.map(one => one.app)
const now = async () => (await w.db.pool.query<{ at: Date }>('select holdpoint.now() as at')).rows[0]?.at ?? new Date(0)
const until = async (at: string) => w.test.moveClock(Math.ceil((Date.parse(at) - (await now()).getTime()) / 1_000))
await until('2027-03-27T22:00:00Z')
const scopes = [{ ...everything, operations: [...everything.operations], environments: [...everything.environments] }]
const pat = await w.person('Pat Past', [{ role: 'governor', team_id: null }])
const people: Readonly<Record<string, SignedIn>> = { ann: w.approver, gil: w.governor, olga: w.owner, pat }
const by = (person_id: string) => ({ kind: 'person', person_id })
const governor: Person = async (...request) => (await w.signedIn(w.governor))(...request)
let key = ''

beforeAll(async () => {
  await w.tools({ run: {} })
  key = (await w.agent({ scopes })).key
  const ada = await w.signedIn(w.administrator)
  const connected = await ada('PUT', '/api/console/slack', { token: slackToken, signing_secret: slackSecret })
  expect(connected.status, JSON.stringify(connected.body)).toBe(200)
  for (const [name, who] of Object.entries({ ann: w.approver, gil: w.governor })) {
    const person = await w.signedIn(who)
    await person('POST', '/api/console/me/slack', { slack_user_id: `U${name.toUpperCase()}0001` })
    const code = /^\S{8}/.exec(slack.posted().at(-1)?.body.text ?? '')?.[0]
    expect((await person('POST', '/api/console/me/slack/confirm', { code })).status).toBe(200)
    expect((await person('POST', '/api/console/me/push', service.subscribe(name))).status).toBe(201)
  }
})

afterEach(async () => {
  const ada = await w.signedIn(w.administrator)
  for (const [who, path] of [
    [governor, '/api/console/escalation'],
    [ada, '/api/console/destinations'],
  ] as const)
    for (const { id } of (await who('GET', path)).body.items)
      expect((await who('DELETE', `${path}/${id}`)).status).toBe(204)
})

/** Both instances, until all that is due has left. */
const sweep = () => untilAllIsTold(reader(w.db.pool), apps, [escalateDue, feedDue, deliver, deliverSlack, deliverPush])

/** What came about a hold at the receivers of people: `mail ann` → how many messages, each of another name. */
function came(hold: string): Record<string, number> {
  const nameOf = (fits: (one: SignedIn) => boolean) =>
    Object.keys(people).find(name => people[name] && fits(people[name]))
  const all = [
    ...box.letters
      .filter(one => one.text.includes(hold))
      .map(one => [`mail ${nameOf(who => one.to.includes(who.email))}`, /^message-id: (\S+)/im.exec(one.text)?.[1]]),
    ...slack
      .posted()
      .filter(one => JSON.stringify(one.body).includes(hold))
      .map(({ body }) => [`slack ${String(body.channel).slice(1, -4).toLowerCase()}`, body.metadata.event_payload.id]),
  ]
  expect(new Set(all.map(one => one.join(' '))).size, 'none came twice').toBe(all.length)
  const pushes = service.got.filter(one => one.text.includes(hold)).map(one => [`push ${one.device}`])
  const byWhom = Map.groupBy([...all, ...pushes], ([to]) => String(to))
  return Object.fromEntries([...byWhom].map(([to, its]) => [to, its.length]))
}

/** The types that a webhook was told about a hold, each signed and of another id. */
function told(received: readonly Received[], secret: string, hold: string): string[] {
  const its = received.filter(one => JSON.parse(one.body).subject === hold)
  for (const { headers, body } of its) {
    // The clock of the database has been moved from this process's.
    const at = new Date(Number(headers['webhook-timestamp']) * 1_000)
    expect(String(headers['webhook-signature'])).toBe(new Webhook(secret).sign(String(headers['webhook-id']), at, body))
  }
  expect(new Set(its.map(one => one.headers['webhook-id'])).size).toBe(its.length)
  return its.map(one => String(JSON.parse(one.body).type).replace('holdpoint.hold.', '')).toSorted()
}

const each = (name: string, n = 1) => ({ [`mail ${name}`]: n, [`slack ${name}`]: n, [`push ${name}`]: n })
const working = {
  calendar: { time_zone: 'Europe/Berlin', working_hours: { 7: ['04:00', '06:00'] } },
  levels: [{ who: [by(w.governor.id)], after: { seconds: 1_800 }, working: true }],
}
interface Timeline {
  readonly what: string
  readonly policy: object
  /** Once the policy is written. */
  readonly leaves?: SignedIn
  /** Seconds that pass before each look, or the moment of it. */
  readonly looks: readonly (number | string)[]
  readonly people: Record<string, number>
  readonly webhook: readonly string[]
}
/** In the order of time: the clock goes on from one to the next. */
const timelines: readonly Timeline[] = [
  {
    what: 'one message for each level, person and channel; a level’s own channels, and none besides',
    policy: {
      levels: [
        { who: [by(w.governor.id), { kind: 'owner' }], after: { seconds: 300 } },
        { who: [by(w.governor.id)], after: { seconds: 600 }, channels: ['slack'] },
      ],
    },
    looks: [0, 200, 101, 300],
    people: { ...each('ann'), ...each('gil'), 'slack gil': 2, 'mail olga': 1 },
    webhook: ['escalated', 'escalated', 'opened'],
  },
  {
    what: 'a level whose people have left: the next in its place, at once, and once',
    leaves: pat,
    policy: {
      levels: [
        { who: [by(pat.id)], after: { seconds: 300 } },
        { who: [by(w.governor.id)], after: { seconds: 7_000 } },
      ],
    },
    looks: [0, 301, 60],
    people: { ...each('ann'), ...each('gil') },
    webhook: ['escalated', 'opened'],
  },
  {
    what: 'an hour of downtime in the middle: every level that was missed, a reminder and a repeat once for all of theirs',
    policy: {
      reminders: [50],
      levels: [
        { who: [{ kind: 'owner' }], after: { seconds: 300 }, repeat: { every_seconds: 600, times: 4 } },
        { who: [by(w.governor.id)], after: { seconds: 1_800 }, channels: ['push'] },
      ],
    },
    looks: [0, 301, 3_600, 1],
    people: { ...each('ann', 2), 'mail olga': 2, 'push gil': 1 },
    webhook: ['escalated', 'escalated', 'escalated', 'opened'],
  },
  {
    what: 'half an hour of Sunday’s working hours, which summer time brings an hour sooner',
    policy: working,
    looks: [0, '2027-03-28T00:30:00Z', '2027-03-28T02:29:00Z'],
    people: each('ann'),
    webhook: ['opened'],
  },
  {
    what: 'and is told by the new time, once',
    policy: working,
    looks: [0, '2027-03-28T02:31:00Z', '2027-03-28T03:31:00Z'],
    people: { ...each('ann'), ...each('gil') },
    webhook: ['escalated', 'opened'],
  },
]

describe('at receivers of every channel, by two instances', () => {
  it.each(timelines)(
    '$what',
    async ({ policy, leaves, looks, people, webhook }) => {
      const there = await receiver()
      const ada = await w.signedIn(w.administrator)
      const types = ['hold.opened', 'hold.escalated']
      const hook = (await ada('POST', '/api/console/destinations', { url: there.url, name: randomUUID(), types })).body
      const written = await governor('POST', '/api/console/escalation', {
        name: randomUUID(),
        reminders: [],
        ...policy,
      })
      expect(written.status, JSON.stringify(written.body)).toBe(201)
      if (leaves) {
        const gone = await ada('PATCH', `/api/console/members/${leaves.id}`, { status: 'disabled' })
        expect(gone.status, JSON.stringify(gone.body)).toBeLessThan(300)
      }
      const asked = await w.submit(key, { tool: 'run', params: { n: randomUUID() }, deadline_seconds: 7_200 })
      const hold = String(asked.body.hold.id)
      for (const look of looks) {
        if (typeof look === 'string') await until(look)
        else await w.test.moveClock(look)
        await sweep()
      }
      expect(came(hold)).toEqual(people)
      await expect.poll(() => told(there.received, hook.secret, hold), { timeout: 10_000 }).toEqual(webhook)
    },
    60_000,
  )
})
