import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { Unavailable } from '@/server/db/tx'
import { escalateDue } from '@/server/engine/escalate'
import { type CutProxy, cutProxy, type Message } from '@/server/testing/cut-proxy'
import { letterBox } from '@/server/testing/letters'
import { tallyRounds } from '@/server/testing/tally'
import { everything, world } from '@/server/testing/world'

/*
 * The instance reaches its database through a proxy that cuts. Every statement of a look that tells somebody of a hold is cut
 * once before it is sent and once after: whoever is to be told is told once, and whoever is let decide is let once.
 */
const { letters, smtp, close } = await letterBox()
afterAll(close)
let found: CutProxy | null = null
const w = await world(1, { smtp }, async url => {
  found = await cutProxy(url)
  return found.url
})
const proxy: CutProxy = found ?? (await cutProxy(w.test.url))
const dan = await w.person('Dan Distant', [{ role: 'approver', team_id: w.otherTeam }])
let key = ''
beforeAll(async () => {
  await w.tools({ run: {} })
  key = (await w.agent({ scopes: [everything] })).key
  const governor = await w.signedIn(w.governor)
  const level = { who: [{ kind: 'person', person_id: dan.id }], after: { seconds: 60 }, adds: true }
  const policy = { name: 'cut', reminders: [], levels: [level] }
  expect((await governor('POST', '/api/console/escalation', policy)).status).toBe(201)
})

const lock = /h\.next_level_at <= \(select holdpoint\.now\(\)\)/
const progress = /from hold_escalation where hold_id = any/
/** That the k-th statement of a look that has found something due is carried out; before it has looked nobody knows whether it will. */
const statement =
  (k: number) =>
  ({ type, transaction }: Message): boolean =>
    (type === 'Q' || type === 'E') &&
    transaction.length === k &&
    lock.test(transaction[1] ?? '') &&
    (k < 3 || progress.test(transaction[2] ?? ''))

/** Looks beside the engine until nothing is due; a database that is lost is looked at again. */
const sweep = () =>
  expect
    .poll(
      async () => {
        for (const { app } of w.servers)
          await escalateDue(app).catch((error: unknown) => expect(error).toBeInstanceOf(Unavailable))
        const { rows } = await w.db.pool.query(
          `select count(*)::integer as due from hold where status = 'pending' and next_level_at <= holdpoint.now()`,
        )
        return rows[0]?.due
      },
      { timeout: 20_000, interval: 20 },
    )
    .toBe(0)

/** Who was told of the hold, by message and in the log, and who besides those whom it asks may decide it. */
async function told(hold: string) {
  const { rows: messages } = await w.db.pool.query<{ kind: string; destination: string }>(
    'select kind, destination from delivery where subject_id = $1 order by kind',
    [hold],
  )
  const { rows: events } = await w.db.pool.query<{ type: string }>(
    `select type from event where subjects @> array[$1] and type in ('hold.told', 'hold.escalated') order by type desc`,
    [hold],
  )
  const { rows: holds } = await w.db.pool.query<{ requirement: string }>('select requirement from hold where id = $1', [
    hold,
  ])
  const added = holds[0]?.requirement.split(dan.id).length ?? 0
  return {
    messages: messages.map(one => `${one.kind} ${one.destination}`),
    events: events.map(one => one.type),
    added: added - 1,
  }
}
const opened = { messages: [`hold.opened mail:${w.approver.id}`], events: ['hold.told'], added: 0 }
const escalated = {
  messages: [`hold.escalated.1.0 mail:${dan.id}`, ...opened.messages],
  events: ['hold.told', 'hold.escalated'],
  added: 1,
}

it('INV-04 X08 cut at any statement of a look, an escalation tells each once, in the log too, and lets each decide once', async ({
  task,
}) => {
  const reached: number[] = []
  const holds: string[] = []
  for (const side of ['cut before', 'cut after'] as const)
    for (const phase of ['opened', 'escalated'] as const)
      for (let k = 2, more = true; more; k++) {
        const begin = () => proxy.cutAt(1, side, statement(k))
        const isFirst = phase === 'opened' ? begin() : null
        const { body } = await w.submit(key, { tool: 'run', params: { n: randomUUID() }, deadline_seconds: 86_400 })
        const hold: string = body.hold.id
        holds.push(hold)
        const said = `${side}, statement ${k}, ${phase}`
        await sweep()
        expect(await told(hold), said).toEqual(opened)
        const isReached = isFirst ?? begin()
        await w.test.moveClock(61)
        await sweep()
        expect(await told(hold), said).toEqual(escalated)
        proxy.judge(null)
        more = isReached()
        if (!more) reached.push(k - 2)
      }
  // A look has as many statements whichever connection it comes by: each was cut, in each of the four ways.
  expect(new Set(reached).size, `${reached}`).toBe(1)
  expect(reached[0]).toBeGreaterThan(8)
  const letterOf = (hold: string, to: string) =>
    letters.filter(one => one.to.includes(to) && one.text.includes(hold)).length
  const all = () => holds.map(hold => [letterOf(hold, w.approver.email), letterOf(hold, dan.email)])
  await expect.poll(all, { timeout: 20_000 }).toEqual(holds.map(() => [1, 1]))
  tallyRounds(
    task,
    reached.reduce((sum, one) => sum + one, 0),
  )
}, 240_000)
