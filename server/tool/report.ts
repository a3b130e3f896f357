import type { EventDraft } from '@/lib/kernel/event'
import type { Principal } from '@/lib/kernel/principal'
import type { ListedTool } from '@/lib/tool/contract'
import { toolEvent } from '@/lib/tool/events'
import { clock, guardExclusive, touchRegistry } from '@/server/db/guard'
import { newId } from '@/server/db/id'
import { record } from '@/server/db/record'
import { type Tx, transact } from '@/server/db/tx'
import { openClassification } from '@/server/hold/classify'
import type { Instance } from '@/server/instance'
import { described } from './catalogue'
import { type CatalogueEntry, describeTool, driftRow, findToolByName, insertTool, type NewTool } from './tool-store'

/** What became of one definition. `drifted`: its calls wait until a person has said again what it is. */
export interface Reported {
  readonly name: string
  readonly status: 'unclassified' | 'classified' | 'drifted'
  readonly schema_digest: string
  /** The definition that people have classified, where this is another. */
  readonly accepted: { readonly description: string; readonly schema: unknown } | null
}

interface Done extends Reported {
  readonly id: NewTool['id']
  readonly events: readonly EventDraft[]
}

/**
 * Takes in how a gateway's servers describe their tools. What is new is unclassified; what was classified and is described
 * otherwise now is what people said of it no longer: its calls wait under its one item. Reporting never loosens anything.
 */
export async function reportTools(
  app: Pick<Instance, 'db'>,
  by: Principal,
  source: string,
  listed: readonly ListedTool[],
): Promise<readonly Reported[]> {
  const definitions = [...new Map(listed.map(one => [one.name, one])).values()]
  const done = await transact(app.db, async tx => {
    await touchRegistry(tx)
    await guardExclusive(tx)
    const at = await clock(tx)
    const all: Done[] = []
    for (const definition of definitions) all.push(await reportOne(tx, by, source, definition, at))
    tx.hint('tool', all.length > 50 ? '*' : all.map(one => one.id))
    await record(
      tx,
      at,
      all.flatMap(one => one.events),
    )
    return all
  })
  const sentence = 'Its server describes it otherwise than when it was classified.'
  for (const { id, name, status } of done)
    if (status === 'drifted') await openClassification(app, { id, name }, sentence)
  return done.map(({ id: _, events: __, ...reported }) => reported)
}

async function reportOne(tx: Tx, by: Principal, source: string, definition: ListedTool, at: Date): Promise<Done> {
  const told = described({ ...definition, inputSchema: schemaOf(definition) }, source, newId('tol'))
  // That it says nothing beside is known now, and can change.
  const rest = told.rest ?? '{}'
  const said = { ...told, rest }
  const schema_digest = said.schema_digest ?? ''
  const isOf = (one: { readonly schema_digest: string | null; readonly rest: string | null }) =>
    one.schema_digest === schema_digest && (one.rest === null || one.rest === rest)
  const done = (id: NewTool['id'], status: Reported['status'], events: readonly EventDraft[] = []): Done => ({
    id,
    name: said.name,
    status,
    schema_digest,
    accepted: status === 'drifted' && row ? { description: row.description, schema: schemaIn(row.schema) } : null,
    events,
  })
  let row: CatalogueEntry | null = null
  const known = (type: 'tool.imported' | 'tool.updated', id: NewTool['id']) =>
    toolEvent(type, by, [id], { tool_id: id, name: said.name, source, schema_digest })
  if (await insertTool(tx, said, at)) return done(said.id, 'unclassified', [known('tool.imported', said.id)])
  row = await findToolByName(tx, said.name)
  if (!row) throw new Error('a tool was neither new nor there')
  const isSame = isOf(row) && row.rest !== null && row.source === source
  if (!row.classified || (row.schema_digest === null && !row.drift)) {
    if (isSame) return done(row.id, row.classified ? 'classified' : 'unclassified')
    await describeTool(tx, row.id, said)
    return done(row.id, row.classified ? 'classified' : 'unclassified', [known('tool.updated', row.id)])
  }
  // What people said is of this definition at this server: the same words at another one are another tool.
  const isBound = row.source === '' || row.source === source
  if (row.drift ? isOf(row.drift) : isOf(row) && isBound) {
    if (!row.drift && (row.source === '' || row.rest === null)) await describeTool(tx, row.id, said)
    return done(row.id, row.drift ? 'drifted' : 'classified')
  }
  await driftRow(tx, row.id, { description: said.description, schema: said.schema, schema_digest, rest, source, at })
  const event = { tool_id: row.id, name: row.name, source, from_digest: row.schema_digest, schema_digest }
  return done(row.id, 'drifted', [toolEvent('tool.drifted', by, [row.id], event)])
}

const schemaIn = (text: string | null): unknown => (text === null ? null : JSON.parse(text))

/** A definition without a schema takes nothing: that is a definition too, which can change. */
const schemaOf = (listed: ListedTool) => listed.inputSchema ?? listed.input_schema ?? listed.parameters ?? {}
