import { compactVerify, decodeProtectedHeader } from 'jose'
import { type PermitClaims, permitAlgorithm, permitClaims, permitType } from '@/lib/permit/permit'
import { graceSeconds, type Keyring } from './keys'

/** Longer than any permit of ours. */
const longest = 8_192

/**
 * Reads a permit that was presented: the claims, or null for whatever is not a permit that one of our keys has signed while
 * it was in force. One algorithm, one type, one key, found by its id; what a header says of other keys is never followed, and
 * no other key is tried (T04, T08). Time and everything it is bound to are judged afterwards.
 */
export async function readPermit(ring: Keyring, presented: unknown, at: Date): Promise<PermitClaims | null> {
  if (typeof presented !== 'string' || presented.length > longest) return null
  // The last letter carries two bits of the signature: with any other bits set it would be another text for the same permit.
  if (!/^[\w-]+\.[\w-]+\.[\w-]{85}[AQgw]$/.test(presented)) return null
  try {
    const header = decodeProtectedHeader(presented)
    const names = Object.keys(header).sort().join()
    if (names !== 'alg,kid,typ' || header.typ !== permitType || header.alg !== permitAlgorithm) return null
    const key = ring.find(header.kid ?? '')
    if (!key || (key.dead_at && key.dead_at <= at)) return null
    const { payload } = await compactVerify(presented, key.publicKey, { algorithms: [permitAlgorithm] })
    const claims = permitClaims.safeParse(JSON.parse(Buffer.from(payload).toString('utf8')))
    if (!claims.success || claims.data.iss !== ring.issuer) return null
    // A key that has been replaced signs nothing new: whoever still does has stolen it.
    const late = key.replaced_at && claims.data.iat * 1_000 > key.replaced_at.getTime() + graceSeconds * 1_000
    return late ? null : claims.data
  } catch {
    return null
  }
}
