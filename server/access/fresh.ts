import type { SignedIn } from '@/lib/access/permission'
import { Refused } from '@/lib/kernel/problem'

/** How long a password counts as just given. */
export const freshSeconds = 600

/**
 * Refuses a person whose sign-in is older than ten minutes, and every personal token: it is nobody's password just given.
 * `at` is the database's clock. @throws Refused `session.stale`
 */
export function assertFresh(person: Pick<SignedIn, 'signed_in_at' | 'token'>, at: Date): void {
  if (person.token) throw new Refused('session.stale', 'This needs a fresh sign-in: do it in the browser.')
  if (at.getTime() - person.signed_in_at.getTime() > freshSeconds * 1_000) throw new Refused('session.stale')
}
