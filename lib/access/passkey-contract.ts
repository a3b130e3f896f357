import { z } from 'zod'
import { count, etag, free, moment, perhapsNamed } from '@/lib/kernel/answers'
import { shownName } from './contract'
import { passkeyChangeKinds } from './passkey-notice'

const binary = (max: number) =>
  z
    .string()
    .max(max)
    .regex(/^[A-Za-z0-9_-]+$/, 'must be base64url without padding')
const credential = {
  id: binary(1_400),
  rawId: binary(1_400),
  type: z.literal('public-key'),
  authenticatorAttachment: z.enum(['platform', 'cross-platform']).nullish(),
  clientExtensionResults: z.record(z.string(), z.unknown()).default({}),
}
const name = shownName(60)

/** `RegistrationResponseJSON` (WebAuthn Level 3 §5.1), and what the person calls the key. */
export const addPasskeyBody = z.strictObject({
  name,
  response: z.strictObject({
    ...credential,
    response: z.object({
      clientDataJSON: binary(8_000),
      attestationObject: binary(32_000),
      // Ways that are not known yet are kept, and given back as they were (WebAuthn Level 3 §5.8.4).
      transports: z
        .array(z.string().regex(/^[a-z0-9-]{1,32}$/))
        .max(10)
        .optional(),
    }),
  }),
})
export type AddPasskeyBody = z.output<typeof addPasskeyBody>

export const renamePasskeyBody = z.strictObject({ name })
export const resetPasskeysBody = z.strictObject({ reason: z.string().trim().min(1).max(500) })

/** `AuthenticationResponseJSON` (WebAuthn Level 3 §5.1): what a browser answers when a key has signed. */
export const assertionBody = z.strictObject({
  ...credential,
  response: z.object({
    clientDataJSON: binary(4_000),
    authenticatorData: binary(4_000),
    signature: binary(2_000),
    userHandle: z.string().max(200).nullish(),
  }),
})
export type Assertion = z.output<typeof assertionBody>

/** A key of mine, as my account page shows it. */
export const passkey = z.object({
  id: z.string(),
  name: z.string(),
  created_at: moment,
  last_used_at: moment.nullable(),
  /** Before this it countersigns nothing: it is new. */
  signs_from: moment,
  cooling: z.boolean(),
  /** Kept by its maker's cloud too, so that it survives the loss of the device. */
  backed_up: z.boolean(),
  etag,
})
/** What became of my keys, by whom and from which address: what I was told, too. */
const change = z.object({
  kind: z.enum(passkeyChangeKinds),
  at: moment,
  from: z.string(),
  by: perhapsNamed,
  keys: count,
  signs_from: moment.nullable(),
})
/**
 * `next_cools`: one that is registered now may countersign after a day only, for there was one before. `changes`: of the last
 * thirty days, newest first.
 */
export const passkeys = z.object({
  items: z.array(passkey),
  limit: count,
  rp_id: z.string(),
  next_cools: z.boolean(),
  changes: z.array(change),
})

/** What is handed to `navigator.credentials` (WebAuthn Level 3 §5.1.8, §5.1.9). */
export const webauthnOptions = free
