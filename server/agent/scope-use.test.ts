import { expect, it } from 'vitest'
import { everything, world } from '@/server/testing/world'

const w = await world()
await w.tools({ 'crm.look': { operation: 'read' }, 'bank.look': { operation: 'read' } })
const day = 86_400
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
