import { deviceGrant } from '@/lib/access/device'
import type { Running } from '@/server/start'
import { type Answered, answered, type TestPerson } from './people'

/** Posts what a command line posts: JSON, and neither a cookie nor an origin. */
export async function postDevice(url: string, path: '' | '/token', body: Record<string, unknown>): Promise<Answered> {
  return answered(
    await fetch(`${url}/api/console/device${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ client_id: 'holdpoint-cli', ...body }),
    }),
  )
}

/** Asks whether the person has let it in. */
export const redeem = (url: string, device_code: string): Promise<Answered> =>
  postDevice(url, '/token', { grant_type: deviceGrant, device_code })

/** Lets a command line in as this person, in three requests; answers its token. */
export async function personalToken(
  running: Pick<Running, 'url'>,
  person: TestPerson,
  more: { readonly scope?: 'read' | 'decide'; readonly days?: number; readonly machine?: string } = {},
): Promise<string> {
  const asked = (await postDevice(running.url, '', { machine: 'laptop', ...more })).json
  const path = `/api/console/device/${asked.user_code}`
  const { status } = await person.call('POST', path, { verdict: 'allow' }, { at: running.url })
  if (status !== 204) throw new Error(`not let in: ${status}`)
  return (await redeem(running.url, asked.device_code)).json.access_token
}

/** Calls a path of the console with a token, as a command line does. */
export async function callWith(
  url: string,
  token: string,
  method: string,
  path: string,
  body?: unknown,
): Promise<Answered> {
  return answered(
    await fetch(url + path, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    }),
  )
}
