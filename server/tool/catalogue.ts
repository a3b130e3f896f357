import { maySomewhere, type SignedIn } from '@/lib/access/permission'
import { canonical } from '@/lib/kernel/canonical'
import { digestOf } from '@/lib/kernel/digest'
import { etagOf, matchesEtag } from '@/lib/kernel/etag'
import type { EventDraft } from '@/lib/kernel/event'
import type { ToolId } from '@/lib/kernel/id'
import type { Principal } from '@/lib/kernel/principal'
import { Refused } from '@/lib/kernel/problem'
import { type CreateToolBody, type ImportBody, type ListedTool, restOf } from '@/lib/tool/contract'
import { toolEvent } from '@/lib/tool/events'
import { type Suggestion, suggest, suggestionIn, suggestsKey } from '@/lib/tool/suggest'
import { clock, guardExclusive, touchRegistry } from '@/server/db/guard'
import { newId } from '@/server/db/id'
import { record } from '@/server/db/record'
import { type Tx, transact } from '@/server/db/tx'
import type { Instance } from '@/server/instance'
import { demandMayClassify, knownTool, writeClassification } from './classify'
import { describeTool, findTool, findToolByName, insertTool, type NewTool } from './tool-store'

function demandMayWrite(person: SignedIn): void {
  if (!maySomewhere(person, 'registry.write')) throw new Refused('request.forbidden')
}

/** What a definition says of a tool, ready to be stored. The digest is over its schema and description: drift is seen by it. */
export function described(
  listed: ListedTool,
  source: string,
  id: ToolId,
  suggestion: Suggestion = suggest(listed),
): NewTool {
  const schema = listed.inputSchema ?? listed.input_schema ?? listed.parameters ?? null
  const told = listed.description ?? ''
  return {
    id,
    name: listed.name,
    source,
    description: told,
    schema: schema === null ? null : canonical(schema),
    schema_digest: schema === null ? null : digestOf({ description: told, schema }),
    rest: restOf(listed),
    hints: JSON.stringify(suggestion),
    first_seen_agent: null,
  }
}

const known = (type: 'tool.created' | 'tool.imported' | 'tool.updated', by: Principal, tool: NewTool): EventDraft =>
  toolEvent(type, by, [tool.id], {
    tool_id: tool.id,
    name: tool.name,
    source: tool.source,
    schema_digest: tool.schema_digest,
  })

/** Adds one tool by hand, and says at once what it is if asked to. @throws Refused `request.invalid` when the name is known. */
export async function createTool(app: Pick<Instance, 'db'>, person: SignedIn, body: CreateToolBody): Promise<ToolId> {
  demandMayWrite(person)
  const id = newId('tol')
  await transact(app.db, async tx => {
    await touchRegistry(tx)
    if (body.classification) await guardExclusive(tx)
    const at = await clock(tx)
    const by: Principal = { kind: 'person', id: person.id }
    const tool = described({ name: body.name, description: body.description }, body.source, id)
    if (!(await insertTool(tx, tool, at))) {
      throw new Refused('request.invalid', 'The catalogue has a tool of this name.', {
        errors: [{ pointer: '/name', message: 'Known already' }],
      })
    }
    const events = [known('tool.created', by, tool)]
    const row = body.classification && (await findTool(tx, id, true))
    if (row && body.classification) {
      demandMayClassify(person, null)
      events.push(await writeClassification(tx, row, body.classification, person.id, at))
    }
    tx.hint('tool', [id])
    await record(tx, at, events)
  })
  return id
}

/** What an import did, by name. A classified tool whose definition changed keeps what people have said of it. */
export interface Imported {
  readonly added: readonly string[]
  readonly changed: readonly string[]
  readonly unchanged: readonly string[]
}

/** Takes definitions in: new ones are unclassified, with suggestions. Nothing in them decides anything by itself. */
export async function importTools(
  app: Pick<Instance, 'db'>,
  person: SignedIn,
  { source, suggested }: Pick<ImportBody, 'source' | 'suggested'>,
  listed: readonly ListedTool[],
): Promise<Imported> {
  demandMayWrite(person)
  return transact(app.db, async tx => {
    await touchRegistry(tx)
    const at = await clock(tx)
    const by: Principal = { kind: 'person', id: person.id }
    const result: Record<keyof Imported, string[]> = { added: [], changed: [], unchanged: [] }
    const events: EventDraft[] = []
    const ids: string[] = []
    for (const definition of new Map(listed.map(one => [one.name, one])).values()) {
      const suggestion = suggested ? suggestionOf(definition) : suggest(definition)
      const done = await importOne(tx, described(definition, source, newId('tol'), suggestion), at)
      result[done.outcome].push(definition.name)
      if (done.outcome === 'unchanged') continue
      ids.push(done.tool.id)
      events.push(known(done.outcome === 'added' ? 'tool.imported' : 'tool.updated', by, done.tool))
    }
    if (ids.length > 0) tx.hint('tool', ids.length > 50 ? '*' : ids)
    await record(tx, at, events)
    return result
  })
}

/** @throws Refused `request.invalid` where a definition suggests something that no tool can be */
function suggestionOf(definition: ListedTool): Suggestion {
  const said = suggestionIn(definition)
  if (said !== 'invalid') return said ?? suggest(definition)
  throw new Refused(
    'request.invalid',
    `What ${definition.name} suggests that it is cannot be read (_meta, ${suggestsKey}).`,
  )
}

async function importOne(tx: Tx, fresh: NewTool, at: Date): Promise<{ outcome: keyof Imported; tool: NewTool }> {
  if (await insertTool(tx, fresh, at)) return { outcome: 'added', tool: fresh }
  const row = await findToolByName(tx, fresh.name)
  if (!row) throw new Error('a tool was neither new nor there')
  const tool = { ...fresh, id: row.id }
  const same =
    row.schema_digest === tool.schema_digest &&
    row.description === tool.description &&
    (tool.rest === null || row.rest === tool.rest)
  // Another suggestion says nothing anew of what people have classified, and ends no standing approval of it.
  if (same && row.source === tool.source && (row.classified || row.hints === tool.hints))
    return { outcome: 'unchanged', tool }
  await describeTool(tx, row.id, tool)
  return { outcome: 'changed', tool }
}

/** Edits what is told of a tool; what it *is* goes through classifying. @throws Refused 412 */
export async function describeByHand(
  app: Pick<Instance, 'db'>,
  person: SignedIn,
  id: string,
  patch: { description?: string | undefined; source?: string | undefined },
  ifMatch: string | null,
): Promise<void> {
  demandMayWrite(person)
  await transact(app.db, async tx => {
    await touchRegistry(tx)
    const tool = await knownTool(tx, id, true)
    if (!matchesEtag(ifMatch, tool.version))
      throw new Refused('request.precondition_failed', `It is ${etagOf(tool.version)} now.`)
    const at = await clock(tx)
    const said = { ...tool, description: patch.description ?? tool.description, source: patch.source ?? tool.source }
    await describeTool(tx, tool.id, said)
    tx.hint('tool', [tool.id])
    await record(tx, at, [known('tool.updated', { kind: 'person', id: person.id }, said)])
  })
}
