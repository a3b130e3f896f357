import { compactVerify, decodeProtectedHeader } from 'jose'
import { type PermitClaims, permitAlgorithm, permitClaims, permitType } from '@/lib/permit/permit'
import { graceSeconds, type Keyring, type PermitKey } from './keys'

/** Longer than any permit of ours. */
const longest = 8_192

/** A permit as one of our keys has signed it; whether that key was in force then, and is, time says. */
export interface SignedPermit {
  readonly claims: PermitClaims
  readonly key: PermitKey
}

/**
 * Reads a permit that was presented: the claims, or null for whatever is not a permit that one of our keys has signed while
 * it was in force. Time and everything it is bound to are judged afterwards.
 */
export async function readPermit(ring: Keyring, presented: unknown, at: Date): Promise<PermitClaims | null> {
  const read = await readSigned(ring, presented)
  return read && isInForce(read, at) ? read.claims : null
}

/** Was it signed by a key that is not dead at this time, and while that key still signed? */
export function isInForce({ claims, key }: SignedPermit, at: Date): boolean {
  if (key.dead_at && key.dead_at <= at) return false
  // A key that has been replaced signs nothing new: whoever still does has stolen it.
  return !key.replaced_at || claims.iat * 1_000 <= key.replaced_at.getTime() + graceSeconds * 1_000
}

/**
 * The same without the question of time, for those who read the clock later. One algorithm, one type, one key, found by its id;
 * what a header says of other keys is never followed, and no other key is tried (T04, T08).
 */
export async function readSigned(ring: Keyring, presented: unknown): Promise<SignedPermit | null> {
  if (typeof presented !== 'string' || presented.length > longest) return null
  // The last letter carries two bits of the signature: with any other bits set it would be another text for the same permit.
  if (!/^[\w-]+\.[\w-]+\.[\w-]{85}[AQgw]$/.test(presented)) return null
  try {
    const header = decodeProtectedHeader(presented)
    const names = Object.keys(header).sort().join()
    if (names !== 'alg,kid,typ' || header.typ !== permitType || header.alg !== permitAlgorithm) return null
    const key = ring.find(header.kid ?? '')
    if (!key) return null
    const { payload } = await compactVerify(presented, key.publicKey, { algorithms: [permitAlgorithm] })
    const claims = permitClaims.safeParse(JSON.parse(Buffer.from(payload).toString('utf8')))
    if (!claims.success || claims.data.iss !== ring.issuer) return null
    return { claims: claims.data, key }
  } catch {
    return null
  }
}
