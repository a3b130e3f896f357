import { randomUUID } from 'node:crypto'
import type { SignedIn } from '@/lib/access/permission'
import { environments, operations } from '@/lib/kernel/scale'
import { createToolBody } from '@/lib/tool/contract'
import { signIn } from '@/server/access/sign-in'
import type { Config } from '@/server/config'
import type { Running } from '@/server/start'
import { createTool } from '@/server/tool/catalogue'
import { registry, type TestRegistry } from './registry'
import { startServer } from './server'
import { countRequest, tallyRequests } from './tally'

/** What one request answered. */
export interface Reply {
  readonly status: number
  readonly headers: Headers
  // biome-ignore lint/suspicious/noExplicitAny: a test reads what it expects and fails where it is not there
  readonly body: any
}

/** A person's way in over HTTP, by a real session cookie. */
export type Person = (method: string, path: string, body?: unknown, headers?: Record<string, string>) => Promise<Reply>

/** An organisation with servers, people and agents, spoken to over HTTP alone. */
export interface World extends TestRegistry {
  readonly servers: readonly Running[]
  /** Calls a gate route of server `at` with an agent's key. */
  gate(
    key: string,
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
    at?: number,
  ): Promise<Reply>
  /** Submits one action; a fresh idempotency key unless the headers say otherwise. */
  submit(key: string, action: Record<string, unknown>, headers?: Record<string, string>, at?: number): Promise<Reply>
  signedIn(who: SignedIn, at?: number): Promise<Person>
  /** Puts classified tools into the catalogue: name → operation and what differs from a reversible, internal one. */
  tools(list: Readonly<Record<string, Record<string, unknown>>>): Promise<void>
}

async function reply(response: Response): Promise<Reply> {
  countRequest()
  const text = await response.text()
  return { status: response.status, headers: response.headers, body: text === '' ? null : parsed(text) }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

/** Starts `count` instances on one database, which they reach by `via` where it is given. Call at the top of a test file. */
export async function world(
  count = 1,
  changes: Partial<Config> = {},
  via: (databaseUrl: string) => string | Promise<string> = url => url,
): Promise<World> {
  tallyRequests()
  const known = await registry()
  const url = await via(known.test.url)
  const servers: Running[] = []
  for (let at = 0; at < count; at++) servers.push(await startServer(url, changes))
  const base = (at: number) => servers[at]?.url ?? ''
  const gate: World['gate'] = async (key, method, path, body, headers = {}, at = 0) =>
    reply(
      await fetch(base(at) + path, {
        method,
        headers: {
          authorization: `Bearer ${key}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      }),
    )
  return {
    ...known,
    servers,
    gate,
    submit: (key, action, headers = {}, at = 0) =>
      gate(
        key,
        'POST',
        '/api/v1/actions',
        { params: {}, ...action },
        { 'idempotency-key': randomUUID(), prefer: 'wait=0', ...headers },
        at,
      ),
    async signedIn(who, at = 0) {
      const app = servers[at]?.app
      if (!app) throw new Error('no such server')
      const { hours, ...token } = await signIn(app, who.id, {
        method: 'password',
        user_agent: 'test',
        remote: '127.0.0.1',
      })
      const cookie = (await app.sessions.issue(token, hours)).split(';')[0] ?? ''
      return async (method, path, body, headers = {}) =>
        reply(
          await fetch(base(at) + path, {
            method,
            headers: {
              cookie,
              origin: base(at),
              ...(body === undefined ? {} : { 'content-type': 'application/json' }),
              ...headers,
            },
            ...(body === undefined ? {} : { body: JSON.stringify(body) }),
          }),
        )
    },
    async tools(list) {
      for (const [name, more] of Object.entries(list)) {
        const classification = { operation: 'execute', reversible: true, sensitivity: 'internal', ...more }
        await createTool({ db: known.db }, known.administrator, createToolBody.parse({ name, classification }))
      }
    },
  }
}

/** A scope that covers everything up to confidential, for tests that are not about scopes. */
export const everything = {
  tool_pattern: '*',
  operations: operations.filter(one => one !== 'delegate'),
  ceiling: 'confidential' as const,
  environments: [...environments],
}
