import { mayEverywhere, type SignedIn } from '@/lib/access/permission'
import { Refused } from '@/lib/kernel/problem'
import { assertFresh } from '@/server/access/fresh'
import { clock } from '@/server/db/guard'
import { record } from '@/server/db/record'
import { transact } from '@/server/db/tx'
import type { Instance } from '@/server/instance'
import { openKeyring } from './keys'

/**
 * Puts a new signing key in force. Permits of the old one are good until they end by themselves, or from now on nowhere
 * online if it may be known to somebody (`at_once`). The key is made first and takes over after its record is committed: if
 * that fails, nothing has changed. @throws Refused request.forbidden, session.stale
 */
export async function rotatePermitKey(
  app: Pick<Instance, 'db' | 'config'>,
  person: SignedIn,
  { reason, at_once }: { reason: string; at_once: boolean },
): Promise<{ kid: string; replaced: string }> {
  if (!mayEverywhere(person, 'settings.write')) throw new Refused('request.forbidden')
  const at = await transact(app.db, clock)
  assertFresh(person, at)
  const next = openKeyring(app).prepare(at, at_once)
  try {
    await transact(app.db, tx =>
      record(tx, at, [
        {
          type: 'permit.key_rotated',
          by: { kind: 'person', id: person.id },
          subjects: ['permits'],
          data: { kid: next.kid, replaced: next.replaces, at_once, reason },
        },
      ]),
    )
    next.begin()
  } catch (error) {
    next.drop()
    throw error
  }
  return { kid: next.kid, replaced: next.replaces }
}
