import { sha256 } from '@noble/hashes/sha2.js'
import { utf8ToBytes } from '@noble/hashes/utils.js'
import { z } from 'zod'
import type { VerifySignature } from '@/lib/access/passkey'
import { fromBase64url, toBase64url } from '@/lib/kernel/base64url'
import { canonical } from '@/lib/kernel/canonical'

/** How long a person has to sign what they were shown. */
export const countersignSeconds = 300

/**
 * What a countersignature says: this person gives this verdict on exactly this. `digest` is the digest as the log carries
 * it (salted, so that erased arguments cannot be guessed from it); `nonce` is 32 random bytes; both texts as they are signed.
 */
export interface Statement {
  readonly hold: string
  readonly verdict: string
  readonly digest: string
  readonly reviewer: string
  readonly nonce: string
  readonly expires_at: string
}

/** The challenge that a passkey signs: SHA-256 over the statement in its canonical form (RFC 8785). */
export function challengeOf({ hold, verdict, digest, reviewer, nonce, expires_at }: Statement): Uint8Array {
  return sha256(utf8ToBytes(canonical({ hold, verdict, digest, reviewer, nonce, expires_at })))
}

const binary = (max: number) =>
  z
    .string()
    .max(max)
    .refine(text => text !== '' && fromBase64url(text) !== null, 'must be base64url without padding')

/**
 * What the log keeps of a countersignature beside hold, verdict, digest and reviewer, which stand in the same event: with
 * them anyone can verify it, without us and without a network (WebAuthn Level 3 §7.2). `public_key` is SubjectPublicKeyInfo.
 */
export const evidence = z.strictObject({
  passkey: z.string().max(64),
  algorithm: z.union([z.literal(-7), z.literal(-8), z.literal(-257)]),
  public_key: binary(2_000),
  rp_id: z.string().min(1).max(253),
  nonce: binary(64),
  expires_at: z.iso.datetime(),
  client_data: binary(4_000),
  authenticator_data: binary(4_000),
  signature: binary(2_000),
})
export type Evidence = z.output<typeof evidence>

const clientData = z.looseObject({
  type: z.string(),
  challenge: z.string(),
  origin: z.string(),
  crossOrigin: z.boolean().optional(),
})

/** Flags of authenticator data (WebAuthn Level 3 §6.1). */
const flags = { present: 0x01, verified: 0x04 }

/**
 * Why this evidence does not prove the statement, in a sentence; null: it does. Everything that is needed is in the two.
 * @param at when it was recorded
 */
export function faultIn(statement: Statement, given: Evidence, at: Date, verify: VerifySignature): string | null {
  const [key, data, authenticator, signature] = [
    fromBase64url(given.public_key),
    fromBase64url(given.client_data),
    fromBase64url(given.authenticator_data),
    fromBase64url(given.signature),
  ]
  if (!key || !data || !authenticator || !signature) return 'it is not written as a countersignature is'
  const client = readClientData(data)
  if (!client) return 'its client data cannot be read'
  if (client.type !== 'webauthn.get') return 'it was made for something else than a signature'
  if (client.challenge !== toBase64url(challengeOf(statement)))
    return 'it was signed for another hold, verdict, digest, person or moment'
  if (client.crossOrigin === true) return 'it was made inside the page of somebody else'
  if (!isHostOf(client.origin, given.rp_id)) return 'it was made on another site'
  if (authenticator.length < 37 || toBase64url(authenticator.subarray(0, 32)) !== hashOf(given.rp_id))
    return 'its key belongs to another site'
  const set = authenticator[32] ?? 0
  if ((set & flags.present) === 0) return 'nobody was present when it was made'
  if ((set & flags.verified) === 0) return 'the key did not verify its person'
  const late = Date.parse(given.expires_at) - at.getTime()
  if (late < 0) return 'it came after its time'
  if (late > countersignSeconds * 1_000) return 'it was to be valid for longer than five minutes'
  const signed = new Uint8Array([...authenticator, ...sha256(data)])
  return verify(given.algorithm, key, signed, signature) ? null : 'its signature is not that of its key'
}

const hashOf = (text: string) => toBase64url(sha256(utf8ToBytes(text)))

function readClientData(bytes: Uint8Array): z.output<typeof clientData> | null {
  try {
    const read = clientData.safeParse(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)))
    return read.success ? read.data : null
  } catch {
    return null
  }
}

/** Is this the origin of the relying party, or of a host below it? */
function isHostOf(origin: string, rpId: string): boolean {
  if (!URL.canParse(origin)) return false
  const { hostname } = new URL(origin)
  return hostname === rpId || hostname.endsWith(`.${rpId}`)
}
