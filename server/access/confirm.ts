import { accessEvent } from '@/lib/access/events'
import type { SignedIn } from '@/lib/access/permission'
import { Refused } from '@/lib/kernel/problem'
import { clock } from '@/server/db/guard'
import { record } from '@/server/db/record'
import { reader, transact } from '@/server/db/tx'
import type { Instance } from '@/server/instance'
import { hashPassword, passwordMatches } from './password'
import { findPasswordHash, findPerson, savePassword } from './person-store'
import type { SessionToken } from './sessions'
import { recordFailure, type SignInWay, signIn } from './sign-in'
import { confirmSignIn, revokeSignIns } from './sign-in-store'

/** Compares with the person's own password. @throws Refused `sign_in.failed` */
async function demandPassword(app: Pick<Instance, 'db'>, person: SignedIn, password: string): Promise<void> {
  if (await passwordMatches(await findPasswordHash(reader(app.db.pool), person.id), password)) return
  await recordFailure(app, person.id, 'password')
  throw new Refused('sign_in.failed', 'That is not your password.')
}

/** The password again makes this sign-in fresh for ten minutes. @throws Refused `sign_in.failed` */
export async function confirmPerson(app: Pick<Instance, 'db'>, person: SignedIn, password: string): Promise<void> {
  await demandPassword(app, person, password)
  await transact(app.db, async tx => {
    const at = await clock(tx)
    await confirmSignIn(tx, person.sign_in_id, at)
    const data = { person_id: person.id, sign_in_id: person.sign_in_id }
    await record(tx, at, [accessEvent('person.confirmed', { kind: 'person', id: person.id }, [person.id], data)])
  })
}

/** A new password ends every sign-in, this one too, and begins another (A10). @throws Refused `sign_in.failed` */
export async function changePassword(
  app: Pick<Instance, 'db'>,
  person: SignedIn,
  given: { current: string; password: string },
  way: SignInWay,
): Promise<SessionToken & { hours: number }> {
  await demandPassword(app, person, given.current)
  const hash = await hashPassword(given.password)
  await transact(app.db, async tx => {
    const row = await findPerson(tx, person.id, true)
    if (!row) throw new Refused('session.required')
    const at = await clock(tx)
    await savePassword(tx, row.id, hash)
    const sign_in_ids = await revokeSignIns(tx, row.id, {}, at)
    tx.hint('sign_in', sign_in_ids)
    const by = { kind: 'person', id: row.id } as const
    await record(tx, at, [
      accessEvent('person.password_changed', by, [row.id], { person_id: row.id }),
      accessEvent('sign_in.revoked', by, [row.id], { person_id: row.id, sign_in_ids }),
    ])
  })
  return signIn(app, person.id, way)
}
