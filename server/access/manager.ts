import { accessEvent } from '@/lib/access/events'
import { mayEverywhere, type SignedIn } from '@/lib/access/permission'
import { etagOf, matchesEtag } from '@/lib/kernel/etag'
import type { PersonId } from '@/lib/kernel/id'
import { Refused } from '@/lib/kernel/problem'
import { clock, guardExclusive, touchRegistry } from '@/server/db/guard'
import { record } from '@/server/db/record'
import { type Reader, transact } from '@/server/db/tx'
import type { Instance } from '@/server/instance'
import { findManager, saveManager } from './manager-store'
import { findPerson } from './person-store'
import { readMember } from './views'

/** Whom somebody reports to, for whoever may see them. @throws Refused request.not_found */
export async function readManager(db: Reader, by: SignedIn, id: PersonId) {
  await readMember(db, by, id)
  const found = await findManager(db, id)
  if (!found) throw new Refused('request.not_found')
  return { manager: found.manager, etag: `v${found.version}` }
}

/**
 * Names whom somebody reports to: approval policies may ask the manager of whoever an agent acts for. Nobody names their own
 * manager, or themselves as one.
 * @throws Refused 403, 404, 412
 */
export async function setManager(
  app: Pick<Instance, 'db'>,
  by: SignedIn,
  id: PersonId,
  manager: PersonId | null,
  ifMatch: string | null,
): Promise<void> {
  if (!mayEverywhere(by, 'members.write')) throw new Refused('request.forbidden')
  if (id === by.id || manager === id)
    throw new Refused('request.forbidden', 'Somebody else has to change that for you.')
  await transact(app.db, async tx => {
    await touchRegistry(tx)
    const was = await findPerson(tx, id, true)
    if (!was || (manager !== null && !(await findPerson(tx, manager)))) throw new Refused('request.not_found')
    if (!matchesEtag(ifMatch, was.version))
      throw new Refused('request.precondition_failed', undefined, { carries: { etag: etagOf(was.version) } })
    // Whoever was the manager may be asked no longer: nothing is allowed by the old word afterwards.
    await guardExclusive(tx)
    const at = await clock(tx)
    if (!(await saveManager(tx, id, was.version, manager, by.id, at))) throw new Refused('request.precondition_failed')
    tx.hint('member', [id])
    const who = { kind: 'person', id: by.id } as const
    await record(tx, at, [accessEvent('person.manager_set', who, [id], { person_id: id, manager_id: manager })])
  })
}
