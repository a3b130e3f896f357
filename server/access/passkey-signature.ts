import { createPublicKey, verify } from 'node:crypto'
import type { VerifySignature } from '@/lib/access/passkey'

const kinds = { [-7]: 'ec', [-8]: 'ed25519', [-257]: 'rsa' } as const

/** Verifies what a passkey has signed, with Node's own cryptography. */
export const verifyPasskey: VerifySignature = (algorithm, publicKey, data, signature) => {
  try {
    const key = createPublicKey({ key: Buffer.from(publicKey), format: 'der', type: 'spki' })
    return (
      key.asymmetricKeyType === kinds[algorithm] && verify(algorithm === -8 ? null : 'sha256', data, key, signature)
    )
  } catch {
    return false
  }
}
