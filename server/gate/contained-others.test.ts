import { randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import { permitScopes, permitSpeech } from '@/server/testing/permits'
import { everything, world } from '@/server/testing/world'

const w = await world(2)
const { permit, verify } = permitSpeech(w)
const scope = (tool_pattern: string, resource_pattern = '*') => ({ ...everything, tool_pattern, resource_pattern })
const stopped = { status: 409, body: { code: 'agent.contained' } }
let agent: { id: string; key: string }
let governor: Awaited<ReturnType<typeof w.signedIn>>

beforeAll(async () => {
  await w.tools({ look: { operation: 'read' }, run: {} })
  agent = await w.agent({ scopes: permitScopes })
  governor = await w.signedIn(w.governor)
})

/** A system that records, describes tools, executes, and asks: everything that an identity does beside submitting. */
async function system() {
  const recorder = [scope('holdpoint.record', 'agent:*'), scope('holdpoint.catalogue', 'tools:*')]
  const one = await w.agent({ kind: 'service_account', scopes: [...permitScopes, ...recorder] })
  const post = (path: string, body: object) =>
    w.gate(one.key, 'POST', path, body, { 'idempotency-key': randomUUID(), prefer: 'wait=0' })
  const source = { agent: agent.id, session: 's', sources: [{ kind: 'tool_result', text: 'x' }] }
  const line = { tool: 'run', operation: 'execute', environment: 'production', count: 1, params: {} }
  const envelope = { task: 't', reason: 'r', expires_in_seconds: 600, lines: [line] }
  return {
    ...one,
    asks: {
      record: () => post('/api/v1/sources', source),
      describe: () => post('/api/v1/tools', { source: 'mcp:x', tools: [{ name: `x.${one.id}`, description: 'd' }] }),
      ungated: () => post('/api/v1/permits/ungated', { tool: 'look', done: false }),
      envelope: () => post('/api/v1/grants', envelope),
    },
  }
}

const switched = async (target: object, level: string) => {
  const thrown = await governor('POST', '/api/console/containment', { target, level, reason: 'stolen' })
  expect(thrown.status).toBe(201)
  return thrown.body.id
}

describe('an identity that a switch stops', () => {
  it.each(['paused', 'quarantined', 'killed'])(
    'K01 %s: records nothing, describes nothing, accuses nobody and asks nobody',
    async level => {
      const { id, asks } = await system()
      for (const [name, ask] of Object.entries(asks)) expect((await ask()).status, name).toBeLessThan(300)
      const kept = async () => (await w.db.pool.query('select count(*)::int as n from session_source')).rows[0].n
      const before = await kept()
      await switched({ type: 'agent', id }, level)
      for (const [name, ask] of Object.entries(asks)) expect(await ask(), name).toMatchObject(stopped)
      expect(await kept()).toBe(before)
    },
  )

  it('K01 is stopped by a switch on its key alone, and goes on when a pause is lifted', async () => {
    const { id, asks } = await system()
    const { rows } = await w.db.pool.query('select id from credential where agent_id = $1', [id])
    const pause = await switched({ type: 'credential', id: rows[0].id }, 'paused')
    expect(await asks.record()).toMatchObject(stopped)
    const lifted = await governor('POST', `/api/console/containment/${pause}/lift`, { reason: 'found again' })
    expect(lifted.status).toBe(200)
    expect((await asks.record()).status).toBe(201)
  })

  it('K01 executes nothing for others, not by a permit and not at once, while their agent itself goes on', async () => {
    const one = await system()
    const { permit: token } = await permit(agent.key)
    await switched({ type: 'agent', id: one.id }, 'killed')
    expect((await verify(one.key, token)).body).toMatchObject({ valid: false, reason: 'contained', receipt: null })
    const headers = { 'idempotency-key': randomUUID(), prefer: 'wait=0, consume', 'holdpoint-executor': one.key }
    const { body } = await w.gate(agent.key, 'POST', '/api/v1/actions', { tool: 'look', params: { n: 1 } }, headers)
    expect(body).toMatchObject({ status: 'allowed', permit: expect.any(String) })
    const uses = await w.db.pool.query('select 1 from permit_use where action_id = $1', [body.id])
    expect(uses.rowCount).toBe(0)
    expect((await verify(agent.key, token)).body.valid).toBe(true)
  })
})
