import { expect, it } from 'vitest'
import { everything, world } from '@/server/testing/world'

const w = await world(2)
/** Keys are revoked on the first instance, and listened by on the other one. */
const url = `${w.servers[1]?.url}/mcp`
const governor = await w.signedIn(w.governor)

const headers = (key: string, more: Record<string, string>) => ({
  authorization: `Bearer ${key}`,
  'content-type': 'application/json',
  accept: 'application/json, text/event-stream',
  ...more,
})
const message = (method: string, params: object) => JSON.stringify({ jsonrpc: '2.0', id: 1, method, params })

/** The stream of a session of 2025-11-25. */
async function ofSession(url: string, key: string): Promise<Response> {
  const clientInfo = { name: 'test', version: '1' }
  const old = { 'mcp-protocol-version': '2025-11-25' }
  const body = message('initialize', { protocolVersion: '2025-11-25', capabilities: {}, clientInfo })
  const begun = await fetch(url, { method: 'POST', headers: headers(key, old), body })
  await begun.text()
  const session = begun.headers.get('mcp-session-id') ?? ''
  return fetch(url, { headers: headers(key, { ...old, 'mcp-session-id': session }) })
}

/** The stream of a client of 2026-07-28 that has asked to be told. */
function ofListener(url: string, key: string): Promise<Response> {
  const body = message('subscriptions/listen', {
    notifications: { toolsListChanged: true },
    _meta: {
      'io.modelcontextprotocol/protocolVersion': '2026-07-28',
      'io.modelcontextprotocol/clientInfo': { name: 'test', version: '1' },
      'io.modelcontextprotocol/clientCapabilities': {},
    },
  })
  const modern = { 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'subscriptions/listen' }
  return fetch(url, { method: 'POST', headers: headers(key, modern), body })
}

it.each([
  ['a session of 2025-11-25', ofSession],
  ['a client of 2026-07-28', ofListener],
])(
  'I02 what listens for %s by a key that is revoked ends, whichever instance it was revoked on; others go on listening',
  async (_name, open) => {
    const [revoked, kept] = await Promise.all([0, 1].map(() => w.agent({ scopes: [everything] })))
    const [ending, staying] = await Promise.all([open(url, revoked?.key ?? ''), open(url, kept?.key ?? '')])
    expect([ending.status, staying.status]).toEqual([200, 200])
    let over = false
    const stayed = staying.text().then(
      () => 'ended',
      () => 'ended',
    )
    const ended = ending
      .text()
      .catch(() => '')
      .then(() => {
        over = true
      })
    const { body } = await governor('GET', `/api/console/agents/${revoked?.id}`)
    const gone = await governor('DELETE', `/api/console/agents/${revoked?.id}/credentials/${body.credentials[0].id}`)
    expect(gone.status).toBeLessThan(300)
    await expect.poll(() => over, { timeout: 20_000 }).toBe(true)
    await ended
    expect(await Promise.race([stayed, Promise.resolve('goes on')])).toBe('goes on')
  },
)
