import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { readEvent } from '@/lib/audit/catalogue'
import { foldGrant } from '@/lib/audit/fold-grant'
import { engage } from '@/server/containment/engage'
import { granting } from '@/server/testing/granting'
import type { Person } from '@/server/testing/world'
import { closeOver } from './end'

const {
  w,
  app,
  governor,
  approver,
  administrator,
  owner,
  viewer,
  outsider,
  auditor,
  line,
  envelope,
  agentOf,
  ask,
  decide,
  active,
  own,
} = await granting()

describe('a task envelope', () => {
  it('is asked for by an agent, decided once by people, and then counts for as long as it was asked', async () => {
    const { agent, id } = await active()
    const read = (await own(agent.key, id)).body
    expect(read).toMatchObject({ status: 'valid', lines: [{ count: 3, left: 3, amount: { left: '250.0000' } }] })
    expect(Date.parse(read.expires_at) - Date.parse(read.active_from)).toBe(3_600_000)
    expect((await app.gate.registries.refresh()).grants.get(agent.id)?.map(one => one.id)).toEqual([id])
    expect(await w.events('grant.created')).toContainEqual(
      expect.objectContaining({ data: expect.objectContaining({ grant_id: id, approvals: 1 }) }),
    )
  })
  it('is the same for the same key, and 409 for another body under it', async () => {
    const { key } = await agentOf()
    const headers = { 'idempotency-key': randomUUID() }
    const first = await ask(key, envelope, headers)
    const [again, twin] = await Promise.all([ask(key, envelope, headers), ask(key, envelope, headers)])
    expect([again.body.id, twin.body.id]).toEqual([first.body.id, first.body.id])
    expect((await ask(key, { ...envelope, reason: 'Other.' }, headers)).status).toBe(409)
    expect((await w.gate(key, 'POST', '/api/v1/grants', envelope)).body.code).toBe('idempotency.required')
  })
  it('asked for by many at once with one key is one', async () => {
    const { key } = await agentOf()
    const headers = { 'idempotency-key': randomUUID() }
    const all = await Promise.all(Array.from({ length: 10 }, () => ask(key, envelope, headers)))
    expect(new Set(all.map(one => one.body.id)).size).toBe(1)
  })
  it('T01 is its agent’s own: another agent finds nothing', async () => {
    const { agent, id } = await active()
    const other = await agentOf()
    expect((await own(other.key, id)).status).toBe(404)
    expect((await w.gate(other.key, 'POST', `/api/v1/grants/${id}/end`, {})).status).toBe(404)
    expect((await w.gate(other.key, 'GET', '/api/v1/grants')).body.items).toEqual([])
    expect((await w.gate(agent.key, 'GET', '/api/v1/grants')).body.items).toHaveLength(1)
  })
  it('waits for people as an action does', async () => {
    const agent = await agentOf()
    const asked = await ask(agent.key)
    const waiting = w.gate(agent.key, 'GET', `/api/v1/grants/${asked.body.id}`, undefined, { prefer: 'wait=20' })
    await decide(approver as Person, asked.body.hold.id, 'reject')
    expect((await waiting).body.status).toBe('declined')
  })
  it('given back covers nothing more', async () => {
    const { agent, id } = await active()
    expect((await w.gate(agent.key, 'POST', `/api/v1/grants/${id}/end`, {})).body.status).toBe('revoked')
    expect((await app.gate.registries.refresh()).grants.get(agent.id)).toBeUndefined()
    expect((await w.gate(agent.key, 'POST', `/api/v1/grants/${id}/end`, {})).body.code).toBe('grant.over')
  })
  it('A21 neither its owner nor who proposed it can agree to it', async () => {
    const agent = await agentOf()
    const asked = await ask(agent.key)
    expect((await decide(owner as Person, asked.body.hold.id, 'approve')).status).toBe(403)
    const body = { agent_id: agent.id, reason: 'Monthly.', expires_in_seconds: 86_400, lines: [line] }
    const proposed = await (governor as Person)('POST', '/api/console/grants', body)
    expect(proposed.status, JSON.stringify(proposed.body)).toBe(202)
    expect((await decide(governor as Person, proposed.body.hold_id, 'approve')).status).toBe(403)
    expect((await own(agent.key, proposed.body.id)).body.status).toBe('waiting')
  })
})

describe('the gate', () => {
  const pay = (key: string, invoice: string, amount: string, more: Record<string, unknown> = {}) =>
    w.submit(key, {
      tool: 'pay_invoice',
      resource: { type: 'invoice', id: invoice },
      params: { recipient: 'DE89', amount },
      impact: { amount: { value: amount, currency: 'EUR' } },
      context: { task: 't-1' },
      ...more,
    })
  it('P15 INV-36 inside it goes on, outside it waits as before, and the log counts every use', async () => {
    const { agent, id } = await active({ lines: [{ ...line, count: 2 }] })
    const first = await pay(agent.key, 'INV-2026-1', '90.50')
    expect(first.body.decision).toMatchObject({ by: 'grant', code: 'grant.covered' })
    expect((await pay(agent.key, 'INV-2025-1', '90.50')).body.status).toBe('held')
    expect((await pay(agent.key, 'INV-2026-2', '100.01')).body.status).toBe('held')
    expect((await pay(agent.key, 'INV-2026-3', '1', { context: { task: 't-2' } })).body.status).toBe('held')
    expect((await pay(agent.key, 'INV-2026-4', '1')).body.decision).toMatchObject({ by: 'grant' })
    expect((await pay(agent.key, 'INV-2026-5', '1')).body.status).toBe('held')
    const { rows } = await w.db.pool.query<{ body: string }>('select body from event order by id')
    const folded = new Map()
    for (const row of rows) {
      const read = readEvent(JSON.parse(row.body))
      if (read.ok) foldGrant(folded, read.event)
    }
    expect([...folded.get(id).lines.values()]).toEqual([2])
  })
})

describe('what cannot be approved in advance', () => {
  it.each<[string, Record<string, unknown>, string]>([
    ['any resource', { resource: { type: 'invoice', id: '*' } }, '/lines/0/resource/id'],
    ['any type', { resource: { type: '*', id: 'INV-1' } }, '/lines/0/resource/type'],
    ['a pattern in the middle', { resource: { type: 'invoice', id: 'I*V' } }, '/lines/0/resource/id'],
    ['hardly anything of an id', { resource: { type: 'invoice', id: 'I*' } }, '/lines/0/resource/id'],
    ['a recipient by its beginning', { params: { recipient: { prefix: 'DE8' } } }, '/lines/0/params/recipient'],
    ['any recipient', { params: { recipient: { max_length: 99 } } }, '/lines/0/params/recipient'],
    ['an address without the slash', { params: { note: { prefix: 'https://acme.com' } } }, '/lines/0/params/note'],
    ['another operation', { operation: 'read' }, '/lines/0/operation'],
    ['a shell', { tool: 'shell', params: {} }, '/lines/0/tool'],
    ['SQL', { tool: 'run_sql', params: { statement: { equals: 'select 1' } } }, '/lines/0/tool'],
    ['a tool that nobody has classified', { tool: 'unknown_tool' }, '/lines/0/tool'],
    ['a command line', { resource: { type: 'command', id: 'git status' } }, '/lines/0/resource/type'],
  ])('P15 %s', async (_name, more, pointer) => {
    const { key } = await agentOf()
    const answered = await ask(key, { ...envelope, lines: [{ ...line, ...more }] })
    expect(answered.status).toBe(400)
    expect(answered.body.errors.map((one: { pointer: string }) => one.pointer)).toContain(pointer)
  })
  it('P15 longer than a day for a task, and longer than 30 days at all', async () => {
    const { id, key } = await agentOf()
    expect((await ask(key, { ...envelope, expires_in_seconds: 86_401 })).status).toBe(400)
    const body = { agent_id: id, reason: 'x', lines: [line], expires_in_seconds: 30 * 86_400 + 1 }
    expect((await (governor as Person)('POST', '/api/console/grants', body)).status).toBe(400)
  })
})

describe('an end', () => {
  const status = async (id: string) => (await (governor as Person)('GET', `/api/console/grants/${id}`)).body
  it('comes by its owner, an approver or who governs, with a reason; not by others', async () => {
    for (const who of [owner, approver, governor]) {
      const { agent, id } = await active()
      expect((await (viewer as Person)('POST', `/api/console/grants/${id}/revoke`, { reason: 'no' })).status).toBe(403)
      expect((await (outsider as Person)('POST', `/api/console/grants/${id}/revoke`, { reason: 'no' })).status).toBe(
        404,
      )
      const done = await (who as Person)('POST', `/api/console/grants/${id}/revoke`, { reason: 'Over.' })
      expect(done.body).toMatchObject({ status: 'revoked', revoke_reason: 'Over.' })
      expect((await app.gate.registries.refresh()).grants.get(agent.id)).toBeUndefined()
    }
  })
  it('comes with a switch that reaches the agent, and lifting it brings nothing back', async () => {
    const { agent, id } = await active()
    const target = { type: 'agent', id: agent.id } as const
    await engage(app, w.governor, { target, level: 'watched', reason: 'look' })
    expect((await status(id)).status).toBe('valid')
    const { containment } = await engage(app, w.governor, { target, level: 'guarded', reason: 'careful' })
    expect(await status(id)).toMatchObject({ status: 'ended', why: expect.stringContaining('switch') })
    await w.db.pool.query(`update containment set lifted_at = holdpoint.now(), lifted_by = 'x' where id = $1`, [
      containment.id,
    ])
    await w.db.pool.query('update registry set version = version + 1')
    expect((await app.gate.registries.refresh()).grants.get(agent.id)).toBeUndefined()
    await closeOver(app)
    expect((await status(id)).status).toBe('ended')
    expect(await w.events('grant.ended')).toContainEqual(
      expect.objectContaining({ data: expect.objectContaining({ grant_id: id, why: 'agent.contained' }) }),
    )
  })
  it('comes with a scope that is given or taken away', async () => {
    const { agent, id } = await active()
    const scopes = (await (governor as Person)('GET', `/api/console/agents/${agent.id}`)).body.scopes
    const gone = await (governor as Person)('DELETE', `/api/console/agents/${agent.id}/scopes/${scopes[0].id}`)
    expect(gone.status, JSON.stringify(gone.body)).toBeLessThan(300)
    expect(await status(id)).toMatchObject({ status: 'ended', why: expect.stringContaining('scopes') })
  })
  it('comes with a new owner, and with a tool that is described anew', async () => {
    const { id } = await active()
    await w.db.pool.query(`update tool set version = version + 1 where name = 'pay_invoice'`)
    expect(await status(id)).toMatchObject({ status: 'ended', why: expect.stringContaining('tool') })
    const next = await active()
    await w.db.pool.query('update agent set owner_id = $2 where id = $1', [next.agent.id, w.governor.id])
    expect(await status(next.id)).toMatchObject({ status: 'ended', why: expect.stringContaining('owns') })
  })
  it('comes before it begins where what it was based on has moved: the change fails as stale', async () => {
    const agent = await agentOf()
    const asked = await ask(agent.key)
    await w.db.pool.query(`update tool set version = version + 1 where name = 'pay_invoice'`)
    await decide(approver as Person, asked.body.hold.id, 'approve')
    expect((await own(agent.key, asked.body.id)).body.status).toBe('declined')
  })
  it('comes when all is used, and when its time is up: recorded once', async () => {
    const { agent, id } = await active()
    await w.db.pool.query('update grant_use set count = most where grant_id = $1', [id])
    expect((await own(agent.key, id)).body.status).toBe('exhausted')
    const late = await active()
    await w.test.moveClock(3_601)
    expect((await own(late.agent.key, late.id)).body.status).toBe('expired')
    await Promise.all([closeOver(app), closeOver(app)])
    const ends = (await w.events()).filter(one => one.subjects.includes(id) && one.type === 'grant.exhausted')
    expect(ends).toHaveLength(1)
    expect((await w.events('grant.expired')).filter(one => one.subjects.includes(late.id))).toHaveLength(1)
  })
})

describe('break-glass', () => {
  it('A21 needs a reason, a second person, ends within the hour, is told to all and looked back at by others', async () => {
    const agent = await agentOf()
    const body = { agent_id: agent.id, kind: 'break_glass', reason: 'Payments are down.', lines: [line] }
    const break_ = (who: Person, seconds: number) =>
      who('POST', '/api/console/grants', { ...body, expires_in_seconds: seconds })
    expect((await break_(administrator as Person, 3_601)).status).toBe(400)
    expect((await break_(approver as Person, 600)).status).toBe(403)
    const broken = await break_(administrator as Person, 600)
    // Who registered the agent is on its side; here that is the administrator, who proposes.
    expect(broken.status, JSON.stringify(broken.body)).toBe(202)
    const { id, hold_id } = broken.body
    expect((await decide(administrator as Person, hold_id, 'approve')).status).toBe(403)
    expect((await decide(governor as Person, hold_id, 'approve')).status).toBeLessThan(300)
    const loud = (await w.events('grant.glass_broken')).find(one => one.subjects.includes(id))
    expect(loud?.data.people).toEqual(expect.arrayContaining([w.governor.id, w.administrator.id]))
    const live = await (outsider as Person)('GET', '/api/console/grants?show=live&kind=break_glass')
    expect(live.body.items.map((one: { id: string }) => one.id)).toContain(id)
    const look = (who: Person) =>
      who('POST', `/api/console/grants/${id}/review`, { verdict: 'justified', note: 'The incident was real.' })
    expect((await look(auditor)).body.code).toBe('grant.open')
    await w.test.moveClock(601)
    await closeOver(app)
    const list = await auditor('GET', '/api/console/grants?show=review')
    expect(list.body.items.map((one: { id: string }) => one.id)).toContain(id)
    expect((await look(governor as Person)).status).toBe(403)
    expect((await look(administrator as Person)).status).toBe(403)
    expect((await look(auditor)).body.review).toMatchObject({ verdict: 'justified' })
    expect((await auditor('GET', '/api/console/grants?show=review')).body.items).toEqual([])
  })
})
