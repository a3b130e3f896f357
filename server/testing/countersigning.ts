import { expect } from 'vitest'
import type { authenticator, Odd } from './authenticator'
import type { Person } from './world'

/** The address that instances of tests are configured with. */
export const origin = 'http://localhost'

type Key = ReturnType<typeof authenticator>

/** Registers a key as a person's browser does. */
export async function registerKey(person: Person, key: Key, name = 'Key', odd: Odd = {}) {
  const options = await person('POST', '/api/console/me/passkeys/options')
  expect(options.status).toBe(200)
  return person('POST', '/api/console/me/passkeys', { name, response: key.create(options.body, odd) })
}

/** Asks what is to be signed to approve this hold, as it is shown now. */
export async function askToSign(person: Person, hold: string, params?: Record<string, unknown>) {
  const { body } = await person('GET', `/api/console/holds/${hold}`)
  const digest: string = body.shown_digest
  const asked = await person('POST', `/api/console/holds/${hold}/countersignature`, {
    verdict: 'approve',
    digest,
    ...(params ? { params } : {}),
  })
  return { digest, asked }
}

/** Approves with whatever the key signs; `odd` is how it differs from an honest answer. */
export async function countersign(person: Person, hold: string, key: Key, odd: Odd = {}) {
  const { digest, asked } = await askToSign(person, hold)
  expect(asked.status).toBe(200)
  const signature = key.get(asked.body.options, odd)
  const sent = { verdict: 'approve', digest, signature }
  return { sent, asked, answer: await person('POST', `/api/console/holds/${hold}/reviews`, sent) }
}
