import { createServer } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PermitRefused, PermitVerifier, requirePermit } from '@/sdk/typescript/src/permit'
import { permitScopes, permitSpeech } from '@/server/testing/permits'
import { world } from '@/server/testing/world'

const w = await world(1)
const { permit } = permitSpeech(w)
const url = w.servers[0]?.url ?? ''
let agent: { id: string; key: string }
let executor: { id: string; key: string }
const use = { tool: 'look', params: { n: 1 } }

beforeAll(async () => {
  await w.tools({ look: { operation: 'read' } })
  agent = await w.agent({ scopes: permitScopes })
  executor = await w.agent({ scopes: permitScopes, kind: 'service_account' })
})

const refusal = (work: Promise<unknown>) =>
  work.then(
    () => 'let through',
    error => (error instanceof PermitRefused ? error.reason : error),
  )
const offline = (more = {}) => new PermitVerifier({ url, audience: 'tool:look', ...more })

describe('an executing system', () => {
  it('T01 T03 offline: lets through exactly what was permitted, once in this process', async () => {
    const verifier = offline({ environment: 'production' })
    const { id, permit: token } = await permit(agent.key)
    expect(await refusal(verifier.use(token, { ...use, params: { n: 2 } }))).toBe('params')
    expect(await refusal(verifier.use(token, { ...use, tool: 'Look' }))).toBe('tool')
    expect(await refusal(verifier.use(token, { ...use, operation: 'send' }))).toBe('operation')
    expect(await verifier.use(token, use)).toMatchObject({ actionId: id, agentId: agent.id, receipt: null })
    expect(await refusal(verifier.use(token, use))).toBe('already_used')
    const again = await w.gate(agent.key, 'GET', `/api/v1/actions/${id}`)
    expect(await refusal(verifier.use(again.body.permit, use))).toBe('already_used')
  })

  it('T04 T05 T06 offline: of another audience, environment, time or signature it is refused', async () => {
    const { permit: token } = await permit(agent.key)
    expect(await refusal(offline({ audience: 'tool:run' }).use(token, use))).toBe('audience')
    expect(await refusal(offline({ environment: 'staging' }).use(token, use))).toBe('environment')
    expect(await refusal(offline({ now: () => Date.now() + 66_000 }).use(token, use))).toBe('expired')
    expect(await refusal(offline({ now: () => Date.now() - 300_000 }).use(token, use))).toBe('not yet')
    for (const odd of [`${token.slice(0, -4)}AAAA`, token.replace('.', '..'), '', undefined, {}, 'a.b.c'])
      expect(['signature', 'missing']).toContain(await refusal(offline().use(odd, use)))
  })

  it('T01 T12 online: uses it for ever, also where the reply is lost on the way', async () => {
    let lost = 0
    const flaky: typeof fetch = async (...asked) => {
      const answer = await fetch(...asked)
      if (String(asked[0]).endsWith('/verify') && lost++ === 0) throw new TypeError('cut')
      return answer
    }
    const online = new PermitVerifier({ url, audience: 'tool:look', key: executor.key, fetch: flaky })
    const { permit: token } = await permit(agent.key)
    expect(await online.use(token, use)).toMatchObject({ receipt: expect.stringMatching(/^rcp_/) })
    const elsewhere = new PermitVerifier({ url, audience: 'tool:look', key: executor.key })
    expect(await refusal(elsewhere.use(token, use))).toBe('already_used')
  })

  it('G07 is refused while nobody can be asked', async () => {
    const { permit: token } = await permit(agent.key)
    const cut: typeof fetch = () => Promise.reject(new TypeError('no network'))
    expect(await refusal(offline({ fetch: cut }).use(token, use))).toBe('the published keys are out of reach')
    for (const body of ['<html>', '{"valid":"true"}', '{"valid":true}', '[]', 'null'])
      expect(
        await refusal(
          new PermitVerifier({
            url,
            audience: 'tool:look',
            key: executor.key,
            fetch: (asked, how) =>
              String(asked).endsWith('/verify') ? Promise.resolve(new Response(body)) : fetch(asked, how),
          }).use(token, use),
        ),
      ).not.toBe('let through')
  })
})

describe('its middleware', () => {
  const done: unknown[] = []
  const guard = requirePermit(new PermitVerifier({ url, audience: 'tool:look' }), () => use)
  const server = createServer((request, response) => {
    void guard(request, response, () => {
      done.push(request.url)
      response.end('done')
    })
  })
  beforeAll(() => new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve)))
  afterAll(() => new Promise(resolve => server.close(resolve)))
  const at = () => {
    const address = server.address()
    return `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`
  }

  it('G01 T14 does nothing without a permit in its header, and nothing twice', async () => {
    const { permit: token } = await permit(agent.key)
    const ask = async (path: string, headers: Record<string, string> = {}) =>
      (await fetch(at() + path, { headers })).status
    expect(await ask('/a')).toBe(401)
    expect(await ask(`/a?permit=${token}&holdpoint-permit=${token}`)).toBe(401)
    expect(await ask('/a', { 'holdpoint-permit': 'x' })).toBe(401)
    expect(done).toEqual([])
    expect(await ask('/b', { 'holdpoint-permit': token })).toBe(200)
    expect(await ask('/b', { 'holdpoint-permit': token })).toBe(403)
    expect(done).toEqual(['/b'])
  })
})
