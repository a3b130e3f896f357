import { createServer as createHttp, type Server } from 'node:http'
import { createServer as createHttps } from 'node:https'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { terminal } from '@/server/testing/cli'
import { personalToken } from '@/server/testing/device'
import { enter } from '@/server/testing/people'
import { selfSigned } from '@/server/testing/self-signed'
import { everything, world } from '@/server/testing/world'

const w = await world()
const [running] = w.servers
if (!running) throw new Error('no server')
const { run } = terminal({ HOLDPOINT_URL: running.url })
const scopes = [everything]
const servers: Server[] = []
afterAll(() => {
  for (const server of servers) server.close()
})
let governor: Awaited<ReturnType<typeof enter>>
beforeAll(async () => {
  governor = await enter(running, w.governor)
})

const listening = (server: Server): Promise<number> =>
  new Promise(resolve => {
    servers.push(server)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      resolve(typeof address === 'object' && address ? address.port : 0)
    })
  })

const page = () => createHttp((_, answer) => answer.end('<html>hello</html>'))
/** Addresses at which something is wrong. */
const odd = {
  closed: async () => {
    const gone = page()
    const port = await listening(gone)
    await new Promise(resolve => gone.close(resolve))
    return `http://127.0.0.1:${port}`
  },
  nowhere: async () => 'https://holdpoint.invalid',
  unbelieved: async () => `https://localhost:${await listening(createHttps(selfSigned, (_, answer) => answer.end()))}`,
  mixed: async () => `https://127.0.0.1:${await listening(page())}`,
  other: async () => `http://127.0.0.1:${await listening(page())}`,
}

interface Check {
  readonly check: string
  readonly state: string
  readonly said: string
  readonly advice?: string
}
async function diagnose(env: Record<string, string>) {
  const { code, out } = await run(['doctor', '--json'], env)
  const { checks }: { checks: Check[] } = JSON.parse(out)
  return { code, checks, of: (name: string) => checks.find(one => one.check === name) }
}

describe('holdpoint doctor', () => {
  it('finds nothing wrong where nothing is', async () => {
    const { key } = await w.agent({ scopes })
    const HOLDPOINT_TOKEN = await personalToken(running, governor)
    const { code, checks } = await diagnose({ HOLDPOINT_KEY: key, HOLDPOINT_TOKEN })
    expect(checks.filter(one => one.state === 'wrong')).toEqual([])
    expect(checks.map(one => one.check)).toEqual([
      ...['reachable', 'encrypted', 'ready', 'clock', 'key', 'agent', 'scopes', 'containment', 'sign-in'],
    ])
    expect(code).toBe(0)
    expect((await run(['doctor'], { HOLDPOINT_KEY: key })).out).toContain('This connection is well.')
  })

  it('names a key that is cut off, revoked, or a person’s', async () => {
    const { id, key } = await w.agent({ scopes })
    const { body } = { body: (await governor.call('GET', `/api/console/agents/${id}/credentials`)).json }
    await governor.call('DELETE', `/api/console/agents/${id}/credentials/${body.items[0].id}`)
    for (const [bad, said] of [
      [key.slice(0, -3), /form/],
      [`"${key}"`, /form/],
      [key, /not accepted/],
      [await personalToken(running, governor), /person/],
    ] as const) {
      const { code, of } = await diagnose({ HOLDPOINT_KEY: bad })
      expect(of('key')).toMatchObject({ state: 'wrong', said: expect.stringMatching(said) })
      expect(code).toBe(3)
    }
  })

  it('names an agent that is stopped, one without a scope, and one that is retired', async () => {
    const stopped = await w.agent({ scopes })
    const target = { type: 'agent', id: stopped.id }
    await governor.call('POST', '/api/console/containment', { target, level: 'paused', reason: 'a look' })
    const paused = await diagnose({ HOLDPOINT_KEY: stopped.key })
    expect(paused.of('containment')).toMatchObject({ state: 'wrong', said: expect.stringContaining('paused') })
    expect(paused.code).toBe(1)
    const bare = await diagnose({ HOLDPOINT_KEY: (await w.agent({ scopes: [] })).key })
    expect(bare.of('scopes')).toMatchObject({ state: 'wrong' })
    expect(bare.code).toBe(1)
  })

  it('names who is signed in no more', async () => {
    const token = await personalToken(running, governor)
    await governor.call('DELETE', '/api/console/me/sign-ins')
    const { code, of } = await diagnose({ HOLDPOINT_TOKEN: token })
    expect(of('sign-in')).toMatchObject({ state: 'wrong', advice: expect.stringContaining('holdpoint login') })
    expect(code).toBe(3)
  })

  it.each([
    ['a closed port', 'closed', 'reachable', /nothing listens/, /running/],
    ['a name that is not known', 'nowhere', 'reachable', /name/, /address|name server/],
    ['a certificate that is not believed', 'unbelieved', 'reachable', /signed by itself/, /NODE_EXTRA_CA_CERTS/],
    ['TLS where there is none', 'mixed', 'reachable', /TLS/, /http/],
    ['another server', 'other', 'Holdpoint', /something else/, /HOLDPOINT_URL/],
  ] as const)('tells %s, and what to do about it', async (_, at, check, said, advice) => {
    const { code, of } = await diagnose({ HOLDPOINT_URL: await odd[at]() })
    expect(of(check)).toMatchObject({
      state: 'wrong',
      said: expect.stringMatching(said),
      advice: expect.stringMatching(advice),
    })
    expect(code).toBe(4)
  })

  it('tells how far this machine’s clock is off', async () => {
    const passing = await listening(
      createHttp((asked, answer) => {
        void fetch(`${running.url}${asked.url}`).then(async real => {
          const date = new Date(Date.now() - 120_000).toUTCString()
          answer.writeHead(real.status, { 'content-type': 'application/json', date })
          answer.end(await real.text())
        })
      }),
    )
    const { code, of } = await diagnose({ HOLDPOINT_URL: `http://127.0.0.1:${passing}` })
    expect(of('clock')).toMatchObject({ state: 'wrong', said: expect.stringMatching(/1\d\d s|2 min/) })
    expect(of('clock')?.said).toContain('ahead of')
    expect(code).toBe(1)
  })
})
