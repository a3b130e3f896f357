/** Keys that one person has at a time. */
export const maxPasskeys = 10

/** How long somebody has to answer their browser while a key is registered. */
export const registrationSeconds = 300

/** How long a key that was not the person's first one may not countersign. */
export const coolingSeconds = 86_400

/**
 * From when on a key that is registered now may countersign. The very first key of a person may at once. Every later one
 * cools down for a day, whether the others are still there, were removed, or were reset by an administrator: by then the
 * person has seen that there is a key they know nothing of, and can remove it.
 * @param hadOne whether the person has ever had a key
 */
export function signsFrom(at: Date, hadOne: boolean): Date {
  return hadOne ? new Date(at.getTime() + coolingSeconds * 1_000) : at
}

/** The kinds of key that can countersign (COSE): ECDSA P-256 with SHA-256, Ed25519, RSA PKCS #1 v1.5 with SHA-256. */
export const algorithms = [-7, -8, -257] as const
export type Algorithm = (typeof algorithms)[number]

/** Verifies one signature over `data`; `publicKey` is SubjectPublicKeyInfo. False for whatever is not one. */
export type VerifySignature = (
  algorithm: Algorithm,
  publicKey: Uint8Array,
  data: Uint8Array,
  signature: Uint8Array,
) => boolean
