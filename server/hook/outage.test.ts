import { beforeAll, expect, it, vi } from 'vitest'
import { type CutProxy, cutProxy } from '@/server/testing/cut-proxy'
import { everything, world } from '@/server/testing/world'

let found: CutProxy | null = null
const w = await world(1, { databaseSeconds: 1 }, async url => {
  found = await cutProxy(url)
  return found.url
})
const proxy: CutProxy = found ?? (await cutProxy(w.test.url))
const scopes = [everything]
let key = ''
let n = 0
const knock = () =>
  w.gate(
    key,
    'POST',
    '/api/v1/hooks/claude-code',
    {
      session_id: 's',
      hook_event_name: 'PreToolUse',
      tool_name: 'Read',
      tool_use_id: `toolu_${++n}`,
      tool_input: { file_path: `/a/${n}` },
    },
    { prefer: 'wait=0' },
  )

beforeAll(async () => {
  await w.tools({ Read: { operation: 'read' } })
  key = (await w.agent({ scopes })).key
})

it.each(['refuse', 'swallow', 'deafen', 'stall'] as const)(
  'G07 INV-07 (%s) with the database out of reach nothing is allowed, and it recovers by itself',
  async how => {
    proxy.accept()
    const works = async () => expect((await knock()).body.hookSpecificOutput?.permissionDecision).toBe('allow')
    await vi.waitFor(works, { timeout: 30_000, interval: 20 })
    proxy[how]()
    const { status, body } = await knock()
    expect([200, 503]).toContain(status)
    expect(JSON.stringify(body)).not.toContain('"allow"')
    if (status === 200) expect(body.hookSpecificOutput.permissionDecision).toBe('deny')
    proxy.accept()
    await vi.waitFor(works, { timeout: 30_000, interval: 20 })
  },
)
