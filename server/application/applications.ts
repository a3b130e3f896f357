import { mayIn, type SignedIn, teamsFor } from '@/lib/access/permission'
import type { ApplicationBody, ApplicationPatch } from '@/lib/application/contract'
import { applicationEvent } from '@/lib/application/events'
import { etagOf, matchesEtag } from '@/lib/kernel/etag'
import type { ApplicationId } from '@/lib/kernel/id'
import { Refused } from '@/lib/kernel/problem'
import { clock, guardExclusive, touchRegistry } from '@/server/db/guard'
import { newId } from '@/server/db/id'
import { type Page, pageOf, readCursor } from '@/server/db/page'
import { record } from '@/server/db/record'
import { type Reader, type Tx, transact } from '@/server/db/tx'
import type { Instance } from '@/server/instance'
import {
  type ApplicationLine,
  activeAmong,
  findApplication,
  findTeam,
  insertApplication,
  listApplications,
  moveAccountability,
  saveApplication,
} from './store'

const wrong = (pointer: string, message: string) =>
  new Refused('request.invalid', message, { errors: [{ pointer, message }] })
const taken = () =>
  new Refused('application.exists', undefined, {
    errors: [{ pointer: '/name', message: 'Another application has this name' }],
  })

/** Owner and backup are different, active people. @throws Refused `agent.owner_invalid` */
async function demandAccountable(
  tx: Tx,
  { owner_id, backup_id }: Pick<ApplicationBody, 'owner_id' | 'backup_id'>,
): Promise<void> {
  const active = await activeAmong(tx, backup_id === null ? [owner_id] : [owner_id, backup_id])
  const errors = [
    ...(active.has(owner_id) ? [] : [{ pointer: '/owner_id', message: 'Not an active person' }]),
    ...(backup_id === null || active.has(backup_id)
      ? []
      : [{ pointer: '/backup_id', message: 'Not an active person' }]),
    ...(backup_id === owner_id ? [{ pointer: '/backup_id', message: 'Must be another person than the owner' }] : []),
  ]
  if (errors.length > 0) throw new Refused('agent.owner_invalid', undefined, { errors })
}

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
    if (!(await insertApplication(tx, { ...body, id, created_by: by.id }, at))) throw taken()
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
 * and who answered until now stays on record. @throws Refused 403, 404, 412, `application.exists`, `agent.owner_invalid`
 */
export async function updateApplication(
  app: Pick<Instance, 'db'>,
  by: SignedIn,
  id: ApplicationId,
  patch: ApplicationPatch,
  ifMatch: string | null,
): Promise<void> {
  await transact(app.db, async tx => {
    await touchRegistry(tx)
    const was = await findApplication(tx, id, true)
    const visible =
      was && (mayIn(by, 'registry.read', was.team_id) || was.owner_id === by.id || was.backup_id === by.id)
    if (!was || !visible) throw new Refused('request.not_found')
    if (!mayIn(by, 'registry.write', was.team_id)) throw new Refused('request.forbidden')
    if (!matchesEtag(ifMatch, was.version))
      throw new Refused('request.precondition_failed', undefined, { carries: { etag: etagOf(was.version) } })
    const next = {
      id,
      name: patch.name ?? was.name,
      purpose: patch.purpose ?? was.purpose,
      team_id: patch.team_id ?? was.team_id,
      owner_id: patch.owner_id ?? was.owner_id,
      backup_id: patch.backup_id === undefined ? was.backup_id : patch.backup_id,
    }
    if (next.team_id !== was.team_id) {
      if (!(await findTeam(tx, next.team_id))) throw wrong('/team_id', 'No such team')
      if (!mayIn(by, 'registry.write', next.team_id)) throw new Refused('request.forbidden')
    }
    const moved = {
      owner: next.owner_id !== was.owner_id,
      backup: next.backup_id !== was.backup_id,
      team: next.team_id !== was.team_id,
    }
    if (moved.owner || moved.backup) await demandAccountable(tx, next)
    if (moved.owner || moved.backup || moved.team) await guardExclusive(tx)
    const at = await clock(tx)
    if (!(await saveApplication(tx, was, next))) throw taken()
    if (moved.owner) await moveAccountability(tx, id, 'owner', next.owner_id, at)
    if (moved.backup) await moveAccountability(tx, id, 'backup', next.backup_id, at)
    tx.hint('agent', '*')
    const { id: application_id, ...rest } = next
    await record(tx, at, [
      applicationEvent('application.updated', { kind: 'person', id: by.id }, [id], { application_id, ...rest }),
    ])
  })
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
