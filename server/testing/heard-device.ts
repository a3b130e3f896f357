import { deviceGrant } from '@/lib/access/device'
import type { Caller } from './heard'

/** Asks for a command line, lets it in, and fetches its token; and hears the noes on the way. */
export async function hearDevice(anybody: Caller, person: Caller): Promise<void> {
  const client_id = 'holdpoint-cli'
  const [ask, fetching] = ['/api/console/device', '/api/console/device/token']
  const asked = await anybody('POST', ask, {}, { client_id, machine: 'laptop' })
  await anybody('POST', ask, {}, { client_id, machine: 3 })
  const given = { grant_type: deviceGrant, client_id, device_code: asked.body.device_code }
  await anybody('POST', fetching, {}, given)
  await anybody('POST', fetching, {}, given)
  await person('GET', '/device/{code}', { code: asked.body.user_code })
  await person('GET', '/device/{code}', { code: 'BBBB-BBBB' })
  await person('POST', '/device/{code}', { code: asked.body.user_code }, { verdict: 'allow' })
  await person('POST', '/device/{code}', { code: asked.body.user_code }, { verdict: 'deny' })
  await anybody('POST', fetching, {}, given)
  await anybody('POST', fetching, {}, given)
  await person('GET', '/me/sign-ins')
}
