import { z } from 'zod'

const problem = z.object({
  detail: z.string().default('refused'),
  code: z.string().default(''),
  errors: z.array(z.object({ message: z.string(), line: z.number().optional() })).default([]),
})

/** The console said no; `signedIn` says whether it knew us. */
export class ConsoleRefused extends Error {
  constructor(
    message: string,
    readonly signedIn: boolean,
    readonly errors: readonly { readonly message: string; readonly line?: number | undefined }[] = [],
  ) {
    super(message)
  }
}

/** Calls a path of the console as the person who signed in; answers the body. @throws ConsoleRefused */
export type Console = (method: 'GET' | 'POST', path: string, body?: unknown) => Promise<unknown>

/** A cookie as it is sent back. */
const kept = (response: Response) => response.headers.getSetCookie().map(one => one.split(';')[0] ?? '')

/** Signs in by e-mail and password, as the sign-in page does (api §6). @throws ConsoleRefused, or what `fetch` throws */
export async function signIn(url: string, email: string | undefined, password: string | undefined): Promise<Console> {
  if (!email || !password)
    throw new ConsoleRefused('Sign in first: holdpoint login. (Or set HOLDPOINT_EMAIL and HOLDPOINT_PASSWORD.)', false)
  const origin = new URL(url).origin
  const first = await fetch(`${origin}/api/auth/csrf`).catch(() => {
    throw new ConsoleRefused(`${origin} cannot be reached.`, false)
  })
  const jar = kept(first)
  const { csrfToken } = z.object({ csrfToken: z.string() }).parse(await first.json())
  const entered = await fetch(`${origin}/api/auth/callback/credentials`, {
    method: 'POST',
    redirect: 'manual',
    headers: { 'content-type': 'application/x-www-form-urlencoded', cookie: jar.join('; '), origin },
    body: new URLSearchParams({ csrfToken, email, password, json: 'true' }),
  })
  const session = kept(entered).filter(one => one.includes('session-token=') && !one.endsWith('='))
  if (session.length === 0) throw new ConsoleRefused('That e-mail and password do not match.', false)
  const cookie = [...jar, ...session].join('; ')
  return callWith(origin, { cookie, origin })
}

/** The same for whoever signed in with `holdpoint login`: no password, and what needs one is refused. */
export function byToken(url: string, token: string): Console {
  return callWith(new URL(url).origin, { authorization: `Bearer ${token}` })
}

function callWith(origin: string, headers: Readonly<Record<string, string>>): Console {
  return async (method, path, body) => {
    const response = await fetch(`${origin}/api/console${path}`, {
      method,
      headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    }).catch(() => {
      throw new ConsoleRefused(`${origin} cannot be reached.`, false)
    })
    const answer: unknown = await response.json().catch(() => ({}))
    if (response.ok) return answer
    const { detail, errors } = problem.parse(answer)
    throw new ConsoleRefused(detail, response.status !== 401, errors)
  }
}
