import { mayEverywhere, maySomewhere, type SignedIn } from '@/lib/access/permission'
import { etagOf, matchesEtag } from '@/lib/kernel/etag'
import type { ToolId } from '@/lib/kernel/id'
import type { Principal } from '@/lib/kernel/principal'
import { Refused } from '@/lib/kernel/problem'
import type { CreateToolBody, ImportBody, ListedTool } from '@/lib/tool/contract'
import { type Suggestion, suggest, suggestionIn, suggestsKey } from '@/lib/tool/suggest'
import { clock, guardExclusive, touchRegistry } from '@/server/db/guard'
import { newId } from '@/server/db/id'
import { record } from '@/server/db/record'
import { transact } from '@/server/db/tx'
import type { Instance } from '@/server/instance'
import { demandMayClassify, knownTool, writeClassification } from './classify'
import { byHand, definitionDigest, type Told, takeIn, toolTold } from './take-in'
import { describeTool, findTool, insertTool } from './tool-store'

function demandMayWrite(person: SignedIn): void {
  if (!maySomewhere(person, 'registry.write')) throw new Refused('request.forbidden')
}

/** Adds one tool by hand, and says at once what it is if asked to. @throws Refused `request.invalid` when the name is known. */
export async function createTool(app: Pick<Instance, 'db'>, person: SignedIn, body: CreateToolBody): Promise<ToolId> {
  demandMayWrite(person)
  if (body.classification) demandMayClassify(person)
  const id = newId('tol')
  await transact(app.db, async tx => {
    await touchRegistry(tx)
    if (body.classification) await guardExclusive(tx)
    const at = await clock(tx)
    const by: Principal = { kind: 'person', id: person.id }
    const tool = byHand(id, { name: body.name, description: body.description }, body.source)
    if (!(await insertTool(tx, tool, at))) {
      throw new Refused('request.invalid', 'The catalogue has a tool of this name.', {
        errors: [{ pointer: '/name', message: 'Known already' }],
      })
    }
    const events = [toolTold('tool.created', by, tool)]
    const row = body.classification && (await findTool(tx, id, true))
    if (row && body.classification) {
      events.push(await writeClassification(tx, row, body.classification, person.id, at))
    }
    tx.hint('tool', [id])
    await record(tx, at, events)
  })
  return id
}

/** What an import did, by name. `drifted`: classified tools among those that changed. */
export type Imported = Record<'added' | 'changed' | 'unchanged' | 'drifted', string[]>

/**
 * Takes definitions in that a person brings: new ones are unclassified, with suggestions; a classified tool that is described
 * otherwise waits until people have said again what it is, as if its server had told it. Nothing in them decides anything.
 */
export async function importTools(
  app: Pick<Instance, 'db'>,
  person: SignedIn,
  { source, suggested }: Pick<ImportBody, 'source' | 'suggested'>,
  listed: readonly ListedTool[],
): Promise<Imported> {
  demandMayWrite(person)
  const from = mayEverywhere(person, 'tool.classify') ? 'organisation' : 'team'
  const told = listed.map(
    (definition): Told => ({
      source,
      definition,
      suggestion: suggested ? suggestionOf(definition) : suggest(definition),
      from,
    }),
  )
  const result: Imported = { added: [], changed: [], unchanged: [], drifted: [] }
  for (const { name, outcome, status } of await takeIn(app, { kind: 'person', id: person.id }, told)) {
    result[outcome].push(name)
    if (outcome === 'changed' && status === 'drifted') result.drifted.push(name)
  }
  return result
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

/** Edits what is told of a tool; what it *is* goes through classifying, and whose may say so. @throws Refused 412 */
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
    // Whose tool it is counts as much as what it is: what was said of one server's is not said of another's.
    if (tool.classified) demandMayClassify(person)
    if (!matchesEtag(ifMatch, tool.version))
      throw new Refused('request.precondition_failed', `It is ${etagOf(tool.version)} now.`)
    const at = await clock(tx)
    const description = patch.description ?? tool.description
    // Before people have said what it is, other words are another definition: whoever says so reads these.
    const isOther = !tool.classified && tool.schema_digest !== null
    const schema_digest = isOther ? definitionDigest({ description, schema: tool.schema }) : tool.schema_digest
    const said = { ...tool, description, schema_digest, source: patch.source ?? tool.source }
    await describeTool(tx, tool.id, said)
    tx.hint('tool', [tool.id])
    await record(tx, at, [toolTold('tool.updated', { kind: 'person', id: person.id }, said)])
  })
}
