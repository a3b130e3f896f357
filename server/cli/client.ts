import { z } from 'zod'
import type { Asking } from './asking'
import { Ended, exit } from './exit'

const problem = z.looseObject({
  code: z.string().default(''),
  title: z.string().default('Refused'),
  detail: z.string().optional(),
  error: z.string().optional(),
  errors: z.array(z.object({ pointer: z.string().optional(), message: z.string() })).default([]),
})

type Problem = z.output<typeof problem>

/** The server said no. */
export class RefusedByServer extends Error {
  constructor(
    readonly status: number,
    readonly problem: Problem,
  ) {
    super(problem.detail ?? problem.title)
  }
}

/** Calls a path under `/api/console` and reads the answer by its contract. */
export type Call = <T>(
  schema: z.ZodType<T>,
  method: 'GET' | 'POST' | 'DELETE',
  path: string,
  body?: unknown,
) => Promise<T>

/** The server's origin. Secrets travel over https, or stay on this machine. @throws Ended 2 */
export function readServer(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null
  if (!url || !/^https?:$/.test(url.protocol)) throw new Ended(exit.misused, `${text} is not the address of a server`)
  const near = /^(localhost|127(\.\d+){3}|\[::1\])$/.test(url.hostname)
  if (url.protocol === 'http:' && !near)
    throw new Ended(exit.misused, `${url.origin} is not https: what is sent there could be read on the way`)
  return url.origin
}

const patience = 30_000

/** Sends one request. @throws Ended 4 where nobody answers, {@link RefusedByServer} */
export async function send<T>(
  schema: z.ZodType<T>,
  server: string,
  method: string,
  path: string,
  more: { readonly token?: string; readonly body?: unknown } = {},
): Promise<T> {
  const response = await fetch(`${server}/api/console${path}`, {
    method,
    redirect: 'error',
    signal: AbortSignal.timeout(patience),
    headers: {
      'user-agent': 'holdpoint-cli',
      ...(more.token === undefined ? {} : { authorization: `Bearer ${more.token}` }),
      ...(more.body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(more.body === undefined ? {} : { body: JSON.stringify(more.body) }),
  }).catch((error: unknown) => {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : ''
    throw new Ended(exit.away, `${server} cannot be reached${cause ? `: ${cause}` : ''} (see: holdpoint doctor)`)
  })
  const text = await response.text()
  let answer: unknown = null
  try {
    answer = text === '' ? null : JSON.parse(text)
  } catch {
    throw new Ended(exit.away, `${server} answered something that is not Holdpoint's (status ${response.status})`)
  }
  if (response.ok) return schema.parse(answer)
  throw new RefusedByServer(response.status, problem.parse(answer ?? {}))
}

const tokenOf = ({ server, env, keep }: Asking): string | undefined =>
  env.HOLDPOINT_TOKEN || keep.read().servers[server]?.token

/** Is anybody signed in here? */
export const isSignedIn = (asking: Asking): boolean => Boolean(tokenOf(asking))

/** The way in of the person who is signed in here. @throws Ended 3 where nobody is */
export function enter(asking: Asking): { readonly call: Call; readonly token: string } {
  const { server } = asking
  const token = tokenOf(asking)
  if (token?.startsWith('hp_'))
    throw new Ended(exit.signedOut, 'That is the key of an agent. What people do needs a person: holdpoint login')
  if (!token) throw new Ended(exit.signedOut, `You are not signed in to ${server}: holdpoint login`)
  return { token, call: (schema, method, path, body) => send(schema, server, method, path, { token, body }) }
}
