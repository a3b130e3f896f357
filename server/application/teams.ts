import { mayEverywhere, type SignedIn, teamsFor } from '@/lib/access/permission'
import type { TeamBody } from '@/lib/application/contract'
import { applicationEvent } from '@/lib/application/events'
import { etagOf, matchesEtag } from '@/lib/kernel/etag'
import type { TeamId } from '@/lib/kernel/id'
import { Refused } from '@/lib/kernel/problem'
import { readCalendar } from '@/server/access/calendar-store'
import { clock, touchRegistry } from '@/server/db/guard'
import { newId } from '@/server/db/id'
import { type Page, pageOf, readCursor } from '@/server/db/page'
import { record } from '@/server/db/record'
import { type Reader, transact } from '@/server/db/tx'
import type { Instance } from '@/server/instance'
import { findTeam, insertTeam, listTeams, renameTeam, type TeamLine } from './store'

const taken = () =>
  new Refused('team.exists', undefined, { errors: [{ pointer: '/name', message: 'Another team has this name' }] })

/** Makes a team. @throws Refused 403, `team.exists` */
export async function createTeam(app: Pick<Instance, 'db'>, by: SignedIn, body: TeamBody): Promise<TeamId> {
  if (!mayEverywhere(by, 'members.write')) throw new Refused('request.forbidden')
  const id = newId('tea')
  await transact(app.db, async tx => {
    await touchRegistry(tx)
    const at = await clock(tx)
    if (!(await insertTeam(tx, { id, name: body.name }, at))) throw taken()
    tx.hint('member', '*')
    await record(tx, at, [
      applicationEvent('team.created', { kind: 'person', id: by.id }, [id], { team_id: id, name: body.name }),
    ])
  })
  return id
}

/** Renames a team. @throws Refused 403, 404, 412, `team.exists` */
export async function updateTeam(
  app: Pick<Instance, 'db'>,
  by: SignedIn,
  id: TeamId,
  body: TeamBody,
  ifMatch: string | null,
): Promise<void> {
  if (!mayEverywhere(by, 'members.write')) throw new Refused('request.forbidden')
  await transact(app.db, async tx => {
    await touchRegistry(tx)
    const was = await findTeam(tx, id, true)
    if (!was) throw new Refused('request.not_found')
    if (!matchesEtag(ifMatch, was.version))
      throw new Refused('request.precondition_failed', undefined, { carries: { etag: etagOf(was.version) } })
    if (!(await renameTeam(tx, was, body.name))) throw taken()
    const at = await clock(tx)
    tx.hint('member', '*')
    await record(tx, at, [
      applicationEvent('team.updated', { kind: 'person', id: by.id }, [id], { team_id: id, name: body.name }),
    ])
  })
}

function item({ version, time_zone, working_hours, ...line }: TeamLine) {
  return { ...line, calendar: readCalendar({ time_zone, working_hours }), etag: etagOf(version) }
}

/** A page of the teams that this person may see. */
export async function pageTeams(
  db: Reader,
  person: SignedIn,
  query: { q?: string | undefined; limit: number; cursor?: string | undefined },
): Promise<Page<ReturnType<typeof item>>> {
  const reach = teamsFor(person, 'registry.read')
  const lines = await listTeams(
    db,
    reach === 'all' ? null : reach,
    query.q ?? null,
    readCursor(query.cursor, 2),
    query.limit + 1,
  )
  const page = pageOf(lines, query.limit, line => [line.name, line.id])
  return { ...page, items: page.items.map(item) }
}
