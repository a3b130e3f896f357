import { randomUUID } from 'node:crypto'
import { afterAll, describe, expect, inject, it } from 'vitest'
import { takeAim } from '@/server/testing/aim'
import { type Body, send } from '@/server/testing/crash-load'
import { dice } from '@/server/testing/dice'
import { killable } from '@/server/testing/killable'
import { letterBox } from '@/server/testing/letters'
import { signInOverHttp } from '@/server/testing/people'
import { pushService } from '@/server/testing/push-service'
import { slackSecret, slackShaped, slackToken } from '@/server/testing/slack'
import { tallyRounds } from '@/server/testing/tally'
import { maintain } from '@/server/testing/template'

/*
 * Eight actions are held at once, and somewhere between them and the last mail, Slack message or push about them Holdpoint or its
 * database is killed with -9: when a message has arrived and is not answered yet, or at any statement of the escalation and the
 * outbox. Afterwards everybody has been told of every hold by every channel, and what came twice is known by its name.
 */
let onArrival: (() => void) | null = null
const arrived = () => onArrival?.()
const [mail, slack, push] = await Promise.all([letterBox(arrived), slackShaped({}, arrived), pushService(arrived)])
afterAll(() => Promise.all([mail.close(), slack.close()]))
const { app, between, databaseUrl, victims } = await killable({
  HOLDPOINT_FETCH_ALLOW: '127.0.0.0/8',
  HOLDPOINT_SLACK_API: slack.url,
  SMTP_URL: mail.smtp.url,
})
const roll = dice(inject('seed'))
const rounds = 2 * inject('scale')
const together = 8
const account = 'UAPPROVER'
const ofTheOutbox =
  /insert into delivery|update delivery|update channel_health|insert into hold_escalation|update push_device|into slack_message/
const rows = async (sql: string): Promise<Body[]> => (await maintain(databaseUrl, sql)).rows

/** Somebody of the demo, over HTTP. */
async function signedIn(role: string, team?: string) {
  const user = app.demo.users.find(one => one.roles.includes(role) && (!team || one.teams.includes(team)))
  const { cookie } = await signInOverHttp(app.url, user?.email ?? '', user?.password ?? '')
  return async (method: string, path: string, body: unknown) => {
    const reply = await send(app.url + path, method, { cookie, origin: app.url }, body)
    expect(reply?.status, `${path} ${JSON.stringify(reply?.body)}`).toBeLessThan(300)
  }
}
const agent = app.demo.agents[0] ?? { id: '', key: '', team: '' }
await (await signedIn('administrator'))('PUT', '/api/console/slack', {
  token: slackToken,
  signing_secret: slackSecret,
})
const approver = await signedIn('approver', agent.team)
await approver('POST', '/api/console/me/slack', { slack_user_id: account })
const code = /^\S{8}/.exec(slack.posted().at(-1)?.body.text ?? '')?.[0]
await approver('POST', '/api/console/me/slack/confirm', { code })
await approver('POST', '/api/console/me/push', push.subscribe('phone'))

/** Something that waits for people; null where nobody answered. The key says that it is the same. */
async function ask(key: string): Promise<string | null> {
  const headers = { authorization: `Bearer ${agent.key}`, 'idempotency-key': key, prefer: 'wait=0' }
  const asked = await send(`${app.url}/api/v1/actions`, 'POST', headers, { tool: 'demo.hold_me', params: { key } })
  if (asked) expect(asked.status, JSON.stringify(asked.body)).toBe(202)
  return asked?.body.hold.id ?? null
}

/** What came about a hold: to whom by which channel, and under which names. */
function came(hold: string): ReadonlyMap<string, ReadonlySet<string>> {
  const letters = mail.letters.filter(one => one.text.includes(hold))
  const posts = slack.posted().filter(one => JSON.stringify(one.body).includes(hold))
  const pushes = push.got.filter(one => one.text.includes(hold))
  const all = [
    ...letters.map(one => [`mail ${one.to.join()}`, /^message-id: <(ntc_\S+)>/im.exec(one.text)?.[1] ?? 'no name']),
    ...posts.map(({ body }) => [`slack ${body.channel}`, body.metadata?.event_payload.id ?? 'no name']),
    // A browser shows one notice for a topic, and a push service keeps one.
    ...pushes.map(one => [`push ${one.device}`, `${one.headers.topic} ${one.text}`]),
  ]
  const byWhom = Map.groupBy(all, ([to]) => String(to))
  return new Map([...byWhom].map(([to, some]) => [to, new Set(some.map(([, name]) => String(name)))]))
}
/** Nothing is left to be done about these holds, once pauses between tries are over. */
const quiet = (holds: readonly string[]) =>
  expect
    .poll(
      async () => {
        await rows(`update delivery set due_at = holdpoint.now() where status = 'pending'`)
        const ids = holds.map(one => `'${one}'`).join(',')
        return rows(
          `select h.id, d.status from hold h left join delivery d on d.subject_id = h.id
           where h.id in (${ids}) and d.status is distinct from 'delivered'`,
        )
      },
      { timeout: 30_000, interval: 300 },
    )
    .toEqual([])

let everybody: readonly string[] = []
it('whoever may decide is told by mail, in Slack and by Web Push while nothing fails', async () => {
  const hold = (await ask(randomUUID())) ?? ''
  await quiet([hold])
  everybody = [...came(hold).keys()].toSorted()
  for (const channel of ['mail', 'slack', 'push']) expect(everybody.join()).toContain(`${channel} `)
}, 40_000)

describe.each(Object.entries(victims))('kill -9 of %s while people are told', (_, { kill, back }) => {
  it(
    `INV-04 everybody is told of every hold by mail, in Slack and by Web Push, and what came twice is known as the same (${rounds} rounds)`,
    async ({ task }) => {
      const names = new Map<string, string>()
      let inMidDelivery = 0
      for (let round = 0; round < rounds; round++) {
        const even = round % 2 === 0
        const after = 1 + Math.floor(roll() * (even ? together * 2 : 60))
        const aim = takeAim({ kill, between }, after, even ? 'arrival' : ofTheOutbox, hear => {
          onArrival = hear
        })
        const keys = Array.from({ length: together }, () => randomUUID())
        const known = await Promise.all(keys.map(ask))
        const told = (hold: string | null) => hold !== null && came(hold).size === everybody.length
        await expect.poll(() => aim.fired() || known.every(told), { timeout: 20_000 }).toBe(true)
        aim.lower()
        if (aim.fired()) inMidDelivery++
        await back()

        // What was acknowledged is there; what was not is asked again under its key.
        const holds: string[] = []
        for (const [at, key] of keys.entries()) {
          const hold = await ask(key)
          if (known[at]) expect(hold).toBe(known[at])
          if (hold) holds.push(hold)
        }
        expect(holds).toHaveLength(together)
        await quiet(holds)
        for (const hold of holds) {
          const found = came(hold)
          expect([...found.keys()].toSorted(), hold).toEqual(everybody)
          for (const [to, its] of found) {
            expect([...its], `${hold} ${to}`).toHaveLength(1)
            for (const name of its) {
              expect(names.get(name) ?? `${hold} ${to}`).toBe(`${hold} ${to}`)
              names.set(name, `${hold} ${to}`)
            }
          }
        }
      }
      expect(inMidDelivery).toBeGreaterThan(rounds / 2)
      tallyRounds(task, rounds)
    },
    60_000 * rounds,
  )
})
