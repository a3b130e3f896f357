import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import { Refused } from '@/lib/kernel/problem'
import type { Served } from '@/server/gate/served'
import { plainPath, requestIdOf } from './address'
import { openAuth } from './auth'
import type { AnyDoor } from './door'
import { door } from './door'
import { doors as everyDoor } from './doors'
import { dataPolicy, safeHeaders } from './headers'
import { healthDoors, type Readiness } from './health'
import type { Mcp } from './mcp'
import { openMeter } from './metrics'
import { openApi } from './openapi'
import { type Pages, servePage } from './pages'
import { problemOf } from './problems'
import { serveReference } from './reference'
import { routeDoors } from './router'
import { refuseUnparsed } from './unparsed'

export interface ServeOptions {
  readonly readiness: Readiness
  readonly mcp?: Pick<Mcp, 'handle'>
  /** Pages; absent in tests: everything that is not a door is then 404. */
  readonly pages?: Pages
  /** Doors that exist only in this instance (the demo's). */
  readonly more?: readonly AnyDoor[]
}

/** What is a door's, or will be: the standards' doors keep their place, and answer 404 until they are there (api §1). */
const served = /^\/(api|health|metrics|\.well-known|access|humanlayer|v1|mcp)(\/|$)/

/** The table of an instance: every concept's doors, its own extra ones, and those that describe and watch it. */
export function tableOf(app: Served, options: ServeOptions): { doors: AnyDoor[]; meter: ReturnType<typeof openMeter> } {
  const meter = openMeter(app.db)
  const table: AnyDoor[] = [...everyDoor, ...(options.more ?? []), ...healthDoors(options.readiness, meter)]
  let described: string | undefined
  table.push(
    door({
      method: 'GET',
      path: '/api/openapi.json',
      summary: 'This description, as OpenAPI 3.1',
      who: 'open',
      answer: null,
      media: 'application/json',
      handle: async () => {
        described ??= JSON.stringify(openApi(table, app.config.url))
        return new Response(described, { headers: { 'content-type': 'application/json' } })
      },
    }),
  )
  return { doors: table, meter }
}

/**
 * The HTTP server of an instance, not listening yet: doors by Hono, sign-in by next-auth, everything else pages. Slow
 * headers end after 15 s and slow requests after 25 s; a call that waits for its decision has long been read by then.
 */
export function createHttpServer(app: Served, options: ServeOptions): Server {
  const { doors, meter } = tableOf(app, options)
  const listener = getRequestListener(routeDoors(app, doors, meter).fetch, { overrideGlobalObjects: false })
  const auth = openAuth(app)
  const server = createServer(
    {
      headersTimeout: 15_000,
      requestTimeout: 25_000,
      connectionsCheckingInterval: 5_000,
      keepAliveTimeout: 65_000,
      maxHeaderSize: 16_384,
      requireHostHeader: true,
    },
    (incoming, outgoing) => void dispatch(incoming, outgoing).catch((error: unknown) => crash(app, outgoing, error)),
  )

  const dispatch = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const path = plainPath(incoming.url)
    if (path === null) return nothingHere(app, incoming, outgoing)
    if (path.startsWith('/api/auth/')) return auth(incoming, outgoing, path)
    if (path === '/mcp' && options.mcp) return options.mcp.handle(incoming, outgoing)
    if (served.test(path)) return listener(incoming, outgoing)
    if (serveReference(incoming, outgoing, path)) return
    if (path.startsWith('/live/') || !options.pages) return nothingHere(app, incoming, outgoing)
    return servePage(options.pages, incoming, outgoing, path)
  }

  server.on('clientError', (error, socket) => refuseUnparsed(app.log, error, socket))
  return server
}

/** Where there is no door: the same answer as a door gives for a missing object. */
function nothingHere(app: Served, incoming: IncomingMessage, outgoing: ServerResponse): void {
  const requestId = requestIdOf(incoming)
  const { status, body, headers } = problemOf(new Refused('request.not_found'), requestId, app.log)
  const always = { ...safeHeaders, 'content-security-policy': dataPolicy, 'x-request-id': requestId }
  outgoing.writeHead(status, { ...always, ...headers })
  outgoing.end(body)
}

function crash(app: Served, outgoing: ServerResponse, error: unknown): void {
  app.log.error({ err: error }, 'a request failed')
  if (outgoing.headersSent) outgoing.destroy()
  else {
    outgoing.writeHead(500, { ...safeHeaders, 'content-length': '0' })
    outgoing.end()
  }
}
