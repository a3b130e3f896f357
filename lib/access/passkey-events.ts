import { z } from 'zod'
import type { EventDraft } from '@/lib/kernel/event'
import type { Principal } from '@/lib/kernel/principal'

/**
 * What may be recorded of passkeys, by type. The public key is in the log, so that it alone says whose signature counts at
 * any moment; what its owner calls a key is not.
 */
export const passkeyEvents = {
  'passkey.added': z.strictObject({
    person_id: z.string(),
    passkey: z.string(),
    /** COSE: -7, -8 or -257. */
    algorithm: z.number().int(),
    /** SubjectPublicKeyInfo, base64url. */
    public_key: z.string(),
    rp_id: z.string(),
    /** Before this it countersigns nothing. */
    signs_from: z.iso.datetime(),
  }),
  'passkey.removed': z.strictObject({ person_id: z.string(), passkey: z.string() }),
  'passkey.reset': z.strictObject({ person_id: z.string(), passkeys: z.array(z.string()), reason: z.string() }),
  'organisation.countersigning_set': z.strictObject({ was: z.string(), tier: z.string() }),
} as const

/** Drafts one of these events; the type decides what its data must be. */
export function passkeyEvent<T extends keyof typeof passkeyEvents>(
  type: T,
  by: Principal,
  subjects: readonly string[],
  data: z.output<(typeof passkeyEvents)[T]>,
): EventDraft {
  return { type, by, subjects, data }
}
