import type { PasskeyChange } from '@/lib/access/passkey-notice'
import type { PersonId } from '@/lib/kernel/id'
import type { Reader, Tx } from '@/server/db/tx'
import type { Instance } from '@/server/instance'
import { enqueue } from './outbox-store'
import { keepTold, readTold } from './passkey-told-store'

const shownDays = 30

interface Told {
  readonly person_id: PersonId
  readonly kind: PasskeyChange['kind']
  /** What tells this change from others of its kind: a key's id, or the moment of a reset. */
  readonly of: string
  readonly by: PersonId
  /** The address that the client connected from. */
  readonly from: string
  readonly keys: number
  readonly signs_from?: Date
}

/**
 * Tells the owner of passkeys that some were registered, removed or reset, in the transaction that does it: in the app, and by
 * every channel that reaches them, also in quiet hours. Whoever is signed in as them can change what they prefer, and must not
 * keep them from hearing of this.
 */
export async function tellOwner(app: Pick<Instance, 'config'>, tx: Tx, at: Date, told: Told): Promise<void> {
  const { person_id, by, from, keys } = told
  const change: PasskeyChange = {
    kind: told.kind,
    at: at.toISOString(),
    from,
    by,
    keys,
    signs_from: told.signs_from?.toISOString() ?? null,
  }
  const [kind, payload] = [`${told.kind}.${told.of}`, JSON.stringify(change)]
  await keepTold(tx, person_id, kind, payload, at)
  const message = { subject_id: person_id, kind, person_id, payload, urgent: true }
  await enqueue(tx, at, [{ ...message, channels: ['mail', 'slack', 'push'] }], app.config.smtp !== null)
}

/** What became of somebody's passkeys in the last thirty days, as they are shown it; it cannot be taken away. */
export async function showTold(db: Reader, person: PersonId, at: Date) {
  const found = await readTold(db, person, new Date(at.getTime() - shownDays * 86_400_000))
  return found.map(({ change, name }) => ({
    kind: change.kind,
    at: change.at,
    from: change.from,
    keys: change.keys,
    signs_from: change.signs_from,
    by: { id: change.by, name },
  }))
}
