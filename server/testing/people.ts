import { z } from 'zod'
import { emailSkeleton } from '@/lib/access/email'
import type { Role, RoleAssignment } from '@/lib/access/permission'
import type { PersonId, TeamId } from '@/lib/kernel/id'
import { hashPassword } from '@/server/access/password'
import { grantRole, insertPerson } from '@/server/access/person-store'
import { signIn } from '@/server/access/sign-in'
import { clock, touchRegistry } from '@/server/db/guard'
import { newId } from '@/server/db/id'
import { transact } from '@/server/db/tx'
import type { Running } from '@/server/start'

export interface Answered {
  readonly status: number
  readonly headers: Headers
  // biome-ignore lint/suspicious/noExplicitAny: tests read whatever the wire has, and say what they expect of it
  readonly json: any
}

/** Somebody who is signed in, as a browser is. */
export interface TestPerson {
  readonly id: PersonId
  readonly email: string
  readonly cookie: string
  /** Calls a path of the console as this person; of another instance where `at` says so. */
  call(
    method: string,
    path: string,
    body?: unknown,
    more?: { at?: string; headers?: Record<string, string> },
  ): Promise<Answered>
}

export const testPassword = 'correct horse battery'
let hashed: Promise<string> | undefined

/** Reads an answer; what is not JSON is null. */
export async function answered(response: Response): Promise<Answered> {
  const text = await response.text()
  let json: unknown = null
  try {
    json = JSON.parse(text)
  } catch {
    // Not JSON.
  }
  return { status: response.status, headers: response.headers, json }
}

/** Makes a person with these roles, written as `role` (organisation) or `[role, team]`. */
export async function makePerson(
  running: Running,
  name: string,
  roles: readonly (Role | [Role, TeamId])[] = [],
): Promise<{ id: PersonId; email: string }> {
  hashed ??= hashPassword(testPassword)
  const password_hash = await hashed
  const id = newId('usr')
  const email = `${name.toLowerCase().replaceAll(/[^a-z]+/g, '.')}.${id.slice(-6).toLowerCase()}@acme.test`
  const assignments: RoleAssignment[] = roles.map(one =>
    typeof one === 'string' ? { role: one, team_id: null } : { role: one[0], team_id: one[1] },
  )
  await transact(running.app.db, async tx => {
    await touchRegistry(tx)
    const at = await clock(tx)
    await insertPerson(tx, { id, email, email_skeleton: emailSkeleton(email), name, password_hash }, at)
    for (const one of assignments) await grantRole(tx, id, one.role, one.team_id, id, at)
  })
  return { id, email }
}

/** Makes a person and signs them in. */
export async function person(
  running: Running,
  name: string,
  roles: readonly (Role | [Role, TeamId])[] = [],
): Promise<TestPerson> {
  return enter(running, await makePerson(running, name, roles))
}

/** Signs a person in once more. */
export async function enter(running: Running, { id, email }: { id: PersonId; email: string }): Promise<TestPerson> {
  const { hours, ...token } = await signIn(running.app, id, {
    method: 'password',
    user_agent: 'test',
    remote: '127.0.0.1',
  })
  const [cookie = ''] = (await running.app.sessions.issue(token, hours)).split(';')
  return {
    id,
    email,
    cookie,
    async call(method, path, body, { at = running.url, headers = {} } = {}) {
      const sent: Record<string, string> = {
        cookie,
        ...(method === 'GET' ? {} : { origin: at }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      }
      const response = await fetch(`${at}${path}`, {
        method,
        headers: sent,
        redirect: 'manual',
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
      return answered(response)
    },
  }
}

/** Signs in over HTTP as next-auth's credentials provider does. Answers the cookies, or the status of the refusal. */
export async function signInOverHttp(
  url: string,
  email: string,
  password: string,
): Promise<{ status: number; cookie: string; setCookies: string[]; json: unknown }> {
  const first = await fetch(`${url}/api/auth/csrf`)
  const jar = first.headers.getSetCookie().map(one => one.split(';')[0] ?? '')
  const { csrfToken } = z.object({ csrfToken: z.string() }).parse(await first.json())
  const response = await fetch(`${url}/api/auth/callback/credentials`, {
    method: 'POST',
    redirect: 'manual',
    headers: { 'content-type': 'application/x-www-form-urlencoded', cookie: jar.join('; '), origin: url },
    body: new URLSearchParams({ csrfToken, email, password, json: 'true' }),
  })
  const setCookies = response.headers.getSetCookie()
  const { json } = await answered(response)
  return {
    status: response.status,
    cookie: [...jar, ...setCookies.map(one => one.split(';')[0] ?? '')].join('; '),
    setCookies,
    json,
  }
}
