import { z } from 'zod'
import { mayEverywhere, type SignedIn } from '@/lib/access/permission'
import { etagOf, matchesEtag } from '@/lib/kernel/etag'
import { isId } from '@/lib/kernel/id'
import { idSchema } from '@/lib/kernel/id-schema'
import { Refused } from '@/lib/kernel/problem'
import { type ResourceSourceBody, resourceSourceBody } from '@/lib/tool/contract'
import { toolEvent } from '@/lib/tool/events'
import { sourceUrlProblem } from '@/lib/tool/source-url'
import { clock, guardExclusive, touchRegistry } from '@/server/db/guard'
import { newId } from '@/server/db/id'
import { record } from '@/server/db/record'
import { reader, type Tx } from '@/server/db/tx'
import { type ApprovedChange, proposeChange } from '@/server/hold/propose'
import type { Instance } from '@/server/instance'
import { readAllow } from '@/server/outgoing/address'
import { destinationOf, OutgoingRefused, readOutgoingUrl } from '@/server/outgoing/destination'
import { findSource, insertSource, removeSource, type SourceRow, updateSource } from './source-store'

const wrong = (message: string) => new Refused('request.invalid', message, { errors: [{ pointer: '/url', message }] })

/** Refuses an address that Holdpoint would not call: it is looked up now, and again whenever it is asked (X01). */
async function demandReachable(app: Pick<Instance, 'config'>, { url }: ResourceSourceBody): Promise<void> {
  const problem = sourceUrlProblem(url)
  if (problem) throw wrong(problem)
  try {
    await destinationOf(readOutgoingUrl(url.replace(/\{(?:type|id)\}/g, 'x')), readAllow(app.config.fetchAllow))
  } catch (error) {
    if (error instanceof OutgoingRefused) throw wrong(error.detail)
    throw error
  }
}

function demandMayWrite(person: SignedIn): void {
  if (!mayEverywhere(person, 'registry.write')) throw new Refused('request.forbidden')
}

export const sourceKind = 'resource.source'

function propose(
  app: Instance,
  person: SignedIn,
  id: string,
  version: number | null,
  source: ResourceSourceBody | null,
) {
  return proposeChange(app, person, {
    kind: sourceKind,
    subject_id: id,
    based_on: version === null ? null : etagOf(version),
    payload: { source, proposed_by: person.id },
    agent_id: null,
    team_id: null,
  })
}

/** Asks a second person whether facts may be asked there. @throws Refused 403, `request.invalid` */
export async function proposeSource(app: Instance, person: SignedIn, body: ResourceSourceBody) {
  demandMayWrite(person)
  await demandReachable(app, body)
  return propose(app, person, newId('rsr'), null, body)
}

/** Asks a second person whether a source may be replaced, or (null) asked no longer. @throws Refused 403, 404, 412, `change.open` */
export async function proposeOtherSource(
  app: Instance,
  person: SignedIn,
  id: string,
  body: ResourceSourceBody | null,
  ifMatch: string | null,
) {
  demandMayWrite(person)
  const now = isId('rsr', id) ? await findSource(reader(app.db.pool), id) : null
  if (!now) throw new Refused('request.not_found')
  if (!matchesEtag(ifMatch, now.version)) throw new Refused('request.precondition_failed')
  if (body) await demandReachable(app, body)
  return propose(app, person, id, now.version, body)
}

const payload = z.strictObject({ source: resourceSourceBody.nullable(), proposed_by: idSchema('usr') })

/** Where facts are asked, once two people have agreed: it may tighten, so that the guard is held alone. */
export const sourceChanges = [
  {
    kind: sourceKind,
    async apply(tx: Tx, _app: Instance, change: ApprovedChange): Promise<void> {
      const { source, proposed_by } = payload.parse(change.payload)
      await touchRegistry(tx)
      const id = change.subject_id
      const now = change.based_on === null ? null : await findSource(tx, id, true)
      if (change.based_on !== null && (!now || etagOf(now.version) !== change.based_on))
        throw new Refused('change.stale')
      await guardExclusive(tx)
      const at = await clock(tx)
      const done = await write(tx, id, now, source, proposed_by, at)
      if (!done) throw new Refused('change.stale')
      tx.hint('tool', '*')
      const by = { kind: 'person', id: proposed_by } as const
      const version = (now?.version ?? 0) + 1
      await record(tx, at, [
        source
          ? toolEvent('resource_source.agreed', by, [id], { source_id: id, ...told(source), version })
          : toolEvent('resource_source.removed', by, [id], { source_id: id }),
      ])
    },
  },
] as const

function told({ name, type_pattern, id_pattern, url }: ResourceSourceBody) {
  return { name, type_pattern, id_pattern, host: readOutgoingUrl(url.replace(/\{(?:type|id)\}/g, 'x')).host }
}

function write(
  tx: Tx,
  id: string,
  now: SourceRow | null,
  source: ResourceSourceBody | null,
  by: SourceRow['created_by'],
  at: Date,
): Promise<boolean> {
  if (!now) return source ? insertSource(tx, id, source, by, at) : Promise.resolve(false)
  return source ? updateSource(tx, id, now.version, source) : removeSource(tx, id, now.version, at)
}
