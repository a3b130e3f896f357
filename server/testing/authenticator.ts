import { createHash, createPublicKey, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'

type Cbor = number | string | Uint8Array | ReadonlyMap<Cbor, Cbor>

function head(major: number, value: number): Buffer {
  if (value < 24) return Buffer.of((major << 5) | value)
  if (value < 256) return Buffer.of((major << 5) | 24, value)
  return Buffer.of((major << 5) | 25, value >> 8, value & 255)
}

/** CBOR as authenticators write it (CTAP2 canonical form, RFC 8949): integers, text, bytes and maps. */
function cbor(value: Cbor): Buffer {
  if (typeof value === 'number') return value < 0 ? head(1, -1 - value) : head(0, value)
  if (typeof value === 'string') return Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)])
  if (value instanceof Uint8Array) return Buffer.concat([head(2, value.length), value])
  return Buffer.concat([head(5, value.size), ...[...value].flatMap(([key, one]) => [cbor(key), cbor(one)])])
}

const bytesOf = (text: string | undefined) => Buffer.from(text ?? '', 'base64url')

/** The public key as COSE has it (RFC 9053). */
function coseOf(key: KeyObject, algorithm: Algorithm): Buffer {
  const { x, y, n, e } = createPublicKey(key).export({ format: 'jwk' })
  if (algorithm === -257)
    return cbor(new Map<Cbor, Cbor>([[1, 3], [3, -257], [-1, bytesOf(n)], [-2, bytesOf(e)]])) // biome-ignore format: one line a member says more
  if (algorithm === -8)
    return cbor(new Map<Cbor, Cbor>([[1, 1], [3, -8], [-1, 6], [-2, bytesOf(x)]])) // biome-ignore format: one line a member says more
  return cbor(new Map<Cbor, Cbor>([[1, 2], [3, -7], [-1, 1], [-2, bytesOf(x)], [-3, bytesOf(y)]])) // biome-ignore format: one line a member says more
}

type Algorithm = -7 | -8 | -257

const pairs = {
  [-7]: () => generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  [-8]: () => generateKeyPairSync('ed25519'),
  [-257]: () => generateKeyPairSync('rsa', { modulusLength: 2_048 }),
} as const

/** How this answer differs from an honest one. */
export interface Odd {
  readonly origin?: string
  readonly rpId?: string
  readonly type?: string
  readonly crossOrigin?: boolean
  readonly verified?: boolean
  readonly present?: boolean
  readonly counter?: number
  readonly challenge?: string
}

interface Asked {
  readonly challenge: string
  readonly rp?: { readonly id?: string }
  readonly rpId?: string
}

/** An authenticator in software: one key, true CBOR, true signatures (WebAuthn Level 3 §6). */
export function authenticator(origin: string, algorithm: Algorithm = -7) {
  const { privateKey } = pairs[algorithm]()
  const id = randomBytes(32)
  let counter = 0
  const dataOf = (rpId: string, odd: Odd, attested: Uint8Array | null) => {
    const flags = (odd.present === false ? 0 : 1) | (odd.verified === false ? 0 : 4) | (attested ? 64 : 0)
    const count = Buffer.alloc(4)
    count.writeUInt32BE(odd.counter ?? ++counter)
    const rp = createHash('sha256').update(rpId).digest()
    return Buffer.concat([rp, Buffer.of(flags), count, ...(attested ? [attested] : [])])
  }
  const client = (type: string, asked: Asked, odd: Odd) =>
    Buffer.from(
      JSON.stringify({
        type: odd.type ?? type,
        challenge: odd.challenge ?? asked.challenge,
        origin: odd.origin ?? origin,
        crossOrigin: odd.crossOrigin ?? false,
      }),
    )
  const frame = {
    id: id.toString('base64url'),
    rawId: id.toString('base64url'),
    type: 'public-key' as const,
    clientExtensionResults: {},
  }
  return {
    id: frame.id,
    privateKey,
    /** Answers `navigator.credentials.create` as a browser would send it. */
    create(asked: Asked, odd: Odd = {}) {
      const attested = Buffer.concat([Buffer.alloc(16), Buffer.of(0, id.length), id, coseOf(privateKey, algorithm)])
      const authData = dataOf(odd.rpId ?? asked.rp?.id ?? '', odd, attested)
      const attestation = new Map<Cbor, Cbor>([
        ['fmt', 'none'],
        ['attStmt', new Map()],
        ['authData', authData],
      ])
      return {
        ...frame,
        response: {
          clientDataJSON: client('webauthn.create', asked, odd).toString('base64url'),
          attestationObject: cbor(attestation).toString('base64url'),
          transports: ['internal' as const],
        },
      }
    },
    /** Answers `navigator.credentials.get` as a browser would send it. */
    get(asked: Asked, odd: Odd = {}) {
      const authData = dataOf(odd.rpId ?? asked.rpId ?? '', odd, null)
      const clientData = client('webauthn.get', asked, odd)
      const signed = Buffer.concat([authData, createHash('sha256').update(clientData).digest()])
      return {
        ...frame,
        response: {
          clientDataJSON: clientData.toString('base64url'),
          authenticatorData: authData.toString('base64url'),
          signature: sign(algorithm === -8 ? null : 'sha256', signed, privateKey).toString('base64url'),
        },
      }
    },
  }
}
