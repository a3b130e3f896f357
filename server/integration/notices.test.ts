import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { plainPreference } from '@/lib/access/notice'
import { enqueue, type Message } from '@/server/access/outbox-store'
import { clock } from '@/server/db/guard'
import { reader, transact } from '@/server/db/tx'
import { deliver } from '@/server/engine/deliver'
import { letterBox } from '@/server/testing/letters'
import { everything, type Person, world } from '@/server/testing/world'

const { letters, smtp, close } = await letterBox()
afterAll(close)
const w = await world(2, { smtp })
const soon = { timeout: 10_000, interval: 50 }
const path = '/api/console/me/notices'
let key = ''
let ben: Person
let hold = ''

beforeAll(async () => {
  await w.tools({ run: {} })
  const scopes = [everything]
  key = (await w.agent({ scopes })).key
  ben = await w.signedIn(w.backup)
  hold = (await w.submit(key, { tool: 'run', params: { n: randomUUID() }, deadline_seconds: 86_400 })).body.hold.id
})

const why = 'you answer for this agent while its owner is away'
/** What an escalation would tell the backup, who is told of nothing else here. */
const put = (level: number, more: Partial<Message> = {}) => {
  const kind = `hold.escalated.${level}.0`
  const payload = JSON.stringify({ kind, hold, why })
  return transact(w.db, async tx =>
    enqueue(tx, await clock(tx), [{ subject_id: hold, kind, person_id: w.backup.id, payload, ...more }]),
  )
}
const rows = async (level: number) =>
  (
    await w.db.pool.query<{ destination: string; status: string; due_at: Date; attempts: number }>(
      'select destination, status, due_at, attempts from delivery where subject_id = $1 and kind = $2',
      [hold, `hold.escalated.${level}.0`],
    )
  ).rows
const sent = () => letters.filter(one => one.to.includes(w.backup.email))
const until = (level: number, status: string) =>
  expect
    .poll(async () => {
      await Promise.all(w.servers.map(one => deliver(one.app)))
      return (await rows(level)).map(one => one.status)
    }, soon)
    .toEqual([status])

/** Hours that are quiet now and for the next hour, by UTC. */
async function quietNow() {
  const now = (await clock(reader(w.db.pool))).getTime()
  const hour = (at: number) => new Date(at).toISOString().slice(11, 14).concat('00')
  return { time_zone: 'UTC', from: hour(now), until: hour(now + 2 * 3_600_000), days: [] }
}

describe('a message to a person', () => {
  it('says why them and where they choose how they are told, and opens a page', async () => {
    await put(1)
    await until(1, 'delivered')
    const [letter] = sent()
    expect(letter?.text).toContain(`Why you: ${why}`)
    expect(letter?.text).toContain('/settings/notices')
    expect(letter?.text).toContain(`/approvals/${hold}`)
  })

  it('waits for the end of quiet hours, unless it is urgent', async () => {
    const { etag } = (await ben('GET', path)).body
    const quiet = await quietNow()
    const saved = await ben('PUT', path, { ...plainPreference, quiet }, { 'if-match': etag })
    expect(saved.status).toBe(200)
    expect((await ben('PUT', path, { ...plainPreference, quiet }, { 'if-match': etag })).status).toBe(412)
    const before = sent().length
    await put(2)
    await put(3, { urgent: true })
    await until(3, 'delivered')
    expect((await rows(2)).map(one => one.due_at.toISOString().slice(11, 16))).toEqual([quiet.until])
    expect(sent().length).toBe(before + 1)
    await w.test.moveClock(2 * 3_600)
    await until(2, 'delivered')
    expect(sent().length).toBe(before + 2)
    await ben('PUT', path, plainPreference)
  })

  it('is on record once for each kind and channel however often and wherever it is written, and sent by one instance', async () => {
    const before = sent().length
    await Promise.all(Array.from({ length: 12 }, () => put(4)))
    expect(await rows(4)).toMatchObject([{ destination: `mail:${w.backup.id}` }])
    await until(4, 'delivered')
    expect(sent().length).toBe(before + 1)
    expect((await rows(4))[0]?.attempts).toBe(1)
  })

  it('goes again where an instance died between claiming and sending it, and is still one on record', async () => {
    const before = sent().length
    await put(5, { urgent: true })
    await until(5, 'delivered')
    // What a killed instance leaves behind: claimed, not marked.
    await put(6)
    await w.db.pool.query(
      `update delivery set attempts = 1, due_at = holdpoint.now() + interval '15 seconds' where subject_id = $1 and kind = $2 and status = 'pending'`,
      [hold, 'hold.escalated.6.0'],
    )
    await w.test.moveClock(16)
    await until(6, 'delivered')
    expect(sent().length).toBeGreaterThanOrEqual(before + 2)
    expect(await rows(6)).toHaveLength(1)
  })

  it('is not sent any more once it is decided, and not to whom nothing reaches', async () => {
    const said = { ...plainPreference, topics: { ...plainPreference.topics, news: [] } }
    expect((await ben('PUT', path, said)).status).toBe(200)
    const news = { kind: 'hold.unseen', channels: undefined }
    const reached = await transact(w.db, async tx =>
      enqueue(tx, await clock(tx), [{ subject_id: hold, person_id: w.backup.id, payload: '{}', ...news }]),
    )
    expect([...reached]).toEqual([])
    const without = await transact(w.db, async tx =>
      enqueue(
        tx,
        await clock(tx),
        [{ subject_id: hold, person_id: w.owner.id, payload: '{}', kind: 'hold.escalated.9.0' }],
        false,
      ),
    )
    expect([...without]).toEqual([])
    expect(await rows(9)).toEqual([])
    expect((await ben('POST', `${path}/mail/test`)).body).toMatchObject({ delivered: true })
    expect((await ben('POST', `${path}/slack/test`)).body).toMatchObject({ delivered: false })
  })
})
