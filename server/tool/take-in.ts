import { canonical } from '@/lib/kernel/canonical'
import { digestOf } from '@/lib/kernel/digest'
import type { EventDraft } from '@/lib/kernel/event'
import type { ToolId } from '@/lib/kernel/id'
import type { Principal } from '@/lib/kernel/principal'
import { Refused } from '@/lib/kernel/problem'
import { type ListedTool, restOf } from '@/lib/tool/contract'
import { toolEvent } from '@/lib/tool/events'
import { type Suggestion, suggest } from '@/lib/tool/suggest'
import { clock, guardExclusive, touchRegistry } from '@/server/db/guard'
import { newId } from '@/server/db/id'
import { record } from '@/server/db/record'
import { reader, type Tx, transact } from '@/server/db/tx'
import { openClassification } from '@/server/hold/classify'
import type { Instance } from '@/server/instance'
import {
  type CatalogueEntry,
  describeTool,
  driftRow,
  findToolByName,
  insertTool,
  type NewTool,
  namedTools,
} from './tool-store'

/** What is told of one tool, and where. */
export interface Told {
  readonly source: string
  readonly definition: ListedTool
  readonly suggestion: Suggestion
  /**
   * Who tells it. A server: what is left out is not there, and the same words of another server are of another tool. What a person
   * brings is a copy: what it leaves out stays as it is known, and so does whose a classified tool is; and somebody who governs a
   * team alone brings nothing that would touch a classified tool, which every team's agents use.
   */
  readonly from: 'server' | 'organisation' | 'team'
}

/** What became of it. `drifted`: it was classified as something else, and its calls wait until a person has said again what it is. */
export interface Taken {
  readonly name: string
  readonly outcome: 'added' | 'changed' | 'unchanged'
  readonly status: 'unclassified' | 'classified' | 'drifted'
  readonly schema_digest: string | null
  /** The definition that people have classified, where this is another. */
  readonly accepted: { readonly description: string; readonly schema: unknown } | null
}

interface Done extends Taken {
  readonly id: ToolId
  readonly events: readonly EventDraft[]
}

/** A definition's words: the schema of its arguments, and what it says beside, as canonical JSON. Null: it does not say. */
interface Words {
  readonly description: string | null
  readonly schema: string | null
  readonly rest: string | null
}

const wordsOf = (listed: ListedTool): Words => {
  const schema = listed.inputSchema ?? listed.input_schema ?? listed.parameters
  return {
    description: listed.description ?? null,
    schema: schema ? canonical(schema) : null,
    rest: restOf(listed),
  }
}

/** What a definition is known by: its description and schema. Drift is seen by it. */
export const definitionDigest = ({ description, schema }: Pick<Words, 'description' | 'schema'>): string =>
  digestOf({ description: description ?? '', schema: schemaIn(schema) })

/** A definition as it is stored. @param schema_digest null: nobody has told one */
function stored(
  tool: Pick<NewTool, 'id' | 'name' | 'source'>,
  words: Words,
  suggestion: Suggestion,
  schema_digest: string | null,
): NewTool {
  const { schema, rest } = words
  const hints = JSON.stringify(suggestion)
  return { ...tool, description: words.description ?? '', schema, schema_digest, rest, hints, first_seen_agent: null }
}

/** What a person writes down of a tool that nobody has described. */
export const byHand = (id: ToolId, listed: ListedTool, source: string): NewTool =>
  stored({ id, name: listed.name, source }, wordsOf(listed), suggest(listed), null)

/** Records what is told of a tool. Descriptions and schemas are content of their source: their digest alone. */
export const toolTold = (
  type: 'tool.created' | 'tool.imported' | 'tool.updated',
  by: Principal,
  { id, name, source, schema_digest }: Pick<NewTool, 'id' | 'name' | 'source' | 'schema_digest'>,
): EventDraft => toolEvent(type, by, [id], { tool_id: id, name, source, schema_digest })

/**
 * Takes in what is told of tools: the last of each name. What is new is unclassified; what was classified and is described
 * otherwise now is no longer what people said of it, whoever tells it: its calls wait under its one item. Loosens nothing.
 * What is known already waits for nobody, and nobody for it. @param room how many new names; null: as many as there are
 */
export async function takeIn(
  app: Pick<Instance, 'db'>,
  by: Principal,
  told: readonly Told[],
  room: number | null = null,
): Promise<Taken[]> {
  const last = new Map(told.map(one => [one.definition.name, one]))
  const before = new Map((await namedTools(reader(app.db.pool), [...last.keys()])).map(row => [row.name, row]))
  const done = new Map<string, Done>()
  const fresh: Told[] = []
  const differ: Told[] = []
  for (const [name, one] of last) {
    const row = before.get(name)
    const judged = row && judge(one, row)
    if (judged?.is === 'known') done.set(name, judged.done)
    else (row ? differ : fresh).push(one)
  }
  const rest = [...differ, ...(room === null ? fresh : fresh.slice(0, room))]
  for (const one of rest.length > 0 ? await write(app, by, rest) : []) done.set(one.name, one)
  const sentence = 'It is described otherwise than when it was classified.'
  for (const { id, name, status } of done.values())
    if (status === 'drifted') await openClassification(app, { id, name }, sentence)
  return [...last.keys()].flatMap(name => done.get(name) ?? []).map(({ id: _, events: __, ...taken }) => taken)
}

function write(app: Pick<Instance, 'db'>, by: Principal, told: readonly Told[]): Promise<Done[]> {
  return transact(app.db, async tx => {
    await touchRegistry(tx)
    await guardExclusive(tx)
    const at = await clock(tx)
    const all: Done[] = []
    for (const one of told) all.push(await takeOne(tx, by, one, at))
    const moved = all.filter(one => one.events.length > 0)
    if (moved.length > 0) tx.hint('tool', moved.length > 50 ? '*' : moved.map(one => one.id))
    await record(
      tx,
      at,
      moved.flatMap(one => one.events),
    )
    return all
  })
}

async function takeOne(tx: Tx, by: Principal, told: Told, at: Date): Promise<Done> {
  const fresh = saidOf(told, null)
  if (await insertTool(tx, fresh, at))
    return doneWith(fresh, 'added', 'unclassified', [toolTold('tool.imported', by, fresh)])
  const row = await findToolByName(tx, fresh.name)
  if (!row) throw new Error('a tool was neither new nor there')
  const judged = judge(told, row)
  if (judged.is === 'known') return judged.done
  const { said } = judged
  if (row.classified) demandOrganisation(told)
  if (judged.is === 'rewritten') {
    const { description } = judged
    await describeTool(tx, row.id, { ...said, description })
    return doneWith(said, 'changed', judged.status, [toolTold('tool.updated', by, said)])
  }
  const { schema_digest, source } = said
  if (schema_digest === null) throw new Error('a definition that people classified has lost its schema')
  await driftRow(tx, row.id, { ...said, schema_digest, at })
  const event = { tool_id: row.id, name: row.name, source, from_digest: row.schema_digest, schema_digest }
  return doneWith(said, 'changed', 'drifted', [toolEvent('tool.drifted', by, [row.id], event)], acceptedOf(row))
}

/** What is told of a tool that is there: nothing new; other words for what people have not said, or have; or drift. */
type Judged =
  | { readonly is: 'known'; readonly done: Done }
  | {
      readonly is: 'rewritten'
      readonly said: NewTool
      readonly description: string
      readonly status: 'unclassified' | 'classified'
    }
  | { readonly is: 'drifted'; readonly said: NewTool }

function judge(told: Told, row: CatalogueEntry): Judged {
  const said = saidOf(told, row)
  const known = (status: Taken['status'], accepted: Taken['accepted'] = null): Judged => ({
    is: 'known',
    done: doneWith(said, 'unchanged', status, [], accepted),
  })
  const isMoved = row.source !== '' && row.source !== said.source
  const isOf = (one: Pick<NewTool, 'schema_digest' | 'rest'>, what = said) =>
    one.schema_digest === what.schema_digest && (one.rest === null || one.rest === what.rest)
  // What was classified by its name, or by a person's own words, takes the first definition that its server tells.
  const isUntold = row.schema_digest === null && !row.drift && !isMoved
  const isFirst = told.from === 'server' || row.description === '' || row.description === said.description
  if (!row.classified || (isUntold && isFirst)) {
    const status = row.classified ? 'classified' : 'unclassified'
    const isSame = isOf(row) && row.rest === said.rest && row.description === said.description
    // Another suggestion says nothing anew of what people have classified, and a server's listing none that people brought.
    const suggestsSame = row.classified || told.from === 'server' || row.hints === said.hints
    if (isSame && row.source === said.source && suggestsSame) return known(status)
    return { is: 'rewritten', said, description: said.description, status }
  }
  if (row.drift && isOf(row.drift)) return known('drifted', acceptedOf(row))
  // A copy of what people classified says nothing of what its server says now.
  if (row.drift && told.from !== 'server' && isOf(row, saidOf(told, { ...row, drift: null })))
    return known('drifted', acceptedOf(row))
  // What people said is of this definition at this server: the same words at another one are another tool.
  if (row.drift || !isOf(row) || isMoved) return { is: 'drifted', said }
  const isKnown = row.source === said.source && row.rest === said.rest
  return isKnown ? known('classified') : { is: 'rewritten', said, description: row.description, status: 'classified' }
}

const acceptedOf = ({ description, schema }: CatalogueEntry) => ({ description, schema: schemaIn(schema) })

/** @throws Refused `request.forbidden` */
function demandOrganisation({ from, definition }: Told): void {
  if (from === 'team')
    throw new Refused(
      'request.forbidden',
      `${definition.name} is classified already: every team’s agents use it, and the organisation’s governors take another definition of it in.`,
    )
}

const doneWith = (
  { id, name, schema_digest }: NewTool,
  outcome: Taken['outcome'],
  status: Taken['status'],
  events: readonly EventDraft[] = [],
  accepted: Taken['accepted'] = null,
): Done => ({ id, name, schema_digest, outcome, status, accepted, events })

/** What is said of a tool, whole: by its server as it is, by anybody else beside what is known of it. */
function saidOf({ definition, source, suggestion, from }: Told, row: CatalogueEntry | null): NewTool {
  const told = wordsOf(definition)
  const tool = { id: row?.id ?? newId('tol'), name: definition.name }
  // A definition without a schema takes nothing, and one that says nothing beside says that: both can change.
  if (from === 'server') {
    const words = { ...told, schema: told.schema ?? '{}', rest: told.rest ?? '{}' }
    return stored({ ...tool, source }, words, suggestion, definitionDigest(words))
  }
  const known = row?.drift ?? row
  const whose = row?.classified ? row.source : source || (row?.source ?? '')
  const description = told.description ?? known?.description ?? ''
  const schema = told.schema ?? known?.schema ?? null
  // A person may have written the description anew: it is then not what its server said, which the digest is of.
  if (known && description === known.description && schema === known.schema)
    return stored(
      { ...tool, source: whose },
      { description, schema, rest: told.rest ?? known.rest },
      suggestion,
      known.schema_digest,
    )
  const isNamed = description === '' && schema === null
  const words = { description, schema, rest: told.rest ?? known?.rest ?? (isNamed ? null : '{}') }
  return stored({ ...tool, source: whose }, words, suggestion, isNamed ? null : definitionDigest(words))
}

const schemaIn = (text: string | null): unknown => (text === null ? null : JSON.parse(text))
