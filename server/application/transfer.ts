import { z } from 'zod'
import { mayIn, type SignedIn } from '@/lib/access/permission'
import type { ApplicationPatch } from '@/lib/application/contract'
import { etagOf, matchesEtag } from '@/lib/kernel/etag'
import { type ApplicationId, isId, type PersonId } from '@/lib/kernel/id'
import { idSchema } from '@/lib/kernel/id-schema'
import { Refused } from '@/lib/kernel/problem'
import { clock, guardExclusive, touchRegistry } from '@/server/db/guard'
import { record } from '@/server/db/record'
import { type Reader, reader, type Tx, transact } from '@/server/db/tx'
import { type ApprovedChange, proposeChange } from '@/server/hold/propose'
import type { Instance } from '@/server/instance'
import { demandAccountable, writeApplication } from './answering'
import { type ApplicationRow, findApplication, findTeam, hasWorkingAgents } from './store'

const handing = z.strictObject({
  patch: z.strictObject({ owner_id: idSchema('usr').optional(), backup_id: idSchema('usr').nullable().optional() }),
  proposed_by: idSchema('usr'),
})
const moving = z.strictObject({ patch: z.strictObject({ team_id: idSchema('tea') }), proposed_by: idSchema('usr') })

/** The application as this person may change it. @throws Refused 403, 404, 412 */
export function writable(by: SignedIn, was: ApplicationRow | null, ifMatch: string | null): ApplicationRow {
  const visible = was && (mayIn(by, 'registry.read', was.team_id) || was.owner_id === by.id || was.backup_id === by.id)
  if (!was || !visible) throw new Refused('request.not_found')
  if (!mayIn(by, 'registry.write', was.team_id)) throw new Refused('request.forbidden')
  if (!matchesEtag(ifMatch, was.version))
    throw new Refused('request.precondition_failed', undefined, { carries: { etag: etagOf(was.version) } })
  return was
}

/** The team to which this moves it, which whoever asks governs too; null: it stays. @throws Refused 403, `request.invalid` */
export async function movesTo(db: Reader, by: SignedIn, was: ApplicationRow, patch: ApplicationPatch) {
  const { team_id } = patch
  if (team_id === undefined || team_id === was.team_id) return null
  if (!(await findTeam(db, team_id)))
    throw new Refused('request.invalid', 'No such team', { errors: [{ pointer: '/team_id', message: 'No such team' }] })
  if (!mayIn(by, 'registry.write', team_id)) throw new Refused('request.forbidden')
  return team_id
}

/** Who answers from now on, where that changes. */
function handed(was: ApplicationRow, patch: ApplicationPatch) {
  return {
    ...(patch.owner_id !== undefined && patch.owner_id !== was.owner_id ? { owner_id: patch.owner_id } : {}),
    ...(patch.backup_id !== undefined && patch.backup_id !== was.backup_id ? { backup_id: patch.backup_id } : {}),
  }
}

/**
 * An application whose agents work changes hands: whoever is to answer for it accepts that first (a hold of kind change);
 * where nobody new is named but whoever asks, another governing person agrees. So they do where it moves to another team: the
 * switches on the old one hold its agents no more, and what is only watched in the new one is not held there.
 * Null: nothing changes hands, or nothing works.
 */
export async function handOver(
  app: Instance,
  by: SignedIn,
  id: ApplicationId,
  patch: ApplicationPatch,
  ifMatch: string | null,
): Promise<{ hold_id: string } | null> {
  const db = reader(app.db.pool)
  const was = writable(by, await findApplication(db, id), ifMatch)
  const changes = handed(was, patch)
  const answers = Object.keys(changes).length > 0
  const team = await movesTo(db, by, was, patch)
  if ((!answers && team === null) || !(await hasWorkingAgents(db, id))) return null
  const { name, purpose } = patch
  if (
    (name !== undefined && name !== was.name) ||
    (purpose !== undefined && purpose !== was.purpose) ||
    (answers && team !== null)
  )
    throw new Refused(
      'request.invalid',
      'Who answers for an application whose agents work, and its team, are changed each by itself, apart from anything else.',
    )
  if (team !== null)
    return proposeChange(app, by, {
      kind: 'application.move',
      subject_id: id,
      based_on: etagOf(was.version),
      payload: { patch: { team_id: team }, proposed_by: by.id },
      agent_id: null,
      team_id: null,
      sentence: 'In another team other people decide for its agents, and other switches and rules hold them.',
    })
  await transact(app.db, tx => demandAccountable(tx, { ...was, ...changes }))
  const accepting = [changes.owner_id, changes.backup_id].flatMap(one => (one && one !== by.id ? [one] : []))
  const stages = accepting.map(person_id => ({ approvals: 1, who: [{ relation: 'person' as const, person_id }] }))
  return proposeChange(app, by, {
    kind: 'application.transfer',
    subject_id: id,
    based_on: etagOf(was.version),
    payload: { patch: changes, proposed_by: by.id },
    agent_id: null,
    team_id: was.team_id,
    ...(stages.length > 0
      ? { asks: { stages, veto: true }, sentence: 'Nobody answers for an application who has not agreed to.' }
      : {}),
  })
}

/** The application as it was when the change was proposed, locked. @throws Refused `change.stale` */
async function unchanged(tx: Tx, { subject_id, based_on }: ApprovedChange): Promise<ApplicationRow> {
  await touchRegistry(tx)
  const was = isId('app', subject_id) ? await findApplication(tx, subject_id, true) : null
  if (!was || etagOf(was.version) !== based_on) throw new Refused('change.stale')
  return was
}

async function write(tx: Tx, was: ApplicationRow, patch: Partial<ApplicationPatch>, by: PersonId): Promise<void> {
  const { id, name, purpose, team_id, owner_id, backup_id } = was
  await guardExclusive(tx)
  const at = await clock(tx)
  const next = { id, name, purpose, team_id, owner_id, backup_id, ...patch }
  await record(tx, at, [await writeApplication(tx, was, next, by, at)])
}

/** An application that others answer for from now on, as they have accepted; and one that moves to another team, whoever answers. */
export const applicationChanges = [
  {
    kind: 'application.transfer',
    async apply(tx: Tx, _app: Instance, change: ApprovedChange): Promise<void> {
      const { patch, proposed_by } = handing.parse(change.payload)
      const was = await unchanged(tx, change)
      await demandAccountable(tx, { ...was, ...patch })
      await write(tx, was, patch, proposed_by)
    },
  },
  {
    kind: 'application.move',
    async apply(tx: Tx, _app: Instance, change: ApprovedChange): Promise<void> {
      const { patch, proposed_by } = moving.parse(change.payload)
      const was = await unchanged(tx, change)
      if (!(await findTeam(tx, patch.team_id))) throw new Refused('change.stale')
      await write(tx, was, patch, proposed_by)
    },
  },
] as const
