import { mayEverywhere, type SignedIn } from '@/lib/access/permission'
import { etagOf, matchesEtag } from '@/lib/kernel/etag'
import { isId } from '@/lib/kernel/id'
import type { Principal } from '@/lib/kernel/principal'
import { Refused } from '@/lib/kernel/problem'
import type { ResourcePatternBody } from '@/lib/tool/contract'
import { toolEvent } from '@/lib/tool/events'
import { clock, guardExclusive, touchRegistry } from '@/server/db/guard'
import { newId } from '@/server/db/id'
import { record } from '@/server/db/record'
import { transact } from '@/server/db/tx'
import type { Instance } from '@/server/instance'
import { deletePattern, findPattern, insertPattern, type PatternRow, updatePattern } from './pattern-store'

/** Patterns tighten what every agent says of a resource: the organisation's governors write them, and take them away. */
function demandMayWrite(person: SignedIn): void {
  if (!mayEverywhere(person, 'registry.write')) throw new Refused('request.forbidden')
}

const personOf = (person: SignedIn): Principal => ({ kind: 'person', id: person.id })

export async function createPattern(
  app: Pick<Instance, 'db'>,
  person: SignedIn,
  body: ResourcePatternBody,
): Promise<PatternRow> {
  demandMayWrite(person)
  return transact(app.db, async tx => {
    await touchRegistry(tx)
    await guardExclusive(tx)
    const at = await clock(tx)
    const row = await insertPattern(tx, newId('rpt'), body, person.id, at)
    tx.hint('tool', '*')
    await record(tx, at, [
      toolEvent('resource_pattern.created', personOf(person), [row.id], { pattern_id: row.id, ...body }),
    ])
    return row
  })
}

/** Replaces what a pattern says. @throws Refused 404, 412 */
export async function editPattern(
  app: Pick<Instance, 'db'>,
  person: SignedIn,
  id: string,
  body: ResourcePatternBody,
  ifMatch: string | null,
): Promise<PatternRow> {
  demandMayWrite(person)
  return transact(app.db, async tx => {
    await touchRegistry(tx)
    const before = isId('rpt', id) ? await findPattern(tx, id, true) : null
    if (!before) throw new Refused('request.not_found')
    if (!matchesEtag(ifMatch, before.version))
      throw new Refused('request.precondition_failed', `It is ${etagOf(before.version)} now.`)
    await guardExclusive(tx)
    const at = await clock(tx)
    const row = await updatePattern(tx, before.id, body)
    tx.hint('tool', '*')
    await record(tx, at, [
      toolEvent('resource_pattern.updated', personOf(person), [row.id], { pattern_id: row.id, ...body }),
    ])
    return row
  })
}

export async function removePattern(app: Pick<Instance, 'db'>, person: SignedIn, id: string): Promise<void> {
  demandMayWrite(person)
  await transact(app.db, async tx => {
    await touchRegistry(tx)
    if (!isId('rpt', id) || !(await deletePattern(tx, id))) throw new Refused('request.not_found')
    const at = await clock(tx)
    tx.hint('tool', '*')
    await record(tx, at, [toolEvent('resource_pattern.deleted', personOf(person), [id], { pattern_id: id })])
  })
}
