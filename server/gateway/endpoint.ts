import { createHash, randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { toNodeHandler } from '@modelcontextprotocol/node'
import { createMcpHandler, isInitializeRequest } from '@modelcontextprotocol/server'
import type { Logger } from 'pino'
import type { Gateway } from './gateway'
import type { Caller } from './holdpoint'

/** Where a gateway is asked over streamable HTTP, once it is known who asks. */
export interface Endpoint<G extends Gateway> {
  readonly gateway: G
  /** Answers one request of an agent. @returns why it cannot be read; then nothing has been answered */
  answer(caller: Caller, req: IncomingMessage, res: ServerResponse): Promise<'too_large' | 'no_json' | null>
  /** Ends the streams that are open. */
  close(): Promise<void>
}

const mostBody = 4 * 1_048_576
const sessionId = /^[!-~]{1,200}$/

/** The whole body, or null when it is more than one request may be. */
async function bodyOf(req: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of req) {
    size += chunk.length
    if (size > mostBody) return null
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

/** The key that a request shows as its bearer. */
export const bearer = (req: IncomingMessage): string | undefined =>
  /^Bearer ([!-~]+)$/i.exec(req.headers.authorization ?? '')?.[1]

/**
 * Speaks both revisions of the protocol. Nothing is kept between requests but what waits: a gateway that starts again, or
 * another one, knows its clients' sessions.
 * @param make opens the gateway, given what to call when its tools have changed
 */
export function openEndpoint<G extends Gateway>(make: (changed: () => void) => G, log: Logger): Endpoint<G> {
  const serving = new Map<string, Caller>()
  const handler = createMcpHandler(
    ({ authInfo, requestInfo, era }) => {
      const caller = authInfo && serving.get(authInfo.clientId)
      if (!caller) throw new Error('nobody calls')
      const session = requestInfo?.headers.get('mcp-session-id') ?? null
      return gateway.serve({
        caller,
        session: session !== null && sessionId.test(session) ? session : null,
        tells: era === 'modern',
      })
    },
    { onerror: error => log.debug({ error: error.message }, 'a request was refused') },
  )
  const gateway = make(() => handler.notify.toolsChanged())
  const serve = toNodeHandler(handler)
  return {
    gateway,
    async answer(caller, req, res) {
      const body = req.method === 'POST' ? await bodyOf(req) : ''
      if (body === null) return 'too_large'
      let parsed: unknown
      try {
        parsed = body === '' ? undefined : JSON.parse(body)
      } catch {
        return 'no_json'
      }
      // The revision of 2025 has sessions: one is named here, and known again by its name alone.
      if (isInitializeRequest(parsed)) res.setHeader('mcp-session-id', randomUUID())
      const clientId = createHash('sha256').update(caller.key).digest('hex')
      serving.set(clientId, caller)
      const signed = Object.assign(req, { auth: { token: '', clientId, scopes: [] } })
      await serve(signed, res, parsed)
      return null
    },
    close: () => handler.close(),
  }
}
