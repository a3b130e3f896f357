import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, inject, it } from 'vitest'
import { childApp, pause } from '@/server/testing/child-app'
import { dice } from '@/server/testing/dice'
import { rawCall, upstreamFolder } from '@/server/testing/mcp'
import { httpUpstreams } from '@/server/testing/mcp-http'

const app = await childApp({ HOLDPOINT_FETCH_ALLOW: '127.0.0.1' })
const shop = upstreamFolder()
const shopUrl = await httpUpstreams()(shop)
const endpoint = `${app.url}/mcp`
const key = app.demo.agents[0]?.key ?? ''
const rounds = 2 * inject('scale')

/** An administrator of the demo, by their own door. */
async function administrator() {
  const email = app.demo.users.find(one => one.roles.includes('administrator'))?.email
  const headers = { 'content-type': 'application/json', origin: app.url }
  const signedIn = await fetch(`${app.url}/api/console/demo/sign-in`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ email }),
  })
  const cookie = signedIn.headers.getSetCookie()[0]?.split(';')[0] ?? ''
  return async (method: string, path: string, body?: object) => {
    const sent = body ? { body: JSON.stringify(body) } : {}
    const answer = await fetch(`${app.url}/api/console${path}`, { method, headers: { ...headers, cookie }, ...sent })
    return answer.json()
  }
}

it(
  `Holdpoint killed with -9 in the middle of calls at /mcp runs none without an allow and none twice (${rounds} rounds)`,
  async () => {
    const ada = await administrator()
    expect(await ada('POST', '/mcp-servers', { name: 'shop', url: shopUrl })).toMatchObject({ tools: 3 })
    const { items } = await ada('GET', '/tools?q=shop__look')
    const said = { operation: 'read', reversible: true, sensitivity: 'internal' }
    await ada('POST', `/tools/${items[0].id}/classify`, said)
    const roll = dice(inject('seed'))
    writeFileSync(join(shop.folder, 'slow'), '')
    let ended = 0
    for (let round = 0; round < rounds; round++) {
      const session = `killed-${round}`
      const marks = Array.from({ length: 6 }, (_, at) => `${round}-${at}`)
      const call = (mark: string) => rawCall(endpoint, key, session, 'shop__look', { recipient: mark })
      expect(await call(`warm-${round}`)).toContain('done look')
      const calling = Promise.all(marks.map(mark => call(mark).catch(() => null)))
      await pause(roll() * 60)
      await app.kill()
      const first = await calling
      await app.start()
      const again = await Promise.all(marks.map((mark, at) => first[at] ?? call(mark)))
      const answer = await fetch(`${app.url}/api/v1/actions?session=${session}&limit=200`, {
        headers: { authorization: `Bearer ${key}` },
      })
      const allowed = (await answer.json()).items.filter((one: { status: string }) => one.status === 'allowed')
      for (const [at, mark] of marks.entries()) {
        const run = shop.calls().filter(one => one.arguments?.recipient === mark).length
        expect(run).toBeLessThanOrEqual(1)
        expect(run).toBeLessThanOrEqual(allowed.length)
        if (again[at]?.includes('done look')) expect(run).toBe(1)
        else expect(again[at]).toContain('nobody knows how it ended')
        ended++
      }
    }
    rmSync(join(shop.folder, 'slow'))
    expect(ended).toBe(rounds * 6)
  },
  90_000 * inject('scale'),
)
