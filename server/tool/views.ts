import { z } from 'zod'
import { etagOf } from '@/lib/kernel/etag'
import { matchesGlob } from '@/lib/kernel/glob'
import type { ToolId } from '@/lib/kernel/id'
import { Refused } from '@/lib/kernel/problem'
import { parametersOf } from '@/lib/tool/parameters'
import { like } from '@/server/agent/view-store'
import { type Page, pageOf, readCursor } from '@/server/db/page'
import type { Reader } from '@/server/db/tx'
import type { PatternRow } from './pattern-store'
import { type CatalogueEntry, findTools } from './tool-store'
import { listReaching, listToolIds, listWaiting, readToolLines, type ToolLine } from './view-store'

const json = z.unknown()
const parse = (text: string | null): unknown => (text === null ? null : json.parse(JSON.parse(text)))

const suggestion = z
  .looseObject({ parameters: z.record(z.string(), z.unknown()).default({}) })
  .catch({ parameters: {} })
const guessed = (hints: string): Record<string, unknown> => suggestion.parse(JSON.parse(hints)).parameters

/** The agents that somebody may know of; null: all. The catalogue is everybody's, who uses it is not. */
type Seen = ReadonlySet<string> | null
const sees = (seen: Seen, agent: string) => seen === null || seen.has(agent)

/** One tool as the console shows it. `hints` is the suggestion that a person confirms or corrects. */
function item(row: CatalogueEntry, line: ToolLine | undefined, seen: Seen) {
  const schema = parse(row.schema)
  // What may be said of its parameters is about those that it takes now.
  const fromSchema = parametersOf(row.drift ? parse(row.drift.schema) : schema)
  // Without a schema its parameters are known from its first call, and from what a person has said of them.
  const names = Object.keys({ ...guessed(row.hints), ...row.classified?.parameters }).filter(name =>
    fromSchema.every(one => one.name !== name),
  )
  return {
    id: row.id,
    name: row.name,
    description: row.description,
    source: row.source,
    status: row.classified && !row.drift ? 'classified' : 'unclassified',
    classified: row.classified,
    classified_by: row.classified_by ? { id: row.classified_by, name: line?.classified_by_name ?? null } : null,
    classified_at: row.classified_at,
    hints: parse(row.hints),
    schema_digest: row.schema_digest,
    parameters: [...fromSchema, ...names.map(name => ({ name, type: null, description: null }))],
    drift: row.drift && {
      at: row.drift.at,
      before: { description: row.description, schema, rest: parse(row.rest) },
      after: {
        description: row.drift.description,
        schema: parse(row.drift.schema),
        rest: parse(row.drift.rest),
      },
    },
    classify_hold_id: row.classify_hold_id,
    waiting_calls: line?.waiting_calls ?? 0,
    agents: (line?.agents ?? []).filter(one => sees(seen, one.id)),
    first_seen_agent:
      row.first_seen_agent && sees(seen, row.first_seen_agent)
        ? { id: row.first_seen_agent, name: line?.first_seen_agent_name ?? null }
        : null,
    first_seen_at: row.created_at,
    created_at: row.created_at,
    etag: etagOf(row.version),
  }
}
export type ToolItem = ReturnType<typeof item>

async function itemsOf(db: Reader, ids: readonly ToolId[], seen: Seen): Promise<ToolItem[]> {
  if (ids.length === 0) return []
  const rows = new Map((await findTools(db, ids)).map(row => [row.id, row]))
  const lines = new Map((await readToolLines(db, ids)).map(line => [line.id, line]))
  return ids.flatMap(id => {
    const row = rows.get(id)
    return row ? [item(row, lines.get(id), seen)] : []
  })
}

/** The catalogue, by name. */
export async function pageTools(
  db: Reader,
  seen: Seen,
  query: {
    q?: string | undefined
    status?: string | undefined
    source?: string | undefined
    limit: number
    cursor?: string | undefined
  },
): Promise<Page<ToolItem>> {
  const after = readCursor(query.cursor, 1)
  const filter = {
    like: query.q === undefined ? null : like(query.q),
    status: query.status ?? null,
    source: query.source ?? null,
    after: after?.[0] ?? null,
    id: null,
  }
  const page = pageOf(await listToolIds(db, filter, query.limit + 1), query.limit, row => [row.name])
  return {
    items: await itemsOf(
      db,
      page.items.map(row => row.id),
      seen,
    ),
    next_cursor: page.next_cursor,
  }
}

/** One tool with the calls that wait for it and the agents whose scopes reach it, of agents that are seen. @throws Refused `request.not_found` */
export async function readTool(db: Reader, seen: Seen, id: ToolId) {
  const [tool] = await itemsOf(db, [id], seen)
  if (!tool) throw new Refused('request.not_found')
  const reaching = (await listReaching(db)).filter(
    scope =>
      matchesGlob(scope.tool_pattern, tool.name) &&
      (!tool.classified || scope.operations.includes(tool.classified.operation)),
  )
  const agents = [
    ...new Map(reaching.map(scope => [scope.agent_id, { id: scope.agent_id, name: scope.name }])).values(),
  ]
  return {
    ...tool,
    waiting: await listWaiting(db, id, seen === null ? null : [...seen], 100),
    reached_by: agents.filter(one => sees(seen, one.id)).slice(0, 200),
    reached_by_count: agents.length,
  }
}

/** A resource pattern as the console shows it. */
export function patternItem(row: PatternRow) {
  const { version, ...rest } = row
  return { ...rest, etag: etagOf(version) }
}
