import { createPublicKey, type KeyObject, verify } from 'node:crypto'
import { isObject } from './answer.ts'

interface Opened {
  readonly claims: Record<string, unknown>
  readonly issuer: unknown
}

/** The keys that Holdpoint publishes. `open` answers null for what none of them signed. */
export interface PublishedKeys {
  open(permit: string): Promise<Opened | null | 'unreachable'>
}

/** A key that was withdrawn is gone from here after this long; without an answer nothing older is believed. */
const freshMs = 30_000
const againMs = 1_000

/** Keys by their id, from `/.well-known/jwks.json` and from nowhere that a permit names. */
export function publishedKeys(url: string, ask: typeof fetch, now: () => number): PublishedKeys {
  let keys = new Map<string, KeyObject>()
  let issuer: unknown = null
  let readAt = Number.NEGATIVE_INFINITY
  let reading: Promise<boolean> | null = null

  const load = async (): Promise<boolean> => {
    try {
      const asked = now()
      const answer = await ask(`${url}/.well-known/jwks.json`, {
        redirect: 'error',
        signal: AbortSignal.timeout(5_000),
      })
      const set: unknown = await answer.json()
      if (answer.status !== 200 || !isObject(set) || !Array.isArray(set.keys)) return false
      keys = new Map(set.keys.flatMap((one: unknown) => keyOf(one)))
      issuer = set.issuer
      readAt = asked
      return true
    } catch {
      return false
    }
  }
  const read = () => {
    reading ??= load().finally(() => {
      reading = null
    })
    return reading
  }
  return {
    async open(permit) {
      const parts = /^([\w-]{1,1024})\.([\w-]{1,8192})\.([\w-]{85}[AQgw])$/.exec(permit)
      const [, head = '', body = '', signature = ''] = parts ?? []
      const header = parts && json(head)
      // One algorithm, one type, and no word about other keys.
      if (!header || Object.keys(header).sort().join() !== 'alg,kid,typ') return null
      const { alg, kid, typ } = header
      if (alg !== 'EdDSA' || typ !== 'holdpoint-permit+jwt' || typeof kid !== 'string') return null
      const old = now() - readAt
      if (old > freshMs || (!keys.has(kid) && old > againMs)) if (!(await read())) return 'unreachable'
      const key = keys.get(kid)
      const claims = json(body)
      const good = key && verify(null, Buffer.from(`${head}.${body}`), key, Buffer.from(signature, 'base64url'))
      return good && claims ? { claims, issuer } : null
    },
  }
}

function json(part: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'))
    return isObject(value) ? value : null
  } catch {
    return null
  }
}

function keyOf(one: unknown): [string, KeyObject][] {
  if (!isObject(one) || one.kty !== 'OKP' || one.crv !== 'Ed25519') return []
  const { kid, x } = one
  if (typeof kid !== 'string' || typeof x !== 'string') return []
  try {
    return [[kid, createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' })]]
  } catch {
    return []
  }
}
