import { mayIn, type SignedIn } from '@/lib/access/permission'
import type { EnforcementWindow } from '@/lib/agent/enforcement'
import { type ObserveBody, observeBody } from '@/lib/agent/enforcement-contract'
import { enforcementEvent } from '@/lib/agent/enforcement-events'
import { etagOf } from '@/lib/kernel/etag'
import type { EventDraft } from '@/lib/kernel/event'
import { type AgentId, isId, type PersonId, type TeamId } from '@/lib/kernel/id'
import { idSchema } from '@/lib/kernel/id-schema'
import { Refused } from '@/lib/kernel/problem'
import { findTeam } from '@/server/application/store'
import { clock, guardExclusive, touchRegistry } from '@/server/db/guard'
import { newId } from '@/server/db/id'
import { record } from '@/server/db/record'
import { type Reader, reader, type Tx, transact } from '@/server/db/tx'
import { type ApprovedChange, proposeChange } from '@/server/hold/propose'
import type { Instance } from '@/server/instance'
import { findAgent } from './agent-store'
import { endWindow, findWindow, insertWindow, openWindow, overdueWindows } from './enforcement-store'

export const observeKind = 'enforcement.observe'

/** Whom a window is about, and who answers for it. */
export interface Place {
  readonly name: string
  readonly version: number
  readonly team_id: TeamId
  readonly agent_id: AgentId | null
  readonly owner: PersonId | null
  readonly backup: PersonId | null
}

/** Finds what may be watched only: a team, or an agent that still works. */
export async function placeOf(db: Reader, target: EnforcementWindow['target'], lock = false): Promise<Place | null> {
  if (target.type === 'team') {
    const team = isId('tea', target.id) ? await findTeam(db, target.id, lock) : null
    return team && { ...team, team_id: team.id, agent_id: null, owner: null, backup: null }
  }
  const agent = isId('agt', target.id) ? await findAgent(db, target.id, lock) : null
  return agent && agent.status !== 'retired' ? { ...agent, agent_id: agent.id } : null
}

const answersFor = (person: SignedIn, place: Place) => place.owner === person.id || place.backup === person.id

/** Who sees it: organisation and team roles, and those who answer for the agent. @throws Refused `request.not_found` */
export async function visiblePlace(db: Reader, person: SignedIn, target: EnforcementWindow['target']): Promise<Place> {
  const place = await placeOf(db, target)
  if (!place || !(mayIn(person, 'registry.read', place.team_id) || answersFor(person, place)))
    throw new Refused('request.not_found')
  return place
}

/** May this person end a window here? It tightens: whoever governs, decides or answers for the agent may, alone. */
export function mayEnforce(person: SignedIn, place: Place): boolean {
  return (
    mayIn(person, 'enforcement.observe', place.team_id) ||
    mayIn(person, 'hold.review', place.team_id) ||
    answersFor(person, place)
  )
}

/**
 * Asks a second person whether an agent or a team may be watched only. Time begins when it is carried out.
 * @throws Refused 403, 404, `enforcement.observed` (it is already), `change.open`
 */
export async function proposeObserve(app: Instance, person: SignedIn, body: ObserveBody): Promise<{ hold_id: string }> {
  const db = reader(app.db.pool)
  const place = await visiblePlace(db, person, body.target)
  if (!mayIn(person, 'enforcement.observe', place.team_id)) throw new Refused('request.forbidden')
  if (await openWindow(db, body.target, await clock(db))) throw new Refused('enforcement.observed')
  return proposeChange(app, person, {
    kind: observeKind,
    subject_id: body.target.id,
    based_on: etagOf(place.version),
    payload: { ...body, proposed_by: person.id },
    agent_id: place.agent_id,
    team_id: place.team_id,
  })
}

/** Ends a window: from the commit on everything is enforced, on every instance. One person is enough. @throws Refused */
export async function enforce(app: Instance, person: SignedIn, id: string, reason: string): Promise<void> {
  await transact(app.db, async tx => {
    await touchRegistry(tx)
    const window = isId('enf', id) ? await findWindow(tx, id, true) : null
    if (!window) throw new Refused('request.not_found')
    const place = await visiblePlace(tx, person, window.target)
    if (!mayEnforce(person, place)) throw new Refused('request.forbidden')
    await guardExclusive(tx)
    const at = await clock(tx)
    if (window.ended_at || !(await endWindow(tx, window.id, person.id, at))) throw new Refused('enforcement.enforced')
    tx.hint('enforcement', '*')
    await record(tx, at, [ended(window, { kind: 'person', id: person.id }, reason, at)])
  })
}

function ended(window: EnforcementWindow, by: EventDraft['by'], reason: string, at: Date): EventDraft {
  return enforcementEvent('enforcement.enforced', by, [window.id, window.target.id], {
    window_id: window.id,
    ended_at: at.toISOString(),
    reason,
  })
}

/** Writes down that windows have run out. They were enforced from that very moment: the gate judges by the clock. */
export async function endOverdue(app: Instance): Promise<number> {
  const due = await overdueWindows(reader(app.db.pool), 20)
  for (const id of due) {
    await transact(app.db, async tx => {
      await touchRegistry(tx)
      const window = await findWindow(tx, id, true)
      const at = await clock(tx)
      if (!window || window.until > at || !(await endWindow(tx, id, null, window.until))) return
      tx.hint('enforcement', '*')
      await record(tx, at, [ended(window, { kind: 'system', id: 'engine' }, 'Its time was over.', window.until)])
    })
  }
  return due.length
}

const payload = observeBody.extend({ proposed_by: idSchema('usr') })

/** Watching only, once two people have agreed. An agent or team that has changed since is stale. */
export const enforcementChanges = [
  {
    kind: observeKind,
    async apply(tx: Tx, _app: Instance, change: ApprovedChange): Promise<void> {
      const { target, days, reason, proposed_by } = payload.parse(change.payload)
      await touchRegistry(tx)
      const place = target.id === change.subject_id ? await placeOf(tx, target, true) : null
      if (!place || etagOf(place.version) !== change.based_on) throw new Refused('change.stale')
      const at = await clock(tx)
      if (await openWindow(tx, target, at)) throw new Refused('change.stale')
      const until = new Date(at.getTime() + days * 86_400_000)
      const window = { id: newId('enf'), target, from: at, until, by_id: proposed_by, reason, ended_at: null }
      await insertWindow(tx, window, change.hold_id)
      tx.hint('enforcement', '*')
      await record(tx, at, [
        enforcementEvent('enforcement.observed', { kind: 'person', id: proposed_by }, [window.id, target.id], {
          window_id: window.id,
          target_type: target.type,
          target_id: target.id,
          from: at.toISOString(),
          until: until.toISOString(),
          reason,
          hold: change.hold_id,
        }),
      ])
    },
  },
] as const
