import { authenticator } from './authenticator'
import { origin } from './countersigning'
import type { Caller } from './heard'

/** Registers, names, removes and resets passkeys, asks what would be signed, and hears the noes on the way. */
export async function hearPasskeys(person: Caller, administrator: Caller, id: string, hold: string): Promise<void> {
  const mine = '/me/passkeys'
  const register = async (name: string) => {
    const options = await person('POST', `${mine}/options`)
    return person('POST', mine, {}, { name, response: authenticator(origin).create(options.body) })
  }
  await person('GET', mine)
  const none = await person('GET', '/holds/{id}', { id: hold })
  const asked = { verdict: 'approve', digest: none.body.shown_digest }
  await person('POST', '/holds/{id}/countersignature', { id: hold }, asked)
  const added = await register('First')
  await register('Second')
  const { id: key, etag } = added.body.items[0]
  await person('PATCH', `${mine}/{id}`, { id: key }, { name: 'Desk' }, { 'if-match': `"${etag}"` })
  await person('PATCH', `${mine}/{id}`, { id: key }, { name: 'Bag' }, { 'if-match': `"${etag}"` })
  await person('POST', mine, {}, { name: 'Again', response: authenticator(origin).create({ challenge: 'AAAA' }) })
  await person('POST', '/holds/{id}/countersignature', { id: hold }, asked)
  await person('POST', '/holds/{id}/countersignature', { id: hold }, { ...asked, digest: 'sha256:0' })
  await person('DELETE', `${mine}/{id}`, { id: key })
  await person('DELETE', `${mine}/{id}`, { id: key })
  await administrator('POST', '/members/{id}/passkeys/reset', { id }, { reason: 'Lost' })
  await administrator('POST', '/members/{id}/passkeys/reset', { id }, {})
}
