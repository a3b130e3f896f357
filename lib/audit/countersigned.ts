import type { VerifySignature } from '@/lib/access/passkey'
import { passkeyEvents } from '@/lib/access/passkey-events'
import { evidence, faultIn } from '@/lib/hold/countersignature'
import { holdEvents } from '@/lib/hold/events'
import type { SealedEvent } from './export'

/** Proves every countersignature of a log, from the log alone. */
export interface Countersignatures {
  /** Takes the next event, in the order of the log. Answers why a countersignature in it proves nothing; null: none is wrong. */
  take(event: SealedEvent): string | null
  /** How many have been proven. */
  proven(): number
}

interface Key {
  readonly person: string
  readonly algorithm: number
  readonly public_key: string
  readonly rp_id: string
  readonly signs_from: string
}

/**
 * Opens a reader of countersignatures. One counts where its own key signed exactly what its event says, in time, once, and
 * where that key was the reviewer's by the log before it, past its first day, and not removed.
 */
export function openCountersignatures(verify: VerifySignature): Countersignatures {
  const keys = new Map<string, Key>()
  const nonces = new Set<string>()
  let count = 0

  const learn = (event: SealedEvent): void => {
    if (event.type === 'passkey.added') {
      const read = passkeyEvents['passkey.added'].safeParse(event.data)
      if (!read.success || (event.by.kind === 'person' && event.by.id !== read.data.person_id)) return
      const { passkey, person_id: person, algorithm, public_key, rp_id, signs_from } = read.data
      keys.set(passkey, { person, algorithm, public_key, rp_id, signs_from })
    } else if (event.type === 'passkey.removed') {
      const read = passkeyEvents['passkey.removed'].safeParse(event.data)
      if (read.success) keys.delete(read.data.passkey)
    } else if (event.type === 'passkey.reset') {
      const read = passkeyEvents['passkey.reset'].safeParse(event.data)
      for (const one of read.success ? read.data.passkeys : []) keys.delete(one)
    }
  }

  const prove = (event: SealedEvent): string | null => {
    const review = holdEvents['hold.reviewed'].safeParse(event.data)
    const given = evidence.safeParse(event.data.countersignature)
    if (!review.success || !given.success) return 'a countersignature is not written as one is'
    const { hold, verdict, digest } = review.data
    const { nonce, expires_at } = given.data
    const key = keys.get(given.data.passkey)
    if (!key || key.person !== event.by.id || event.by.kind !== 'person')
      return 'it was countersigned with a key that was not its reviewer’s'
    if (
      key.public_key !== given.data.public_key ||
      key.algorithm !== given.data.algorithm ||
      key.rp_id !== given.data.rp_id
    )
      return 'it was countersigned with another key than the one that was registered'
    if (Date.parse(key.signs_from) > Date.parse(event.at)) return 'it was countersigned with a key that was too new'
    if (nonces.has(nonce)) return 'a countersignature was used a second time'
    nonces.add(nonce)
    const statement = { hold, verdict, digest, reviewer: event.by.id, nonce, expires_at }
    const fault = faultIn(statement, given.data, new Date(event.at), verify)
    return fault && `a countersignature does not hold: ${fault}`
  }

  return {
    take(event) {
      learn(event)
      if (event.type !== 'hold.reviewed' || event.data.countersignature === undefined) return null
      const fault = prove(event)
      if (!fault) count++
      return fault
    },
    proven: () => count,
  }
}
