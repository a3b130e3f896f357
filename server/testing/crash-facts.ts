import { expect, vi } from 'vitest'
import { parseCheckpoint, parseVerifierKey } from '@/lib/audit/checkpoint'
import { verifyExport } from '@/lib/audit/export'
import { nodeSha256, verifyEd25519 } from '@/server/audit/ed25519'
import type { ChildApp } from './child-app'
import { type Asked, type Body, decide, type Load, type Memory, resend, send } from './crash-load'
import { maintain } from './template'

const together = 25

async function each<T>(all: readonly T[], work: (one: T) => Promise<void>): Promise<void> {
  for (let at = 0; at < all.length; at += together) await Promise.all(all.slice(at, at + together).map(work))
}

/** What of a decided action may never change (INV-02). */
const lasting = ({ id, digest, status, decision, params, modified, executable_digest, obligations }: Body) => ({
  ...{ id, digest, status, decision, params, modified, executable_digest, obligations },
})

const rows = async <R>(app: ChildApp, sql: string): Promise<R[]> => (await maintain(app.databaseUrl, sql)).rows

/** Every decision that anybody was told is still there, word for word. */
export async function decisionsStand(app: ChildApp, memory: Memory, from = 0): Promise<void> {
  const key = new Map(memory.asked.map(one => [one.answer?.id, one.key]))
  await each(memory.told.slice(from), async told => {
    const headers = { authorization: `Bearer ${key.get(told.id)}`, prefer: 'wait=0' }
    const now = await send(`${app.url}/api/v1/actions/${told.id}`, 'GET', headers)
    expect(lasting(now?.body ?? {})).toEqual(lasting(told))
  })
}

/** Asks everything once more with its key: the same action, its decision if it had one. Answers what is still held. */
export async function keysAgree(app: ChildApp, memory: Memory, from: number): Promise<Asked[]> {
  const held: Asked[] = []
  const verdicts = new Map(memory.given.filter(one => one.acknowledged).map(one => [one.action, one.verdict]))
  await each(memory.asked.slice(from), async asked => {
    const again = await resend(app.url, asked)
    expect([200, 202], JSON.stringify(again)).toContain(again?.status)
    if (asked.answer) expect(again?.body.id).toBe(asked.answer.id)
    if (asked.answer?.decision) expect(lasting(again?.body)).toEqual(lasting(asked.answer))
    asked.answer = again?.body
    const verdict = verdicts.get(again?.body.id)
    if (verdict) expect(again?.body.status).toBe(verdict === 'approve' ? 'approved' : 'rejected')
    if (again?.body.status === 'held') held.push(asked)
  })
  const twice = await rows(app, 'select agent_id, key from action group by 1, 2 having count(*) > 1')
  expect(twice).toEqual([])
  return held
}

/** What is still held can be decided, and is. */
export async function heldDecidable(app: ChildApp, { memory, approvers }: Load, held: readonly Asked[]): Promise<void> {
  await each(held, async ({ answer }) => {
    const given = { hold: answer.hold.id, action: answer.id, verdict: 'approve' as const, acknowledged: true }
    const reply = await decide(app.url, approvers[0] ?? '', given, answer.digest)
    expect([reply?.status, reply?.body.status], JSON.stringify(reply?.body)).toEqual([201, 'approved'])
    memory.given.push(given)
  })
}

/** Every decision has its record and every record its decision: they were committed together or not at all (INV-31). */
export async function recordsAgree(app: ChildApp): Promise<void> {
  const ends = `select body::json #>> '{data,action}' as action, body::json #>> '{data,status}' as status from event
    where type in ('action.decided', 'hold.approved', 'hold.rejected', 'hold.expired', 'hold.withdrawn', 'hold.contained')
      and body::json #>> '{data,action}' is not null`
  expect(await rows(app, `select action from (${ends}) e group by action having count(*) > 1`)).toEqual([])
  const apart = `select a.id, a.status, e.action, e.status as recorded
    from (select id, status from action where status not in ('held', 'deferred')) a full join (${ends}) e on e.action = a.id
    where a.status is distinct from e.status`
  expect(await rows(app, apart)).toEqual([])
  const reviews = `select r.id, e.review from review r
    full join (select body::json #>> '{data,review}' as review from event where type = 'hold.reviewed') e on e.review = r.id
    where r.id is null or e.review is null`
  expect(await rows(app, reviews)).toEqual([])
}

/** The log is whole, without a gap, signed, and agrees with every signed head that agents have kept. */
export async function logVerifies(app: ChildApp, memory: Memory, auditor: string): Promise<void> {
  const open = `select (select count(*) from event)::int as events, (select count(*) from log_entry)::int as numbered`
  const events = await vi.waitFor(
    async () => {
      const [row] = await rows<{ events: number; numbered: number }>(app, open)
      expect(row?.numbered).toBe(row?.events)
      return row?.events
    },
    { timeout: 30_000, interval: 50 },
  )
  const get = (path: string) => fetch(`${app.url}/api/console/audit/${path}`, { headers: { cookie: auditor } })
  await vi.waitFor(
    async () => expect((await (await get('checkpoint')).json()).size).toBeGreaterThanOrEqual(events ?? 0),
    { timeout: 30_000, interval: 50 },
  )
  const { vkey } = await (await get('checkpoint')).json()
  const lines = (await (await get('export')).text()).trimEnd().split('\n')
  const heads = [...memory.heads].flatMap(note => parseCheckpoint(note) ?? [])
  expect(heads.length).toBe(memory.heads.size)
  const known = { keys: [parseVerifierKey(vkey)].filter(one => one !== null), heads }
  const proof = await verifyExport(lines, { ...known, verify: verifyEd25519, sha256: nodeSha256 })
  expect(proof).toMatchObject({ ok: true, signed: true })
  expect(proof.ok && proof.size).toBeGreaterThanOrEqual(events ?? 0)
}
