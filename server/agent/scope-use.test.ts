import pg from 'pg'
import { expect, it } from 'vitest'
import { everything, world } from '@/server/testing/world'

const w = await world()
await w.tools({ 'crm.look': { operation: 'read' }, 'bank.look': { operation: 'read' } })
const day = 86_400
let n = 0
const lines = [
  { ...everything, tool_pattern: 'crm.*' },
  { ...everything, tool_pattern: 'bank.*' },
]
const { id, key } = await w.agent({ scopes: lines })

async function use(tool: string): Promise<void> {
  expect((await w.submit(key, { tool, operation: 'read', params: {} })).status).toBe(200)
  for (const { app } of w.servers) await app.gate.touched.flush(app)
}
async function shown(): Promise<Record<string, { used: boolean; unused: boolean }>> {
  const governor = await w.signedIn(w.governor)
  const { body } = await governor('GET', `/api/console/agents/${id}/scopes`)
  return Object.fromEntries(
    body.items.map((one: { tool_pattern: string; last_used_at: string | null; unused: boolean }) => [
      one.tool_pattern,
      { used: one.last_used_at !== null, unused: one.unused },
    ]),
  )
}

it('noting uses waits for nobody: what somebody is changing is noted at its next use', async () => {
  const other = await w.agent({ scopes: lines })
  const use = () => w.submit(other.key, { tool: 'crm.look', operation: 'read', params: { n: n++ } })
  const flush = async () => {
    for (const { app } of w.servers) await app.gate.touched.flush(app)
  }
  const read = async () => {
    const governor = await w.signedIn(w.governor)
    const { body } = await governor('GET', `/api/console/agents/${other.id}`)
    return [body.last_seen_at, body.credentials[0].last_used_at, body.scopes[0].last_used_at].map(at => at !== null)
  }
  const client = new pg.Client({ connectionString: w.test.url })
  await client.connect()
  try {
    // As whoever changes them does; keys that point at them are no change.
    await client.query('begin')
    await client.query('select 1 from agent where id = $1 for no key update', [other.id])
    for (const table of ['credential', 'scope'])
      await client.query(`select 1 from ${table} where agent_id = $1 for no key update`, [other.id])
    expect((await use()).status).toBe(200)
    await flush()
    expect(await read()).toEqual([false, false, false])
    await client.query('commit')
  } finally {
    await client.end()
  }
  await use()
  await flush()
  expect(await read()).toEqual([true, true, true])
})

it('I08 a scope under which nothing was asked for 30 days is told as unused, and no longer once something is', async () => {
  await use('crm.look')
  expect(await shown()).toEqual({ 'crm.*': { used: true, unused: false }, 'bank.*': { used: false, unused: false } })
  await w.test.moveClock(29 * day)
  await use('crm.look')
  await w.test.moveClock(2 * day)
  expect(await shown()).toEqual({ 'crm.*': { used: true, unused: false }, 'bank.*': { used: false, unused: true } })
  await use('bank.look')
  expect(await shown()).toMatchObject({ 'bank.*': { used: true, unused: false } })
  await w.test.moveClock(31 * day)
  expect(await shown()).toMatchObject({ 'crm.*': { unused: true }, 'bank.*': { unused: true } })
})
