import { mayIn, type SignedIn, teamsFor } from '@/lib/access/permission'
import type { ApplicationBody, ApplicationPatch } from '@/lib/application/contract'
import { applicationEvent } from '@/lib/application/events'
import { etagOf } from '@/lib/kernel/etag'
import type { ApplicationId } from '@/lib/kernel/id'
import { Refused } from '@/lib/kernel/problem'
import { clock, guardExclusive, touchRegistry } from '@/server/db/guard'
import { newId } from '@/server/db/id'
import { type Page, pageOf, readCursor } from '@/server/db/page'
import { record } from '@/server/db/record'
import { type Reader, transact } from '@/server/db/tx'
import type { Instance } from '@/server/instance'
import { demandAccountable, nameTaken, writeApplication } from './answering'
import {
  type ApplicationLine,
  findApplication,
  findTeam,
  hasWorkingAgents,
  insertApplication,
  listApplications,
  moveAccountability,
} from './store'
import { handOver, movesTo, writable } from './transfer'

const wrong = (pointer: string, message: string) =>
  new Refused('request.invalid', message, { errors: [{ pointer, message }] })
/** Registers an application of a team, with who answers for it. @throws Refused 403, `application.exists`, `agent.owner_invalid` */
export async function registerApplication(
  app: Pick<Instance, 'db'>,
  by: SignedIn,
  body: ApplicationBody,
): Promise<ApplicationId> {
  if (!mayIn(by, 'registry.write', body.team_id)) throw new Refused('request.forbidden')
  const id = newId('app')
  await transact(app.db, async tx => {
    await touchRegistry(tx)
    if (!(await findTeam(tx, body.team_id))) throw wrong('/team_id', 'No such team')
    await demandAccountable(tx, body)
    const at = await clock(tx)
    if (!(await insertApplication(tx, { ...body, id, created_by: by.id }, at))) throw nameTaken()
    await moveAccountability(tx, id, 'creator', by.id, at)
    await moveAccountability(tx, id, 'owner', body.owner_id, at)
    await moveAccountability(tx, id, 'backup', body.backup_id, at)
    tx.hint('agent', '*')
    await record(tx, at, [
      applicationEvent('application.registered', { kind: 'person', id: by.id }, [id], { application_id: id, ...body }),
    ])
  })
  return id
}

/**
 * Edits an application. Its agents inherit owner, backup and approvers, so a change of any of them takes the guard alone,
 * and who answered until now stays on record. Where agents of it work, others answer for it once they have accepted, and it
 * moves to another team once a second person has agreed.
 * @returns the change's hold, or null when it was done at once.
 * @throws Refused 403, 404, 412, `application.exists`, `agent.owner_invalid`, `change.open`
 */
export async function updateApplication(
  app: Instance,
  by: SignedIn,
  id: ApplicationId,
  patch: ApplicationPatch,
  ifMatch: string | null,
): Promise<{ hold_id: string } | null> {
  const handed = await handOver(app, by, id, patch, ifMatch)
  if (handed) return handed
  await transact(app.db, async tx => {
    await touchRegistry(tx)
    const was = writable(by, await findApplication(tx, id, true), ifMatch)
    const next = {
      id,
      name: patch.name ?? was.name,
      purpose: patch.purpose ?? was.purpose,
      team_id: patch.team_id ?? was.team_id,
      owner_id: patch.owner_id ?? was.owner_id,
      backup_id: patch.backup_id === undefined ? was.backup_id : patch.backup_id,
    }
    await movesTo(tx, by, was, patch)
    const moved = {
      owner: next.owner_id !== was.owner_id,
      backup: next.backup_id !== was.backup_id,
      team: next.team_id !== was.team_id,
    }
    // An agent of it began to work a moment ago: others are asked first.
    if ((moved.owner || moved.backup || moved.team) && (await hasWorkingAgents(tx, id)))
      throw new Refused('request.precondition_failed')
    if (moved.owner || moved.backup) await demandAccountable(tx, next)
    if (moved.owner || moved.backup || moved.team) await guardExclusive(tx)
    const at = await clock(tx)
    await record(tx, at, [await writeApplication(tx, was, next, by.id, at)])
  })
  return null
}

function item(line: ApplicationLine) {
  return {
    id: line.id,
    name: line.name,
    purpose: line.purpose,
    team: { id: line.team_id, name: line.team_name },
    owner: { id: line.owner_id, name: line.owner_name },
    backup: line.backup_id === null ? null : { id: line.backup_id, name: line.backup_name },
    agents: line.agents,
    created_at: line.created_at,
    etag: etagOf(line.version),
  }
}
export type ApplicationItem = ReturnType<typeof item>

function reachOf(person: SignedIn) {
  const teams = teamsFor(person, 'registry.read')
  return { teams: teams === 'all' ? null : teams, person: person.id }
}

/** A page of the applications that this person may see. */
export async function pageApplications(
  db: Reader,
  person: SignedIn,
  query: { q?: string | undefined; team?: string | undefined; limit: number; cursor?: string | undefined },
): Promise<Page<ApplicationItem>> {
  const lines = await listApplications(
    db,
    reachOf(person),
    { q: query.q, team: query.team },
    readCursor(query.cursor, 2),
    query.limit + 1,
  )
  const page = pageOf(lines, query.limit, line => [line.name, line.id])
  return { ...page, items: page.items.map(item) }
}

/** One application. @throws Refused `request.not_found` */
export async function readApplication(db: Reader, person: SignedIn, id: string): Promise<ApplicationItem> {
  const [line] = await listApplications(db, reachOf(person), { id }, null, 1)
  if (!line) throw new Refused('request.not_found')
  return item(line)
}
