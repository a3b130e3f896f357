import { mayIn, type SignedIn } from '@/lib/access/permission'
import { most, type PolicyBody, risks } from '@/lib/escalation/contract'
import { escalationEvent } from '@/lib/escalation/events'
import type { EscalationPolicy, Target } from '@/lib/escalation/policy'
import { matchesEtag } from '@/lib/kernel/etag'
import { isId } from '@/lib/kernel/id'
import { Refused } from '@/lib/kernel/problem'
import { assertFresh } from '@/server/access/fresh'
import { loadTeams } from '@/server/access/organisation-store'
import { loadPeople } from '@/server/access/registry-store'
import { clock, touchRegistry } from '@/server/db/guard'
import { newId } from '@/server/db/id'
import { record } from '@/server/db/record'
import { type Reader, type Tx, transact } from '@/server/db/tx'
import type { Instance } from '@/server/instance'
import { listSchedules } from '@/server/on-call/store'
import { lookAgain } from './look-again-store'
import { insertPolicy, isTaken, loadPolicies, lockPolicy, type PolicyRow, removePolicy, updatePolicy } from './store'

type App = Pick<Instance, 'db'>

const wrong = (pointer: string, message: string) =>
  new Refused('request.invalid', message, { errors: [{ pointer, message }] })

/** Those who keep the registry of the whole organisation, or of the policy's team. */
export const mayWrite = (person: SignedIn, team: string | null): boolean =>
  mayIn(person, 'escalation.write', team !== null && isId('tea', team) ? team : null)

function demandMay(person: SignedIn, team: string | null): void {
  if (!mayWrite(person, team)) throw new Refused('request.forbidden')
}

/** The policy that a body says. */
export function policyOf(body: PolicyBody, id: string | null): EscalationPolicy {
  return { ...body, id, min_risk: risks.indexOf(body.min_risk) }
}

/** Whoever is told must be somebody: people, teams and schedules that are named are there. @throws Refused `request.invalid` */
export async function demandKnown(db: Reader, body: PolicyBody): Promise<void> {
  const targets = body.levels.flatMap((level, at) => level.who.map((who, n) => ({ who, at: `/levels/${at}/who/${n}` })))
  const scheduled = targets.flatMap(({ who }) => (who.kind === 'on_call' ? [who.schedule_id] : []))
  const [people, teams, schedules] = [
    await loadPeople(db),
    await loadTeams(db),
    scheduled.length > 0 ? await listSchedules(db, scheduled) : [],
  ]
  const lacks = (who: Target): string | null => {
    if (who.kind === 'person' && !people.some(one => one.id === who.person_id && one.status === 'active'))
      return 'This person is not here any more'
    if ((who.kind === 'team' || who.kind === 'role') && who.team_id !== null && !teams.has(who.team_id))
      return 'There is no such team'
    return who.kind === 'on_call' && !schedules.some(one => one.id === who.schedule_id)
      ? 'There is no such schedule'
      : null
  }
  if (body.team_id !== null && !teams.has(body.team_id)) throw wrong('/team_id', 'There is no such team')
  for (const { who, at } of targets) {
    const lack = lacks(who)
    if (lack !== null) throw wrong(at, lack)
  }
}

const told = (id: string, { name, team_id, min_risk, calendar, reminders, levels }: EscalationPolicy) => ({
  policy_id: id,
  name,
  team_id,
  min_risk,
  terms: JSON.stringify({ calendar, reminders, levels }),
})

async function written(tx: Tx, at: Date, id: string, event: ReturnType<typeof escalationEvent>): Promise<void> {
  await lookAgain(tx, at)
  tx.hint('escalation', [id])
  await record(tx, at, [event])
}

const byPerson = (person: SignedIn) => ({ kind: 'person', id: person.id }) as const

/** Writes a policy. @throws Refused 403, `session.stale`, `request.invalid`, `escalation.exists`, `escalation.limit` */
export async function addPolicy(app: App, person: SignedIn, body: PolicyBody): Promise<string> {
  demandMay(person, body.team_id)
  const id = newId('esc')
  const policy = policyOf(body, id)
  await transact(app.db, async tx => {
    // One at a time over all instances, before any hold is locked.
    await touchRegistry(tx)
    assertFresh(person, await clock(tx))
    await demandKnown(tx, body)
    if ((await loadPolicies(tx)).length >= most.policies)
      throw new Refused('escalation.limit', `At most ${most.policies} count at once.`)
    const at = await clock(tx)
    if (!(await insertPolicy(tx, id, policy, person.id, at))) throw new Refused('escalation.exists')
    await written(tx, at, id, escalationEvent('escalation.written', byPerson(person), told(id, policy)))
  })
  return id
}

async function live(tx: Tx, person: SignedIn, id: string): Promise<PolicyRow> {
  const row = isId('esc', id) ? await lockPolicy(tx, id) : null
  if (!row) throw new Refused('request.not_found')
  demandMay(person, row.team_id)
  return row
}

/** Says a policy anew. @throws Refused 403, 404, 412, `session.stale`, `request.invalid`, `escalation.exists` */
export async function changePolicy(
  app: App,
  person: SignedIn,
  id: string,
  body: PolicyBody,
  ifMatch: string | null,
): Promise<void> {
  demandMay(person, body.team_id)
  const policy = policyOf(body, id)
  await transact(app.db, async tx => {
    await touchRegistry(tx)
    assertFresh(person, await clock(tx))
    const row = await live(tx, person, id)
    if (!matchesEtag(ifMatch, row.version)) throw new Refused('request.precondition_failed')
    await demandKnown(tx, body)
    if (await isTaken(tx, policy, id)) throw new Refused('escalation.exists')
    const at = await clock(tx)
    await updatePolicy(tx, id, policy, person.id, at)
    await written(tx, at, id, escalationEvent('escalation.changed', byPerson(person), told(id, policy)))
  })
}

/** Takes a policy away: what counts instead counts from now on. @throws Refused 403, 404, `session.stale` */
export async function dropPolicy(app: App, person: SignedIn, id: string): Promise<void> {
  await transact(app.db, async tx => {
    await touchRegistry(tx)
    assertFresh(person, await clock(tx))
    const row = await live(tx, person, id)
    const at = await clock(tx)
    await removePolicy(tx, id, at)
    const data = { policy_id: id, name: row.name }
    await written(tx, at, id, escalationEvent('escalation.removed', byPerson(person), data))
  })
}
