import type { IncomingMessage } from 'node:http'
import type { HttpBindings } from '@hono/node-server'
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'
import { type Context, Hono } from 'hono'
import { Refused } from '@/lib/kernel/problem'
import type { SentHeaders } from '@/server/gate/request-headers'
import type { Served } from '@/server/gate/served'
import { remoteOf, requestIdOf } from './address'
import { conform, parseBody, readForm, readJson } from './body'
import { findCaller, refuseKeyInQuery } from './caller'
import type { Answer, AnyDoor, Call, Who } from './door'
import { dataPolicy, safeHeaders } from './headers'
import type { Meter } from './metrics'
import { type Plain, problemOf } from './problems'
import { parseQuery } from './query'

type Env = { Bindings: HttpBindings }

/** Serves doors with Hono: method and path by the table, every answer with the same headers, every error as a problem. */
export function routeDoors(app: Served, doors: readonly AnyDoor[], meter: Meter): Hono<Env> {
  const hono = new Hono<Env>()
  const byPath = Map.groupBy(doors, door => door.path)
  for (const path of [...byPath.keys()].sort(literalFirst)) {
    const sharing = byPath.get(path) ?? []
    const methods = new Map<string, AnyDoor>(sharing.map(door => [door.method, door]))
    if (methods.size < sharing.length) throw new Error(`two doors share a method at ${path}`)
    const allow = [...methods.keys()].join(', ')
    hono.all(path.replaceAll(/\{(\w+)\}/g, ':$1'), async c => {
      const requestId = requestIdOf(c.env.incoming)
      const stop = meter.begin()
      const door = methods.get(c.env.incoming.method ?? '')
      const answer = door
        ? await enter(app, door, c, requestId).catch((error: unknown) => problemOf(error, requestId, app.log))
        : problemOf(new Refused('request.method_not_allowed'), requestId, app.log)
      stop(door?.method ?? 'other', path, answer.status)
      return send(c, answer, requestId, answer.status === 405 ? { allow } : undefined)
    })
  }
  const fail = (c: Context<Env>, error: unknown) => {
    const requestId = requestIdOf(c.env.incoming)
    return send(c, problemOf(error, requestId, app.log), requestId)
  }
  hono.notFound(c => fail(c, new Refused('request.not_found')))
  hono.onError((error, c) => fail(c, error))
  return hono
}

/** `/members/invitations` before `/members/{id}`: a word is itself before it is anybody's id. */
function literalFirst(one: string, other: string): number {
  const [a, b] = [one.replaceAll('{', '\u007f'), other.replaceAll('{', '\u007f')]
  return a < b ? -1 : a > b ? 1 : 0
}

/** The order of questions: method override, query, who, what. Nobody learns what a body should look like before saying who they are. */
async function enter(app: Served, door: AnyDoor, c: Context<Env>, requestId: string): Promise<Plain | Response> {
  const { incoming } = c.env
  if (
    incoming.headers['x-http-method-override'] ??
    incoming.headers['x-http-method'] ??
    incoming.headers['x-method-override']
  ) {
    throw new Refused('request.method_not_allowed')
  }
  // Read from Node's own: building a `Headers` for each request costs more than all that is asked of it.
  const headers: SentHeaders = { get: name => incoming.headersDistinct[name]?.join(', ') ?? null }
  const target = incoming.url ?? ''
  const at = target.indexOf('?')
  const search = new URLSearchParams(at < 0 ? '' : target.slice(at + 1))
  if (search.size > 0 && door.who !== 'open') await refuseKeyInQuery(app, search)
  const caller = await findCaller(app, door, incoming, headers)
  const params = c.req.param()
  const query = parseQuery(search, door.query)
  const bytes = await bytesFor(door, incoming)
  const call: Call<Who> = {
    app,
    ...caller,
    headers,
    get raw() {
      return bytes ? Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8') : ''
    },
    get signal() {
      return c.req.raw.signal
    },
    requestId,
    remote: remoteOf(incoming, app.config),
  }
  const input = {
    params: door.params ? fitPath(door, params) : params,
    query,
    body: door.body && bytes ? parseBody(bytes, door.body) : undefined,
  }
  return plain(await door.open(call, input))
}

function bytesFor({ body, form, badMedia }: AnyDoor, incoming: IncomingMessage): Promise<Uint8Array> | null {
  if (form) return readForm(incoming)
  return body && !mayBeAbsent(body, incoming) ? readJson(incoming, badMedia) : null
}

/** Was no body sent, where none is needed? */
function mayBeAbsent(schema: NonNullable<AnyDoor['body']>, { headers }: IncomingMessage): boolean {
  const none = (headers['content-length'] ?? '0') === '0' && headers['transfer-encoding'] === undefined
  return none && schema.safeParse(undefined).success
}

/** An id that is not of its kind is a missing object (404), not a malformed request. */
function fitPath(door: AnyDoor, params: Record<string, string>): unknown {
  try {
    return door.params ? conform(door.params, params) : params
  } catch (error) {
    throw error instanceof Refused ? new Refused('request.not_found') : error
  }
}

function plain(answer: Answer<unknown> | Response): Plain | Response {
  if (answer instanceof Response) return answer
  if (answer.body === undefined || answer.status === 204)
    return { status: 204, body: null, headers: { ...answer.headers } }
  return {
    status: answer.status,
    body: JSON.stringify(answer.body),
    headers: { 'content-type': 'application/json', ...answer.headers },
  }
}

const always = { ...safeHeaders, 'content-security-policy': dataPolicy }

/**
 * Sends an answer with what every answer carries. It is written straight to the connection: as a `Response` it would be
 * taken apart again on the way, at the cost of a tenth of a decision.
 */
function send(
  { env: { outgoing } }: Context<Env>,
  answer: Plain | Response,
  requestId: string,
  more?: Readonly<Record<string, string>>,
): Response {
  const headers = { ...always, ...more, 'x-request-id': requestId }
  if (answer instanceof Response) {
    for (const [name, value] of Object.entries(headers)) answer.headers.set(name, value)
    return answer
  }
  const length = answer.body === null ? {} : { 'content-length': String(Buffer.byteLength(answer.body)) }
  outgoing.writeHead(answer.status, { ...headers, ...answer.headers, ...length })
  outgoing.end(answer.body ?? undefined)
  return RESPONSE_ALREADY_SENT
}
