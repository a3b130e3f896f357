import { bytesToHex } from '@noble/hashes/utils.js'
import { z } from 'zod'
import { mayEverywhere, type SignedIn, teamsFor } from '@/lib/access/permission'
import { type NodeId, nodeKey } from '@/lib/audit/merkle'
import { inclusionSpans, nodesOf, proofOf } from '@/lib/audit/proof'
import { isId, timeOf } from '@/lib/kernel/id'
import { Refused } from '@/lib/kernel/problem'
import { type Page, pageOf, readCursor } from '@/server/db/page'
import type { Reader } from '@/server/db/tx'
import { newestCheckpoint, readEntries, readNodes } from './log-store'
import type { Signer } from './signer'
import {
  agentsOfTeams,
  entriesAbout,
  entryOfEvent,
  type LogRow,
  type NumberedRow,
  namesOf,
  pageLog,
} from './view-store'

/** One event as it was recorded: what is hashed is the canonical form of this. */
export const recordedEvent = z.object({
  at: z.string(),
  by: z.object({ kind: z.enum(['person', 'agent', 'system']), id: z.string() }),
  data: z.record(z.string(), z.unknown()),
  id: z.string(),
  subjects: z.array(z.string()),
  type: z.string(),
})

/** One event as screens list it; `seq` and `leaf` are null until it is numbered, a moment after it happened. */
export const loggedEvent = z.strictObject({
  seq: z.number().nullable(),
  id: z.string(),
  type: z.string(),
  at: z.string(),
  created_at: z.string(),
  etag: z.string(),
  by: z.strictObject({ kind: z.enum(['person', 'agent', 'system']), id: z.string(), name: z.string() }),
  subjects: z.array(z.strictObject({ id: z.string(), name: z.string().optional() })),
  data: z.record(z.string(), z.unknown()),
  leaf: z.string().nullable(),
})
export type LoggedEvent = z.infer<typeof loggedEvent>

export interface LogQuery {
  readonly after?: string | undefined
  readonly type?: string | undefined
  readonly subject?: string | undefined
  readonly actor?: string | undefined
  readonly limit: number
  readonly cursor?: string | undefined
}

const systemNames: Readonly<Record<string, string>> = {
  gate: 'Gate',
  engine: 'Holdpoint',
  setup: 'Setup',
  demo: 'Demo',
}

/** A page of the log, newest first. Whose role reaches some teams only reads about those teams' agents. `after` is a seq or a time. */
export async function pageEvents(db: Reader, person: SignedIn, query: LogQuery): Promise<Page<LoggedEvent>> {
  const cursor = readCursor(query.cursor, 1)
  const before = cursor ? Number(cursor[0]) : null
  if (before !== null && !Number.isSafeInteger(before))
    throw new Refused('request.invalid', 'This cursor is not one of ours.')
  const teams = teamsFor(person, 'audit.read')
  const seq = /^\d{1,15}$/.test(query.after ?? '') ? Number(query.after) : null
  const rows = await pageLog(
    db,
    {
      type: query.type ?? null,
      subject: query.subject ?? null,
      actor: query.actor ?? null,
      afterSeq: seq,
      afterTime: query.after !== undefined && seq === null ? new Date(query.after) : null,
      agents: teams === 'all' ? null : await agentsOfTeams(db, teams),
      before,
    },
    query.limit + 1,
  )
  const page = pageOf(rows, query.limit, row => [String(row.event_id)])
  const read = page.items.map(row => ({ row, event: recordedEvent.parse(JSON.parse(row.body)) }))
  const names = await namesOf(db, [...new Set(read.flatMap(({ event }) => [event.by.id, ...event.subjects]))])
  return { items: read.map(({ row, event }) => shown(row, event, names)), next_cursor: page.next_cursor }
}

function shown(row: LogRow, event: z.infer<typeof recordedEvent>, names: ReadonlyMap<string, string>): LoggedEvent {
  const { id, type, at, by, subjects, data } = event
  return {
    seq: row.seq,
    id,
    type,
    at,
    created_at: at,
    // An event never changes: it is its own version.
    etag: `"${id}"`,
    by: { ...by, name: names.get(by.id) ?? systemNames[by.id] ?? by.id },
    subjects: subjects.map(one => {
      const name = names.get(one)
      return name === undefined ? { id: one } : { id: one, name }
    }),
    data,
    leaf: row.leaf?.toString('hex') ?? null,
  }
}

/** The newest signed head and the key that verifies it. @throws Refused request.not_found before the first one */
export async function showCheckpoint(db: Reader, signer: Signer) {
  const newest = await newestCheckpoint(db)
  if (!newest) throw new Refused('request.not_found', 'Nothing has been sealed yet.')
  return {
    origin: signer.origin,
    size: newest.size,
    root: newest.root.toString('hex'),
    note: newest.note,
    at: newest.at.toISOString(),
    vkey: signer.vkey,
  }
}

/** The whole log and proofs about it are for those whose role reaches everything. */
export function demandWholeLog(person: SignedIn): void {
  if (!mayEverywhere(person, 'audit.read'))
    throw new Refused('request.forbidden', 'The whole log is for people with a role on the whole organisation.')
}

/**
 * Proves entries of the log against the newest signed head: by seq, event id, or action (all its entries).
 * @throws Refused request.not_found for what is not there, or not sealed yet
 */
export async function proveEntries(db: Reader, signer: Signer, what: string) {
  const head = await showCheckpoint(db, signer)
  const rows = await find(db, what, head.size)
  if (rows.length === 0) throw new Refused('request.not_found')
  const wanted = new Map<string, NodeId>()
  for (const row of rows)
    for (const node of nodesOf(inclusionSpans(row.seq, head.size))) wanted.set(nodeKey(node), node)
  const nodes = await readNodes(db, [...wanted.values()])
  return {
    checkpoint: head,
    entries: rows.map(row => ({
      seq: row.seq,
      event: recordedEvent.parse(JSON.parse(row.body)),
      leaf: row.leaf.toString('hex'),
      proof: proofOf(inclusionSpans(row.seq, head.size), id => nodes.get(nodeKey(id))).map(bytesToHex),
    })),
  }
}

async function find(db: Reader, what: string, size: number): Promise<NumberedRow[]> {
  if (/^\d{1,15}$/.test(what)) return readEntries(db, Number(what), Math.min(size, Number(what) + 1), 1)
  if (isId('evt', what)) return entryOfEvent(db, what, new Date(timeOf(what)), size)
  return isId('act', what) ? entriesAbout(db, what, size) : []
}
