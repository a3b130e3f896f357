import { z } from 'zod'
import { type Calendar, worksLonger } from '@/lib/access/calendar'
import { mayIn, type SignedIn } from '@/lib/access/permission'
import { calendarBody } from '@/lib/application/contract'
import { applicationEvent } from '@/lib/application/events'
import { etagOf, matchesEtag } from '@/lib/kernel/etag'
import { isId, type PersonId, type TeamId } from '@/lib/kernel/id'
import { idSchema } from '@/lib/kernel/id-schema'
import { Refused } from '@/lib/kernel/problem'
import { readCalendar, saveCalendar } from '@/server/access/calendar-store'
import { clock, guardExclusive, touchRegistry } from '@/server/db/guard'
import { record } from '@/server/db/record'
import { reader, type Tx, transact } from '@/server/db/tx'
import { type ApprovedChange, proposeChange } from '@/server/hold/propose'
import type { Instance } from '@/server/instance'
import { findTeam, type TeamRow } from './store'

const calendarKind = 'team.calendar'

/**
 * Says when a team works. Fewer hours count at once; more hours, or another time zone, would take time out of what rules call
 * off hours: a second person agrees to that.
 * @returns the change's hold, or null when it was done at once. @throws Refused 403, 404, 412, `change.open`
 */
export async function changeCalendar(
  app: Instance,
  person: SignedIn,
  id: TeamId,
  calendar: Calendar,
  ifMatch: string | null,
): Promise<{ hold_id: string } | null> {
  const now = await findTeam(reader(app.db.pool), id)
  if (!now || !mayIn(person, 'registry.read', id)) throw new Refused('request.not_found')
  if (!mayIn(person, 'registry.write', id)) throw new Refused('request.forbidden')
  if (!matchesEtag(ifMatch, now.version)) throw new Refused('request.precondition_failed')
  if (worksLonger(readCalendar(now), calendar)) {
    return proposeChange(app, person, {
      kind: calendarKind,
      subject_id: id,
      based_on: etagOf(now.version),
      payload: { calendar, proposed_by: person.id },
      agent_id: null,
      team_id: id,
    })
  }
  await transact(app.db, async tx => {
    await touchRegistry(tx)
    const team = await findTeam(tx, id, true)
    if (team?.version !== now.version) throw new Refused('request.precondition_failed')
    await write(tx, team, calendar, person.id)
  })
  return null
}

async function write(tx: Tx, team: TeamRow, calendar: Calendar, by: PersonId): Promise<void> {
  await guardExclusive(tx)
  const at = await clock(tx)
  if (!(await saveCalendar(tx, team.id, team.version, calendar))) throw new Refused('request.precondition_failed')
  tx.hint('member', '*')
  await record(tx, at, [
    applicationEvent('team.calendar_set', { kind: 'person', id: by }, [team.id], {
      team_id: team.id,
      time_zone: calendar.time_zone,
      working_hours: JSON.stringify(calendar.working_hours),
    }),
  ])
}

const payload = z.strictObject({ calendar: calendarBody, proposed_by: idSchema('usr') })

/** Longer working hours that two people have agreed to. @throws Refused `change.stale` when the team has changed since */
export const calendarChanges = [
  {
    kind: calendarKind,
    async apply(tx: Tx, _app: Instance, change: ApprovedChange): Promise<void> {
      const { calendar, proposed_by } = payload.parse(change.payload)
      await touchRegistry(tx)
      const team = isId('tea', change.subject_id) ? await findTeam(tx, change.subject_id, true) : null
      if (!team || etagOf(team.version) !== change.based_on) throw new Refused('change.stale')
      await write(tx, team, calendar, proposed_by)
    },
  },
] as const
