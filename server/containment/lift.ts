import type { SignedIn } from '@/lib/access/permission'
import type { Containment } from '@/lib/containment/containment'
import { containmentEvent } from '@/lib/containment/events'
import { isGrave, lifting } from '@/lib/containment/lifting'
import type { EventDraft } from '@/lib/kernel/event'
import type { PersonId } from '@/lib/kernel/id'
import { Refused } from '@/lib/kernel/problem'
import { clock, touchRegistry } from '@/server/db/guard'
import { record } from '@/server/db/record'
import { type Reader, type Tx, transact } from '@/server/db/tx'
import { proposeChange } from '@/server/hold/propose'
import type { Instance } from '@/server/instance'
import { mayLift, visibleTarget } from './authority'
import { subjectsOf } from './contain'
import { findContainment, type Home, liftRow, standsAloneIn } from './switch-store'

/** The state of a switch that a lift is based on. */
export const basis = (containment: Containment) => `e${containment.epoch}`

async function inForce(db: Reader, person: SignedIn, id: string): Promise<{ containment: Containment; home: Home }> {
  const containment = await findContainment(db, id)
  if (!containment) throw new Refused('request.not_found')
  const home = await visibleTarget(db, person, containment.target)
  if (containment.lifted_at) throw new Refused('containment.lifted')
  return { containment, home }
}

/** How this person may lift it, judged now. */
async function judge(db: Reader, person: SignedIn, containment: Containment, home: Home, now: Date) {
  return lifting(
    containment,
    {
      id: person.id,
      may_lift: mayLift(person, home),
      is_owner: home.owner === person.id,
      alone: await standsAloneIn(db, person.id),
    },
    now,
  )
}

/**
 * Lifts a switch: at once, or by asking a second person.
 * @returns the lifted containment, or the hold under which another person must agree.
 * @throws Refused `request.not_found`, `request.forbidden`, `containment.lifted`, `session.stale` (by a personal token)
 */
export async function lift(
  app: Instance,
  person: SignedIn,
  id: string,
  reason: string,
): Promise<{ lifted: Containment } | { hold_id: string }> {
  const asked = await transact(app.db, async tx => {
    const found = await inForce(tx, person, id)
    if (person.token && isGrave(found.containment.level))
      throw new Refused('session.stale', 'What is quarantined or killed is lifted in the browser.')
    return { ...found, how: await judge(tx, person, found.containment, found.home, await clock(tx)) }
  })
  if (asked.how === 'forbidden') throw new Refused('request.forbidden', 'Someone else has to lift this.')
  if (asked.how === 'two_people') {
    return proposeChange(app, person, {
      kind: 'containment.lift',
      subject_id: asked.containment.id,
      based_on: basis(asked.containment),
      payload: { reason, proposed_by: person.id },
      agent_id: asked.home.agent_id,
      team_id: asked.home.team_id,
    })
  }
  const lifted = await transact(app.db, async tx => {
    await touchRegistry(tx)
    const { containment, home } = await inForce(tx, person, id)
    const at = await clock(tx)
    if ((await judge(tx, person, containment, home, at)) !== 'at_once')
      throw new Refused('request.forbidden', 'Someone else has to lift this.')
    await record(tx, at, [await writeLift(tx, containment, person.id, reason, at)])
    return { ...containment, lifted_at: at }
  })
  return { lifted }
}

/** Lifts in an open transaction; the event is recorded by the caller, last. */
export async function writeLift(
  tx: Tx,
  containment: Containment,
  by: PersonId,
  reason: string,
  at: Date,
): Promise<EventDraft> {
  if (!(await liftRow(tx, containment.id, containment.epoch, by, reason, at))) throw new Refused('containment.lifted')
  tx.hint('containment', '*')
  return containmentEvent(
    'containment.lifted',
    { kind: 'person', id: by },
    [containment.id, ...subjectsOf(containment.target)],
    {
      containment_id: containment.id,
      reason,
      lifted_at: at.toISOString(),
    },
  )
}
