import { readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { afterEach } from 'vitest'
import { type Action, digestOf, Holdpoint, type Options } from '../src/index.ts'

export interface Odd {
  readonly name: string
  readonly status: number
  readonly type: string
  readonly body: string
}

const parsed: { action: Action; good: Record<string, unknown>; odd: readonly Odd[] } = JSON.parse(
  readFileSync(new URL('../../odd-answers.json', import.meta.url), 'utf8'),
)
export const { action, odd } = parsed
const digest = digestOf(action)

/** A text of the corpus with the digest of its action in place. */
export const fill = (text: string) =>
  text
    .replaceAll('{{digest}}', digest)
    .replaceAll('{{DIGEST}}', digest.toUpperCase())
    .replaceAll('{{HEX}}', digest.slice('sha256:'.length))

export const good: Record<string, unknown> = JSON.parse(fill(JSON.stringify(parsed.good)))
export const id = String(good.id)
export const held = {
  ...good,
  status: 'held',
  decision: null,
  next_action: 'wait',
  execute_by: null,
  hold: { id: 'hld_1', url: 'http://localhost/approvals/hld_1' },
}
export const denied = {
  ...good,
  status: 'rejected',
  next_action: 'revise',
  execute_by: null,
  executable_digest: null,
  decision: { verdict: 'deny', by: 'human', code: 'hold.rejected', reason: 'not\n this\u202e one', policy_version: 1 },
}

export interface Seen {
  readonly method: string
  readonly path: string
  readonly key: string | undefined
  readonly prefer: string | undefined
  readonly body: string
}

export type Answering = (response: ServerResponse, n: number, seen: Seen) => void

export const send = (
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void => {
  response.writeHead(status, { 'content-type': 'application/json', ...headers })
  response.end(typeof body === 'string' ? body : JSON.stringify(body))
}

const servers = new Set<Server>()
afterEach(() => {
  for (const server of servers) {
    server.closeAllConnections()
    server.close()
  }
  servers.clear()
})

/** A loopback server on this port (0: any) that answers as told. */
export async function listen(answer: Answering, seen: Seen[], port = 0): Promise<{ server: Server; port: number }> {
  const server = createServer((request: IncomingMessage, response) => {
    let body = ''
    request.setEncoding('utf8')
    request.on('data', (part: string) => {
      body += part
    })
    request.on('end', () => {
      const one: Seen = {
        method: request.method ?? '',
        path: request.url ?? '',
        key: request.headers['idempotency-key']?.toString(),
        prefer: request.headers.prefer?.toString(),
        body,
      }
      seen.push(one)
      answer(response, seen.length, one)
    })
  })
  servers.add(server)
  await new Promise<void>(resolve => server.listen(port, '127.0.0.1', resolve))
  const address = server.address()
  return { server, port: typeof address === 'object' && address ? address.port : 0 }
}

/** A loopback server, and a client of it whose sleeping moves its own clock and nothing else. */
export async function against(answer: Answering, options: Options = {}) {
  const seen: Seen[] = []
  const slept: number[] = []
  let now = Date.parse('2026-06-01T12:00:00Z')
  const { port, server } = await listen(answer, seen)
  const client = new Holdpoint({
    url: `http://127.0.0.1:${port}`,
    key: 'hp_test',
    now: () => now,
    random: () => 0.5,
    sleep: async milliseconds => {
      slept.push(milliseconds)
      now += milliseconds
    },
    ...options,
  })
  return {
    client,
    seen,
    slept,
    server,
    port,
    pass: (milliseconds: number) => {
      now += milliseconds
    },
  }
}

/** What a promise came to. */
export const outcomeOf = (promise: Promise<unknown>): Promise<unknown> => promise.catch((error: unknown) => error)
