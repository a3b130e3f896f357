import { createServer, type RequestListener } from 'node:http'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { ResourceSource } from '@/lib/tool/resource-fact'
import { patience } from '@/server/outgoing/patience'
import { everything, type Person, world } from '@/server/testing/world'
import { resourceFacts } from './resource-facts'

const w = await world(1, { fetchAllow: ['127.0.0.1'] })
const app = w.servers[0]?.app
if (!app) throw new Error('no server')

const asked: string[] = []
let listener: RequestListener = (_, response) => void response.end('{}')
const cmdb = createServer((request, response) => {
  asked.push(request.url ?? '')
  listener(request, response)
})
let port = 0
let governor: Person
let second: Person
beforeAll(async () => {
  await new Promise<void>(resolve => cmdb.listen(0, '127.0.0.1', resolve))
  const address = cmdb.address()
  port = typeof address === 'object' && address ? address.port : 0
  governor = await w.signedIn(w.governor)
  second = await w.signedIn(await w.person('Sam Second', [{ role: 'governor', team_id: null }]))
  await w.tools({ edit: { operation: 'update', sensitivity: 'public' } })
})
afterAll(() => {
  cmdb.closeAllConnections()
  cmdb.close()
})

let version = 0
/** A source that nobody has asked yet. */
const source = (more: Partial<ResourceSource> = {}): ResourceSource => ({
  id: 'rsr_1',
  name: 'CMDB',
  type_pattern: 'customer',
  id_pattern: '*',
  url: `http://127.0.0.1:${port}/{type}/{id}`,
  version: ++version,
  ...more,
})
const answering = (body: unknown, status = 200): RequestListener => {
  return (_, response) => void response.writeHead(status).end(typeof body === 'string' ? body : JSON.stringify(body))
}
const customer = { type: 'customer', id: '42' }
const whole = { environment: 'staging', tenant: 'acme', classification: 'internal', owning_team: 'crm' }

describe('facts about resources', () => {
  it('are asked once for a minute, however many ask at once', async () => {
    listener = answering({ ...whole, more: 'is read over' })
    const one = source()
    const from = asked.length
    const facts = await Promise.all(Array.from({ length: 100 }, () => resourceFacts(app, [one], customer)))
    for (const fact of facts) expect(fact).toMatchObject({ ...whole, known: true, source: `rsr_1@${one.version}` })
    expect(await resourceFacts(app, [one], customer)).toEqual(facts[0])
    expect(asked.slice(from)).toEqual(['/customer/42'])
    await resourceFacts(app, [one], { type: 'customer', id: 'a/../b?c' })
    expect(asked.at(-1)).toBe('/customer/a%2F..%2Fb%3Fc')
  })

  it.each([
    ['nothing', answering('')],
    ['no JSON', answering('<html>')],
    ['a list', answering('[]')],
    ['an environment that there is not', answering({ ...whole, environment: 'prod' })],
    ['a classification of another type', answering({ ...whole, classification: 3 })],
    ['an error', answering(whole, 500)],
    ['not found', answering(whole, 404)],
    [
      'a redirect (X03)',
      ((_, response) => void response.writeHead(302, { location: '/else' }).end()) as RequestListener,
    ],
    ['too much (X05)', answering({ ...whole, pad: 'x'.repeat(20_000) })],
    ['nothing at all within 200 ms (X05)', (() => undefined) as RequestListener],
  ])('O11 no answer is unknown, which never loosens, and not asked again at once: %s', async (_, odd) => {
    listener = odd
    const one = source()
    const from = asked.length
    // Told by the clock that the product goes by: on a busy machine this process is the one that is late.
    const late = vi.fn()
    const stop = patience(600, late)
    expect(await resourceFacts(app, [one], customer)).toMatchObject({ known: false, environment: null, tenant: null })
    stop()
    expect(late).not.toHaveBeenCalled()
    listener = answering(whole)
    expect(await resourceFacts(app, [one], customer)).toMatchObject({ known: false })
    expect(asked.length - from).toBe(1)
  })

  it('X05 O11: a source that hangs keeps at most 64 questions open; the rest is unknown at once', async () => {
    listener = () => undefined
    const one = source()
    const from = asked.length
    const facts = await Promise.all(
      Array.from({ length: 300 }, (_, id) => resourceFacts(app, [one], { type: 'customer', id: String(id) })),
    )
    expect(facts.every(fact => fact?.known === false)).toBe(true)
    expect(asked.length - from).toBeLessThanOrEqual(64)
  })

  it('X01: a place that is not listed is never asked', async () => {
    for (const url of ['http://127.0.0.2:1/{id}', 'http://169.254.169.254/{id}', 'http://[::1]:1/{id}'])
      expect((await resourceFacts(app, [source({ url })], customer))?.known).toBe(false)
  })

  it('without a source nothing is asked', async () => {
    const from = asked.length
    expect(await resourceFacts(app, [], customer)).toBeNull()
    expect(await resourceFacts(app, [source()], { type: 'invoice', id: '1' })).toBeNull()
    expect(await resourceFacts(app, [source()], null)).toBeNull()
    expect(asked.length).toBe(from)
  })
})

describe('sources', () => {
  const path = '/api/console/resource-sources'
  const body = () => ({ name: 'CMDB', type_pattern: 'customer', url: `http://127.0.0.1:${port}/{type}/{id}` })
  const agreed = async (hold_id: string) => {
    const hold = `/api/console/holds/${hold_id}`
    const { shown_digest } = (await second('GET', hold)).body
    expect((await second('POST', `${hold}/reviews`, { verdict: 'approve', digest: shown_digest })).status).toBe(201)
    const status = async () => (await second('GET', hold)).body.status
    await expect.poll(status, { timeout: 10_000, interval: 50 }).toBe('applied')
  }

  it.each([
    'http://127.0.0.2/{id}',
    'https://169.254.169.254/{id}',
    'https://[::ffff:7f00:1]/{id}',
    'https://2130706433/{id}',
    'https://{id}.example/',
    'https://nowhere.invalid/{id}',
    'ftp://127.0.0.1/{id}',
    'http://127.0.0.1/{other}/{id}',
    'http://127.0.0.1/none',
  ])('X01: %s is refused as it is typed in', async url => {
    const { status, body: problem } = await governor('POST', path, { ...body(), url })
    expect([status, problem.errors?.[0]?.pointer]).toEqual([400, '/url'])
  })

  it('begin, change and end by two people, and are judged by from then on', async () => {
    const agent = await w.agent({
      environment: 'development',
      scopes: [{ ...everything, operations: [...everything.operations], environments: ['development', 'staging'] }],
    })
    const edit = async (id: string) =>
      (await w.submit(agent.key, { tool: 'edit', params: {}, resource: { type: 'customer', id } })).body
    listener = answering({ environment: 'staging', classification: 'confidential' })
    expect((await edit('1')).resolved).toMatchObject({ environment: 'development', classification: 'public' })
    const viewer = await w.signedIn(w.viewer)
    expect((await viewer('POST', path, body())).status).toBe(403)

    const proposed = await governor('POST', path, body())
    expect(proposed.status).toBe(202)
    expect((await governor('GET', path)).body.items).toEqual([])
    await agreed(proposed.body.hold_id)
    const [made] = (await governor('GET', path)).body.items
    expect(made).toMatchObject({ ...body(), id_pattern: '*', waiting_hold_id: null })
    expect((await edit('2')).resolved).toMatchObject({ environment: 'staging', classification: 'confidential' })
    // No answer: production and restricted, which this agent's scope does not reach.
    listener = answering('', 503)
    expect((await edit('3')).resolved).toMatchObject({ environment: 'production', classification: 'restricted' })

    const stale = await governor('DELETE', `${path}/${made.id}`, undefined, { 'if-match': '"v0"' })
    expect(stale.status).toBe(412)
    const gone = await governor('DELETE', `${path}/${made.id}`, undefined, { 'if-match': `"${made.etag}"` })
    expect(gone.status).toBe(202)
    expect((await governor('DELETE', `${path}/${made.id}`)).body.code).toBe('change.open')
    expect((await governor('GET', path)).body.items[0].waiting_hold_id).toBe(gone.body.hold_id)
    await agreed(gone.body.hold_id)
    expect((await governor('GET', path)).body.items).toEqual([])
    expect((await edit('4')).resolved).toMatchObject({ environment: 'development', classification: 'public' })
    const types = (await w.events()).map(event => event.type)
    expect(types).toContain('resource_source.agreed')
    expect(types).toContain('resource_source.removed')
  })
})
