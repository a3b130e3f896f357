import { Agent, type IncomingMessage, request } from 'node:http'
import fc from 'fast-check'
import { beforeAll, describe, expect, inject, it } from 'vitest'
import { roles } from '@/lib/access/permission'
import { problems } from '@/lib/kernel/problem'
import { signIn } from '@/server/access/sign-in'
import { bodies, pathParts, queries } from '@/server/testing/fuzz-body'
import { countRequest, tallyRounds } from '@/server/testing/tally'
import { everything, world } from '@/server/testing/world'
import type { AnyDoor } from './door'
import { doors } from './doors'
import { healthDoors } from './health'
import { openMeter } from './metrics'

/*
 * Every door is knocked at with what fits it, what nearly fits and what is broken, by everybody. Whatever comes: no 5xx, no
 * dead process, and every refusal is a problem that says its code and its request.
 */
const w = await world()
const [running] = w.servers
if (!running) throw new Error('no server')
const seed = inject('seed')
const table: readonly AnyDoor[] = [...doors, ...healthDoors({ up: true }, openMeter(running.app.db))]
/** What changes most for everybody comes last: a killed organisation answers few questions. */
const order = ['/api/v1/', '/api/console/holds', '/api/console/', '/health', '/metrics', '/api/console/containment']
const rank = (door: AnyDoor) => order.findLastIndex(prefix => door.path.startsWith(prefix))
const sorted = [...table].sort((a, b) => rank(a) - rank(b))
const perDoor = Math.ceil((540 * inject('scale')) / table.length)
const scopes = [everything]
const sockets = new Agent({ keepAlive: true, maxSockets: 4 })
const port = Number(new URL(running.url).port)
const cookies = new Map<string, string>()
const people = new Map<string, Parameters<typeof w.signedIn>[0]>()
let key = ''
let mine: readonly string[] = []
let requests = 0

async function enter(role: string): Promise<void> {
  const who = people.get(role)
  if (!who || !running) return
  const { hours, ...token } = await signIn(running.app, who.id, { method: 'password', user_agent: null, remote: null })
  cookies.set(role, (await running.app.sessions.issue(token, hours)).split(';')[0] ?? '')
}

beforeAll(async () => {
  await w.tools({ look: { operation: 'read' }, run: {}, pay: { operation: 'pay', parameters: { amount: 'amount' } } })
  const limits = { per_second: 100_000, burst: 200_000, waits: 50_000, open_holds: 50_000 }
  const agent = await w.agent({ scopes, limits })
  const other = await w.agent({ scopes, limits })
  key = agent.key
  for (const role of roles) {
    people.set(role, await w.person(`Fuzzy ${role}`, [{ role, team_id: null }]))
    await enter(role)
  }
  mine = [agent.id, ...[...people.values()].map(one => one.id)]
  for (const by of [agent, other])
    for (const tool of ['look', 'run', 'pay', 'new.tool']) await w.submit(by.key, { tool, params: { amount: '10' } })
})

/** Ids of what there is by now, but for whoever asks: they would only lock themselves out. */
async function idsNow(): Promise<string[]> {
  const kinds = ['agent', 'credential', 'scope', 'tool', 'action', 'hold', 'application', 'team', 'person', 'sign_in']
  const each = [...kinds, 'containment', 'invitation', 'resource_pattern'].map(
    kind => `(select id from ${kind} order by id desc limit 6)`,
  )
  const { rows } = await w.db.pool.query<{ id: string }>(
    [...each, '(select digest from action where digest is not null order by id desc limit 6)'].join(' union all '),
  )
  return rows.map(row => row.id).filter(id => !mine.includes(id))
}

interface Knock {
  readonly method: string
  readonly path: string
  readonly headers: Record<string, string>
  readonly body: Buffer | null
  readonly who: string
}

const header = (usual: string, ...odd: string[]) =>
  fc.oneof({ weight: 6, arbitrary: fc.constant(usual) }, fc.constantFrom('', ...odd))
const junk = ['\u0080\u00ff', 'x'.repeat(3_000), '{}', 'null', '"', ',,,', '*', 'a b', '\t']

function headersOf(door: AnyDoor): fc.Arbitrary<Record<string, string>> {
  const own: Record<string, string> =
    door.method === 'GET' ? {} : { origin: `http://localhost:${port}`, 'content-type': 'application/json' }
  const usual = fc.uuid().map((id): Record<string, string> => ({ prefer: 'wait=0', 'idempotency-key': id, ...own }))
  const odd = fc
    .record(
      {
        prefer: header('wait=0', 'wait=-1', 'wait=abc', 'wait=0, wait=1', 'respond-async', 'wait=1e9x', ...junk),
        'idempotency-key': fc.oneof(fc.uuid(), fc.constantFrom('', 'same', 'k'.repeat(255), 'k'.repeat(256), ...junk)),
        'if-match': header('"1"', 'W/"1"', '"', '"a", "b"', ...junk),
        'x-request-id': header('req-1', ...junk),
        origin: header(`http://localhost:${port}`, 'null', 'https://evil.example', ...junk),
        'content-type': header('application/json', 'text/plain', 'application/json; charset=utf-16', ...junk),
        'content-encoding': header('identity', 'gzip', 'br', ...junk),
        accept: header('*/*', 'text/html', ...junk),
        'x-forwarded-for': header('1.2.3.4', ...junk),
        'x-http-method-override': header('', 'DELETE'),
      },
      { requiredKeys: ['prefer', ...(door.method === 'GET' ? [] : (['origin', 'content-type'] as const))] },
    )
    .map(all => Object.fromEntries(Object.entries(all).filter(([, value]) => value !== '')))
  return fc.oneof({ weight: 2, arbitrary: usual }, odd)
}

function knocks(door: AnyDoor, ids: readonly string[]): fc.Arbitrary<Knock> {
  const machine = door.who === 'agent' || door.who === 'key'
  const usual = machine ? 'agent' : 'administrator'
  const who = fc.oneof(
    { weight: 4, arbitrary: fc.constant(usual) },
    { weight: 4, arbitrary: fc.constantFrom(...roles) },
    fc.constantFrom('nobody', 'agent', 'bad key', 'bad cookie', 'both'),
  )
  const method = header(
    door.method,
    door.method,
    door.method,
    door.method,
    'GET',
    'HEAD',
    'POST',
    'PUT',
    'PATCH',
    'DELETE',
    'OPTIONS',
    'PROPFIND',
  )
  return fc
    .record({
      who,
      method,
      parts: pathParts(door.params, ids),
      query: queries(door.query, ids),
      asks: fc.nat(9),
      headers: headersOf(door),
      body: door.body ? bodies(door.body, ids) : fc.constantFrom(null, Buffer.from('{}'), Buffer.from('\u0000')),
    })
    .map(({ parts, query, asks, ...rest }) => {
      const path = door.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => parts[name] ?? 'x')
      const search = asks === 0 || (door.query && asks < 7) ? `?${query}` : ''
      return { ...rest, method: rest.method || door.method, path: path + search }
    })
}

function credentials(who: string): Record<string, string> {
  switch (who) {
    case 'nobody':
      return {}
    case 'agent':
      return { authorization: `Bearer ${key}` }
    case 'bad key':
      return { authorization: `Bearer ${key.slice(0, -1)}` }
    case 'bad cookie':
      return { cookie: 'next-auth.session-token=eyJ; =; a="; next-auth.session-token=%zz' }
    case 'both':
      return { authorization: `Bearer ${key}`, cookie: cookies.get('administrator') ?? '' }
    default:
      return { cookie: cookies.get(who) ?? '' }
  }
}

function send({ method, path, headers, body, who }: Knock): Promise<{ answer: IncomingMessage; text: string }> {
  requests++
  countRequest()
  return new Promise((resolve, reject) => {
    const all = { ...headers, ...credentials(who), ...(body ? { 'content-length': body.length } : {}) }
    const sent = request({ agent: sockets, port, method, path, headers: all, timeout: 10_000 }, answer => {
      const chunks: Buffer[] = []
      answer.on('data', chunk => chunks.push(chunk))
      answer.on('end', () => resolve({ answer, text: Buffer.concat(chunks).toString() }))
      answer.on('error', reject)
    })
    sent.on('timeout', () => sent.destroy(new Error('no answer within 10 s')))
    sent.on('error', reject)
    sent.end(body ?? undefined)
  })
}

/** What is wrong with an answer; null when nothing is. */
function fault(door: AnyDoor, knock: Knock, answer: IncomingMessage, text: string): string | null {
  const status = answer.statusCode ?? 0
  const type = answer.headers['content-type'] ?? ''
  if (status >= 500 || status < 200 || (status >= 300 && status < 400)) return `status ${status}`
  if (knock.method === 'HEAD') return text === '' ? null : 'a HEAD with a body'
  if (status >= 400) {
    if (type !== 'application/problem+json') return `a ${status} of type ${type}`
    const problem = JSON.parse(text)
    if (problem.status !== status || problems[problem.code as keyof typeof problems]?.[0] !== status)
      return `a ${status} with code ${problem.code}`
    return typeof problem.request_id === 'string' && problem.request_id !== '' ? null : 'a problem without request_id'
  }
  if (status === 204) return text === '' ? null : 'a 204 with a body'
  const answering = table.find(one => one.path === door.path && one.method === knock.method)
  if (!answering) return `a ${status} where there is no door`
  if (answering.media) return type.startsWith(answering.media) ? null : `type ${type}`
  if (type !== 'application/json') return `type ${type}`
  JSON.parse(text)
  return null
}

describe(`INV-42 at least ${perDoor} broken requests a door, seed ${seed}`, () => {
  it.for(sorted.map(door => [`${door.method} ${door.path}`, door] as const))('%s', async ([, door], { task }) => {
    tallyRounds(task, perDoor)
    const known = await idsNow()
    await fc.assert(
      fc.asyncProperty(knocks(door, known), async knock => {
        const { answer, text } = await send(knock)
        const wrong = fault(door, knock, answer, text)
        if (wrong) {
          const sent = { ...knock, path: knock.path.slice(0, 300), body: knock.body?.toString('latin1').slice(0, 400) }
          const short = (_: string, value: unknown) => (typeof value === 'string' ? value.slice(0, 400) : value)
          throw new Error(`${wrong}: ${JSON.stringify(sent, short)} → ${text.slice(0, 400)}`)
        }
        if (answer.statusCode === 401 && people.has(knock.who)) await enter(knock.who).catch(() => undefined)
      }),
      { seed: seed + table.indexOf(door), numRuns: perDoor, endOnFailure: true },
    )
    expect((await fetch(`${running.url}/health/live`)).status).toBe(200)
  })

  it('are more than 5,000 in the campaign', () => {
    expect(requests).toBeGreaterThan(500 * inject('scale'))
  })
})
