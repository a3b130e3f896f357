import type { SignedIn } from '@/lib/access/permission'
import { newId } from '@/server/db/id'
import type { Running } from '@/server/start'

/** One answer of the console: its status, its body and its etag. */
export interface ConsoleAnswer {
  readonly status: number
  readonly body: Record<string, unknown> & {
    items?: Record<string, unknown>[]
    code?: string
    errors?: { pointer: string }[]
  }
  readonly etag: string | null
}

/** A person at the console of a running instance: a real sign-in, a real cookie, the right Origin. */
export async function browser(running: Running, person: SignedIn) {
  const id = newId('sgn')
  await running.app.db.pool.query(
    `insert into sign_in (id, person_id, method, expires_at) values ($1, $2, 'test', holdpoint.now() + interval '30 days')`,
    [id, person.id],
  )
  const cookie =
    (await running.app.sessions.issue({ sub: person.id, sign_in: id, session_version: 1 }, 24)).split(';')[0] ?? ''
  return async (
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<ConsoleAnswer> => {
    const response = await fetch(`${running.url}/api/console${path}`, {
      method,
      headers: {
        cookie,
        origin: running.url,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    return { status: response.status, body: text === '' ? {} : JSON.parse(text), etag: response.headers.get('etag') }
  }
}
export type Browser = Awaited<ReturnType<typeof browser>>
