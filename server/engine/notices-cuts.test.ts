import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest'
import type { Channel } from '@/lib/access/notice'
import { enqueue } from '@/server/access/outbox-store'
import { openSessions } from '@/server/access/sessions'
import { clock } from '@/server/db/guard'
import { openDatabase } from '@/server/db/pool'
import { transact, Unavailable } from '@/server/db/tx'
import { openGate } from '@/server/gate/gate'
import type { Served } from '@/server/gate/served'
import { type CutProxy, cutProxy, type Message } from '@/server/testing/cut-proxy'
import { letterBox } from '@/server/testing/letters'
import { pushService } from '@/server/testing/push-service'
import { slackSecret, slackShaped, slackToken } from '@/server/testing/slack'
import { tallyRounds } from '@/server/testing/tally'
import { everything, world } from '@/server/testing/world'
import { deliver, deliverPush, deliverSlack } from './deliver'

/*
 * An instance without an engine, which looks at its outbox when it is told to and reaches its database through a proxy that cuts:
 * every message that it sends to the database while it sends one notice is cut once before it is sent and once after. The notice is
 * there in the end, once where it had not left yet, and under one name where it had.
 */
const [mail, slack, push] = await Promise.all([letterBox(), slackShaped(), pushService()])
afterAll(() => Promise.all([mail.close(), slack.close()]))
let found: CutProxy | null = null
const changes = { smtp: mail.smtp, fetchAllow: ['127.0.0.0/8'], slackApi: slack.url }
const w = await world(1, changes, async url => {
  found = await cutProxy(url)
  return found.url
})
const proxy: CutProxy = found ?? (await cutProxy(w.test.url))
const passes = inject('scale')
let app: Served
let hold = ''
let level = 0

/** By what names a notice is known where it has arrived. */
interface Line {
  readonly channel: Channel
  readonly look: (app: Served) => Promise<number>
  /** Every message that has arrived, by its name; the same name is the same message to whoever has it twice. */
  readonly came: () => readonly string[]
  /** Is the name one of person, channel and level, or of the hold as a whole, of which one is shown at a time? */
  readonly ofLevel: boolean
}
const lines: readonly Line[] = [
  {
    channel: 'mail',
    look: deliver,
    came: () => mail.letters.map(one => /^message-id: <(ntc_\S+)>/im.exec(one.text)?.[1] ?? 'no name'),
    ofLevel: true,
  },
  {
    channel: 'slack',
    look: deliverSlack,
    came: () => slack.posted().map(one => String(one.body.metadata?.event_payload.id ?? 'no name')),
    ofLevel: true,
  },
  {
    channel: 'push',
    look: deliverPush,
    came: () => push.got.map(one => `${one.headers.topic} ${one.text}`),
    ofLevel: false,
  },
]

beforeAll(async () => {
  await w.tools({ run: { operation: 'update' } })
  const { key } = await w.agent({ scopes: [everything] })
  const ada = await w.signedIn(w.administrator)
  expect((await ada('PUT', '/api/console/slack', { token: slackToken, signing_secret: slackSecret })).status).toBe(200)
  const ann = await w.signedIn(w.approver)
  slack.accounts[w.approver.email] = 'UANN0001'
  await ann('POST', '/api/console/me/slack', {})
  const code = /^\S{8}/.exec(slack.posted().at(-1)?.body.text ?? '')?.[0]
  expect((await ann('POST', '/api/console/me/slack/confirm', { code })).status).toBe(200)
  expect((await ann('POST', '/api/console/me/push', push.subscribe('phone'))).status).toBe(201)
  hold = (await w.submit(key, { tool: 'run' })).body.hold.id
  const [running] = w.servers
  if (!running) return expect.fail('no server')
  const sent = `select 1 from delivery where subject_id = $1 and status = 'delivered'`
  await vi.waitUntil(async () => ((await w.db.pool.query(sent, [hold])).rowCount ?? 0) > 2, { timeout: 10_000 })
  await running.stop()
  const { config, log, vault } = running.app
  const instance = { config, log, vault, db: await openDatabase(proxy.url) }
  app = { ...instance, gate: openGate(instance), sessions: openSessions(instance), demoPeople: null }
  await app.gate.registries.refresh()
}, 30_000)
afterAll(async () => {
  proxy.judge(null)
  app.gate.waiters.close()
  app.sessions.close()
  await app.db.close()
})

/** Looks, as an engine does: a database that is lost is no fault of the look, which is taken again. Answers whether it went through. */
const lookOnce = ({ look }: Line): Promise<boolean> =>
  look(app).then(
    () => true,
    error => {
      expect(error).toBeInstanceOf(Unavailable)
      return false
    },
  )

const outbox = async (kind: string) =>
  (
    await w.db.pool.query<{ status: string; error: string | null }>(
      'select status, error from delivery where subject_id = $1 and kind = $2',
      [hold, kind],
    )
  ).rows

/** One notice of a level of its own, during which the k-th message that counts is cut. Answers whether there was a k-th. */
async function round(line: Line, k: number, side: 'cut before' | 'cut after', counts: (message: Message) => boolean) {
  const kind = `hold.escalated.${++level}.0`
  const payload = JSON.stringify({ kind, hold, why: 'you approve for Payments' })
  const message = { subject_id: hold, kind, person_id: w.approver.id, payload, channels: [line.channel] }
  // The same again, as by another instance: one row a person, level and channel.
  for (let twice = 0; twice < 2; twice++) await transact(w.db, async tx => enqueue(tx, await clock(tx), [message]))
  const before = line.came().length
  const reached = proxy.cutAt(k, side, counts)
  await lookOnce(line)
  proxy.judge(null)
  const left = line.came().length - before
  const said = `${side} ${k}`
  expect(left, said).toBeLessThanOrEqual(1)
  // What was claimed by whoever was cut off comes back after its pause, and not before; what was not is due still.
  expect(await lookOnce(line), said).toBe(true)
  const by = line.came().length - before
  if (left === 1) expect(by, said).toBe(1)
  const due = `update delivery set due_at = holdpoint.now() where subject_id = $1 and status = 'pending' returning 1`
  const marked = (await w.db.pool.query(due, [hold])).rowCount === 0
  expect(await lookOnce(line), said).toBe(true)
  expect(await outbox(kind), said).toEqual([{ status: 'delivered', error: null }])
  const names = line.came().slice(before)
  // It is never lost; once where it had not left or was marked, twice at most where it had left, and by one name.
  expect(names.length, said).toBeGreaterThanOrEqual(1)
  expect(names.length, said).toBeLessThanOrEqual(left === 1 && !marked ? 2 : 1)
  if (marked) expect(by, said).toBe(1)
  expect(new Set(names).size, said).toBe(1)
  return reached()
}

describe.each(lines)('the connection to the database is cut while $channel is sent', line => {
  it(
    'INV-04 X08 one notice a person, level and channel at whatever message it is: never lost, again by the same name alone',
    async ({ task }) => {
      // Every statement always; in the campaign also what binds, runs and ends it.
      const counts = (message: Message) => message.type !== 'start' && (passes > 1 || message.sql !== '')
      const began = line.came().length
      let [cuts, rounds] = [0, 0]
      for (let pass = 0; pass < passes; pass++)
        // A connection that knows a statement already sends fewer messages: the end is where two rounds running had no k-th.
        for (const side of ['cut before', 'cut after'] as const)
          for (let k = 1, missed = 0; missed < 2; k++) {
            const reached = await round(line, k, side, counts)
            missed = reached ? 0 : missed + 1
            rounds++
            if (reached) cuts++
          }
      expect(cuts).toBeGreaterThan(20 * passes)
      const names = new Set(line.came().slice(began))
      expect(names.size).toBe(line.ofLevel ? rounds : 1)
      expect(names).not.toContain('no name')
      // A database that was lost is not held against the channel.
      const { rows } = await w.db.pool.query('select failures, last_error from channel_health where channel = $1', [
        line.channel,
      ])
      expect(rows).toEqual([{ failures: 0, last_error: null }])
      tallyRounds(task, cuts)
    },
    60_000 * passes,
  )
})
