import { hash, verify } from '@node-rs/argon2'

/** Hashes a password with argon2id at the library's (OWASP's) cost. */
export function hashPassword(password: string): Promise<string> {
  return hash(password)
}

let decoy: Promise<string> | undefined

/**
 * Compares a password with a person's hash. Where there is none (nobody has that address, or they sign in elsewhere) it
 * is compared with a decoy, so that the answer takes as long and tells nothing.
 */
export async function passwordMatches(stored: string | null, password: string): Promise<boolean> {
  decoy ??= hash('the password of nobody')
  const same = await verify(stored ?? (await decoy), password).catch(() => false)
  return stored !== null && same
}
