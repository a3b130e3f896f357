import type { SignedIn } from '@/lib/access/permission'
import { clock } from '@/server/db/guard'
import { reader } from '@/server/db/tx'
import type { Instance } from '@/server/instance'
import { findPeople, mayStandIn } from './people-store'
import { type AbsenceRow, listAbsences } from './store'
import { absenceShown, farAhead } from './views'

/**
 * When this person is away from now on, who has named them, and whom they may name. `alone`: the stand-in is away too for a part
 * of that time, in which messages go to the person themselves; nobody reads for a stand-in (A18).
 */
export async function showOwnAbsences(app: Pick<Instance, 'db'>, person: SignedIn) {
  const db = reader(app.db.pool)
  const at = await clock(db)
  const all = await listAbsences(db, at, new Date(at.getTime() + farAhead))
  const concerning = all
    .filter(one => one.person_id === person.id || one.stand_in_id === person.id)
    .toSorted((a, b) => a.from.getTime() - b.from.getTime())
  const ids = concerning.flatMap(one => [one.person_id, one.by, ...(one.stand_in_id ? [one.stand_in_id] : [])])
  const people = new Map((await findPeople(db, [...new Set(ids)])).map(one => [one.id, one]))
  const meanwhile = (one: AbsenceRow) =>
    all.some(other => other.person_id === one.stand_in_id && other.from < one.until && other.until > one.from)
  const shown = (one: AbsenceRow) => ({
    ...absenceShown(people, one, person),
    begun: one.from <= at,
    alone: one.stand_in_id !== null && (meanwhile(one) || people.get(one.stand_in_id)?.active !== true),
  })
  return {
    mine: concerning.filter(one => one.person_id === person.id).map(shown),
    named_by: concerning.filter(one => one.stand_in_id === person.id).map(shown),
    stand_ins: await mayStandIn(db, person.id),
  }
}
