import { edgeOf, type NodeId, nodeKey, type TreeNode } from '@/lib/audit/merkle'
import type { Reader } from '@/server/db/tx'

/** How far the log has been numbered: `mark` is the highest event id looked at, `skipped` the ids below it that were not there. */
export interface Head {
  readonly mark: number
  readonly size: number
  readonly skipped: readonly number[]
}

/** An event as it was recorded, not numbered yet. */
export interface RawEvent {
  readonly id: number
  readonly body: string
}

export interface Entry {
  readonly seq: number
  readonly event_id: number
  readonly leaf: Uint8Array
}

export interface Sealed {
  readonly seq: number
  readonly body: string
  readonly leaf: Buffer
}

export async function readHead(db: Reader): Promise<Head> {
  const [row] = await db.query<{ mark: number; size: number; skipped: string[] }>(
    'select mark, size, skipped from log_head where id = 1',
  )
  if (!row) throw new Error('log_head has no row')
  return { mark: row.mark, size: row.size, skipped: row.skipped.map(Number) }
}

/**
 * What is to be numbered next, in id order: ids that were gaps before, then those past the mark. One statement is one
 * snapshot: whoever sees an event sees every conflicting one that was committed before it.
 */
export async function readUnnumbered(
  db: Reader,
  mark: number,
  skipped: readonly number[],
  limit: number,
): Promise<RawEvent[]> {
  return db.query<RawEvent>(
    `select id, body from (
       (select id, body from event where id = any($2::bigint[]) order by id limit $3)
       union all
       (select id, body from event where id > $1 order by id limit $3)) as e
     order by id limit $3`,
    [mark, skipped, limit],
    'unnumbered',
  )
}

/**
 * Appends entries and tree nodes and moves the head, in one statement that does nothing at all when the head is not where
 * it was thought to be. Answers whether it was.
 */
export async function appendLog(
  db: Reader,
  before: Pick<Head, 'mark' | 'size'>,
  after: Head,
  entries: readonly Entry[],
  nodes: readonly TreeNode[],
): Promise<boolean> {
  const rows = await db.query(
    `with head as (
       update log_head set mark = $1, size = $2, skipped = $3 where id = 1 and mark = $4 and size = $5 returning id
     ), entries as (
       insert into log_entry (seq, event_id, leaf)
       select e.seq, e.event_id, e.leaf from head, unnest($6::bigint[], $7::bigint[], $8::bytea[]) as e(seq, event_id, leaf)
     ), nodes as (
       insert into log_node (level, index, hash)
       select n.level, n.index, n.hash from head, unnest($9::int[], $10::bigint[], $11::bytea[]) as n(level, index, hash)
     ) select id from head`,
    [
      after.mark,
      after.size,
      after.skipped,
      before.mark,
      before.size,
      entries.map(one => one.seq),
      entries.map(one => one.event_id),
      entries.map(one => Buffer.from(one.leaf)),
      nodes.map(one => one.level),
      nodes.map(one => one.index),
      nodes.map(one => Buffer.from(one.hash)),
    ],
    'append-log',
  )
  return rows.length === 1
}

/** Events up to the mark that were recorded in the last `minutes` and have no number: transactions that came very late. */
export async function findStragglers(db: Reader, mark: number, minutes: number, limit: number): Promise<number[]> {
  const rows = await db.query<{ id: number }>(
    `select e.id from event e
     where e.at > holdpoint.now() - make_interval(mins => $2) and e.id <= $1
       and not exists (select from log_entry l where l.event_id = e.id)
     order by e.id limit $3`,
    [mark, minutes, limit],
  )
  return rows.map(row => row.id)
}

/** Complete subtrees by id; leaves stand in log_entry, everything above them in log_node. */
export async function readNodes(db: Reader, ids: readonly NodeId[]): Promise<Map<string, Uint8Array>> {
  if (ids.length === 0) return new Map()
  const leaves = ids.filter(id => id.level === 0)
  const inner = ids.filter(id => id.level > 0)
  const rows = await db.query<{ level: number; index: number; hash: Buffer }>(
    `select 0 as level, seq as index, leaf as hash from log_entry where seq = any($1::bigint[])
     union all
     select n.level, n.index, n.hash from log_node n join unnest($2::int[], $3::bigint[]) as w(level, index) using (level, index)`,
    [leaves.map(id => id.index), inner.map(id => id.level), inner.map(id => id.index)],
    'log-nodes',
  )
  return new Map(rows.map(row => [nodeKey(row), row.hash]))
}

/** A node of the log is not there: the log was rewritten. Never that the database could not be asked. */
export class NodeMissing extends Error {}

/** The right edge of the tree at `size`, left to right. @throws NodeMissing */
export async function readEdge(db: Reader, size: number): Promise<Uint8Array[]> {
  const ids = edgeOf(size)
  const nodes = await readNodes(db, ids)
  return ids.map(id => {
    const hash = nodes.get(nodeKey(id))
    if (!hash) throw new NodeMissing(`node ${nodeKey(id)} of the log is missing`)
    return hash
  })
}

export async function insertCheckpoint(db: Reader, size: number, root: Uint8Array, note: string): Promise<void> {
  await db.query(
    'insert into checkpoint (size, root, note, at) values ($1, $2, $3, holdpoint.now()) on conflict (size) do nothing',
    [size, Buffer.from(root), note],
    'insert-checkpoint',
  )
}

/** The newest signed head. */
export async function newestCheckpoint(
  db: Reader,
): Promise<{ size: number; root: Buffer; note: string; at: Date } | null> {
  const [row] = await db.query<{ size: number; root: Buffer; note: string; at: Date }>(
    'select size, root, note, at from checkpoint order by size desc limit 1',
    [],
    'newest-checkpoint',
  )
  return row ?? null
}

/** Entries from `from` up to `end` (exclusive), in order, at most `limit`. */
export async function readEntries(db: Reader, from: number, end: number, limit: number): Promise<Sealed[]> {
  return db.query<Sealed>(
    `select l.seq, e.body, l.leaf from log_entry l join event e on e.id = l.event_id
     where l.seq >= $1 and l.seq < $2 order by l.seq limit $3`,
    [from, end, limit],
    'log-entries',
  )
}
