import type { HttpBindings } from '@hono/node-server'
import { type Context, Hono } from 'hono'
import { Refused } from '@/lib/kernel/problem'
import { newId } from '@/server/db/id'
import type { Served } from '@/server/gate/served'
import { givenRequestId, remoteOf } from './address'
import { conform, parseBody, readJson } from './body'
import { findCaller, refuseKeyInQuery } from './caller'
import type { Answer, AnyDoor, Call, Who } from './door'
import { dataPolicy, safeHeaders } from './headers'
import type { Meter } from './metrics'
import { problemResponse } from './problems'
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
    hono.all(path.replaceAll(/\{(\w+)\}/g, ':$1'), async c => {
      const requestId = givenRequestId(c.env.incoming.headers['x-request-id']) ?? newId('req')
      const stop = meter.begin()
      const door = methods.get(c.env.incoming.method ?? '')
      const response = door
        ? await enter(app, door, c, requestId).catch((error: unknown) => problemResponse(error, requestId, app.log))
        : wrongMethod(app, [...methods.keys()], requestId)
      stop(door?.method ?? 'other', path, response.status)
      return dress(response, requestId)
    })
  }
  hono.notFound(c => {
    const requestId = givenRequestId(c.env.incoming.headers['x-request-id']) ?? newId('req')
    return dress(problemResponse(new Refused('request.not_found'), requestId, app.log), requestId)
  })
  hono.onError((error, c) => {
    const requestId = givenRequestId(c.env.incoming.headers['x-request-id']) ?? newId('req')
    return dress(problemResponse(error, requestId, app.log), requestId)
  })
  return hono
}

/** `/members/invitations` before `/members/{id}`: a word is itself before it is anybody's id. */
function literalFirst(one: string, other: string): number {
  const [a, b] = [one.replaceAll('{', '\u007f'), other.replaceAll('{', '\u007f')]
  return a < b ? -1 : a > b ? 1 : 0
}

function wrongMethod(app: Served, methods: readonly string[], requestId: string): Response {
  const response = problemResponse(new Refused('request.method_not_allowed'), requestId, app.log)
  response.headers.set('allow', methods.join(', '))
  return response
}

/** The order of questions: method override, query, who, what. Nobody learns what a body should look like before saying who they are. */
async function enter(app: Served, door: AnyDoor, c: Context<Env>, requestId: string): Promise<Response> {
  const { incoming } = c.env
  if (
    incoming.headers['x-http-method-override'] ??
    incoming.headers['x-http-method'] ??
    incoming.headers['x-method-override']
  ) {
    throw new Refused('request.method_not_allowed')
  }
  const headers = c.req.raw.headers
  const at = (incoming.url ?? '').indexOf('?')
  const search = new URLSearchParams(at < 0 ? '' : (incoming.url ?? '').slice(at + 1))
  if (search.size > 0 && door.who !== 'open') await refuseKeyInQuery(app, search)
  const caller = await findCaller(app, door.who, door.method, incoming, headers)
  const params = c.req.param()
  const query = parseQuery(search, door.query)
  const bytes = door.body ? await readJson(incoming) : null
  const call: Call<Who> = {
    app,
    ...caller,
    headers,
    get raw() {
      return bytes ? Buffer.from(bytes).toString('utf8') : ''
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
  return respond(await door.open(call, input))
}

/** An id that is not of its kind is a missing object (404), not a malformed request. */
function fitPath(door: AnyDoor, params: Record<string, string>): unknown {
  try {
    return door.params ? conform(door.params, params) : params
  } catch (error) {
    throw error instanceof Refused ? new Refused('request.not_found') : error
  }
}

function respond(answer: Answer<unknown> | Response): Response {
  if (answer instanceof Response) return answer
  if (answer.body === undefined || answer.status === 204)
    return new Response(null, { status: 204, headers: { ...answer.headers } })
  return new Response(JSON.stringify(answer.body), {
    status: answer.status,
    headers: { 'content-type': 'application/json', ...answer.headers },
  })
}

function dress(response: Response, requestId: string): Response {
  for (const [name, value] of Object.entries(safeHeaders)) response.headers.set(name, value)
  response.headers.set('content-security-policy', dataPolicy)
  response.headers.set('x-request-id', requestId)
  return response
}
