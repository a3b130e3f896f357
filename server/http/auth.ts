import type { IncomingMessage, ServerResponse } from 'node:http'
import { Refused } from '@/lib/kernel/problem'
import { authOptions } from '@/server/access/auth-options'
import { nextAuth } from '@/server/access/next-auth'
import { readCookies } from '@/server/access/sessions'
import { newId } from '@/server/db/id'
import type { Served } from '@/server/gate/served'
import { isLoopback, originsOf, remoteOf } from './address'
import { readBytes } from './body'
import { demandOwnOrigin } from './caller'
import { dataPolicy, safeHeaders } from './headers'
import { type Plain, problemOf } from './problems'

export type AuthHandler = (incoming: IncomingMessage, outgoing: ServerResponse, path: string) => Promise<void>

/** What of next-auth is reachable. Everything else is 405: some of its own combinations answer 500. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  csrf: ['GET'],
  providers: ['GET'],
  session: ['GET'],
  error: ['GET'],
  signin: ['GET'],
  signout: ['GET', 'POST'],
  'callback/credentials': ['POST'],
  'signin/oidc': ['POST'],
  'callback/oidc': ['GET'],
}

const mostForm = 16_384

/** Mounts next-auth without a Next route: `NextAuth(req, res, options)` with what its API handler expects filled in. */
export function openAuth(app: Served): AuthHandler {
  const { throttle } = app.sessions
  return async (incoming, outgoing, path) => {
    const requestId = newId('req')
    for (const [name, value] of Object.entries(safeHeaders)) outgoing.setHeader(name, value)
    outgoing.setHeader('content-security-policy', dataPolicy)
    outgoing.setHeader('x-request-id', requestId)
    try {
      const segments = path.slice('/api/auth/'.length).split('/')
      const methods = Object.hasOwn(allowed, segments.join('/')) ? allowed[segments.join('/')] : undefined
      if (!methods) throw new Refused(segments.length > 2 ? 'request.not_found' : 'request.method_not_allowed')
      if (!methods.includes(incoming.method ?? '')) throw new Refused('request.method_not_allowed')
      if (incoming.method === 'POST' && (incoming.headers.origin || incoming.headers['sec-fetch-site']))
        demandOwnOrigin(app, incoming)
      const body = incoming.method === 'POST' ? await readForm(incoming) : undefined
      const remote = remoteOf(incoming, app.config)
      if (segments[1] === 'credentials') await throttle.attempt(remote, body?.email ?? '')
      const options = authOptions(app, app.sessions, { remote, user_agent: incoming.headers['user-agent'] ?? null })
      await nextAuth(options)(asked(app, incoming, segments, body), answering(outgoing))
    } catch (error) {
      send(outgoing, problemOf(error, requestId, app.log))
    }
  }
}

async function readForm(incoming: IncomingMessage): Promise<Record<string, string>> {
  const media = (incoming.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase()
  if (media !== 'application/x-www-form-urlencoded')
    throw new Refused('request.unsupported_media_type', 'The body must be a form.')
  if (Number(incoming.headers['content-length'] ?? 0) > mostForm) throw new Refused('request.too_large')
  const bytes = await readBytes(incoming)
  return Object.fromEntries(new URLSearchParams(Buffer.from(bytes).toString('utf8')))
}

/**
 * The request as next-auth reads it. It builds its links from the forwarded host, so that is ours to say: the public URL,
 * or on a loopback URL the Host header. Authorization never gets there: malformed ones used to crash it (I18).
 */
function asked(
  app: Served,
  incoming: IncomingMessage,
  nextauth: readonly string[],
  body: Record<string, string> | undefined,
) {
  const own = new URL(app.config.url)
  const local =
    isLoopback(app.config) && isLoopback({ host: own.hostname }) ? originsOf(incoming, app.config).at(-1) : undefined
  const origin = new URL(local ?? own.origin)
  const { authorization: _, ...headers } = incoming.headers
  const query = new URL(incoming.url ?? '/', origin).searchParams
  return {
    method: incoming.method,
    headers: {
      ...headers,
      host: origin.host,
      'x-forwarded-host': origin.host,
      'x-forwarded-proto': origin.protocol.slice(0, -1),
    },
    query: { ...Object.fromEntries(query), nextauth },
    cookies: Object.fromEntries(readCookies(incoming.headers.cookie)),
    body,
  }
}

/** The response as next-auth writes it (it names these methods and no others). */
function answering(outgoing: ServerResponse) {
  const response = {
    status(code: number) {
      outgoing.statusCode = code
      return response
    },
    getHeader: (name: string) => outgoing.getHeader(name),
    setHeader(name: string, value: string | string[]) {
      if (name.toLowerCase() !== 'cache-control') outgoing.setHeader(name, value)
      return response
    },
    end: () => outgoing.end(),
    json(body: unknown) {
      outgoing.setHeader('content-type', 'application/json')
      outgoing.end(JSON.stringify(body))
    },
    send(body: unknown) {
      if (typeof body === 'string') {
        outgoing.setHeader('content-type', 'text/plain; charset=utf-8')
        outgoing.end(body)
      } else response.json(body)
    },
  }
  return response
}

function send(outgoing: ServerResponse, { status, body, headers }: Plain): void {
  if (outgoing.headersSent) outgoing.destroy()
  else {
    for (const [name, value] of Object.entries(headers)) outgoing.setHeader(name, value)
    outgoing.statusCode = status
    outgoing.end(body)
  }
}
