import { mayEverywhere, type SignedIn } from '@/lib/access/permission'
import { etagOf, matchesEtag } from '@/lib/kernel/etag'
import type { EventDraft } from '@/lib/kernel/event'
import { isId, type PersonId } from '@/lib/kernel/id'
import { Refused } from '@/lib/kernel/problem'
import { toolEvent } from '@/lib/tool/events'
import type { Classified } from '@/lib/tool/tool'
import { isWeaker } from '@/lib/tool/weaker'
import { clock, guardExclusive, touchRegistry } from '@/server/db/guard'
import { record } from '@/server/db/record'
import { type Reader, reader, type Tx, transact } from '@/server/db/tx'
import { settleClassification } from '@/server/hold/classify'
import { proposeChange } from '@/server/hold/propose'
import type { Instance } from '@/server/instance'
import { type CatalogueEntry, classifyRow, findTool } from './tool-store'

/** Finds a tool of the catalogue, which everybody who is signed in may read. @throws Refused `request.not_found` */
export async function knownTool(db: Reader, id: string, lock = false): Promise<CatalogueEntry> {
  const tool = isId('tol', id) ? await findTool(db, id, lock) : null
  if (!tool) throw new Refused('request.not_found')
  return tool
}

/**
 * The catalogue is the organisation's: what is said of a tool, the first time too, counts for every team's agents and releases
 * what they wait for. @throws Refused `request.forbidden`
 */
export function demandMayClassify(person: SignedIn): void {
  if (!mayEverywhere(person, 'tool.classify'))
    throw new Refused('request.forbidden', 'What a tool is counts for every team: the organisation’s governors say it.')
}

/**
 * Says what a tool is. The first time it settles the tool's open item, and its waiting calls are decided anew. Saying
 * something weaker later is a change for a second person.
 * @returns the change's hold, or null when it was done at once.
 * @throws Refused 412 when `ifMatch` is not today's etag.
 */
export async function classifyTool(
  app: Instance,
  person: SignedIn,
  id: string,
  is: Classified,
  ifMatch: string | null,
): Promise<{ hold_id: string } | null> {
  const now = await knownTool(reader(app.db.pool), id)
  demandMayClassify(person)
  if (!matchesEtag(ifMatch, now.version)) throw new Refused('request.precondition_failed')
  if (now.classified && isWeaker(now.classified, is)) {
    return proposeChange(app, person, {
      kind: 'tool.reclassify',
      subject_id: now.id,
      based_on: etagOf(now.version),
      payload: { classification: is, proposed_by: person.id },
      agent_id: null,
      team_id: null,
      sentence: 'Its calls may then pass where people or rules stop them today.',
    })
  }
  await transact(app.db, async tx => {
    await touchRegistry(tx)
    const tool = await knownTool(tx, id, true)
    if (tool.version !== now.version) throw new Refused('request.precondition_failed')
    // Its item's row is locked before the guard: the guard is the last lock of every transaction.
    const settled =
      tool.classified && !tool.drift ? [] : await settleClassification(tx, tool.id, person.id, await clock(tx))
    await guardExclusive(tx)
    const at = await clock(tx)
    await record(tx, at, [...settled, await writeClassification(tx, tool, is, person.id, at)])
  })
  return null
}

/** Writes a classification in an open transaction that holds the tool's row. The event is recorded by the caller, last. */
export async function writeClassification(
  tx: Tx,
  tool: CatalogueEntry,
  is: Classified,
  by: PersonId,
  at: Date,
): Promise<EventDraft> {
  if (!(await classifyRow(tx, tool.id, is, by, at, tool.version))) throw new Refused('request.precondition_failed')
  tx.hint('tool', [tool.id])
  return toolEvent('tool.classified', { kind: 'person', id: by }, [tool.id], {
    tool_id: tool.id,
    ...is,
    parameters: { ...is.parameters },
  })
}
