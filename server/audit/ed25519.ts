import { createPrivateKey, createPublicKey, hash, sign, verify } from 'node:crypto'
import type { Verify } from '@/lib/audit/checkpoint'
import type { Sha256 } from '@/lib/audit/merkle'

const pkcs8 = Buffer.from('302e020100300506032b657004220420', 'hex')
const spki = Buffer.from('302a300506032b6570032100', 'hex')

/** Node's SHA-256. */
export const nodeSha256: Sha256 = bytes => hash('sha256', bytes, 'buffer')

/** An Ed25519 key from its 32 secret bytes (RFC 8032). */
export function ed25519Key(secret: Buffer): { publicKey: Buffer; sign: (message: Uint8Array) => Buffer } {
  const key = createPrivateKey({ key: Buffer.concat([pkcs8, secret]), format: 'der', type: 'pkcs8' })
  const publicKey = createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(-32)
  return { publicKey, sign: message => sign(null, message, key) }
}

/** Verifies an Ed25519 signature; false for whatever is not one. */
export const verifyEd25519: Verify = (publicKey, message, signature) => {
  try {
    return verify(
      null,
      message,
      createPublicKey({ key: Buffer.concat([spki, publicKey]), format: 'der', type: 'spki' }),
      signature,
    )
  } catch {
    return false
  }
}
