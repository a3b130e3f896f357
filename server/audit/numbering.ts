import { leafHash, openTree, type Tree, type TreeNode } from '@/lib/audit/merkle'
import type { Reader } from '@/server/db/tx'
import { nodeSha256 } from './ed25519'
import { appendLog, type Entry, findStragglers, type Head, readEdge, readHead, readUnnumbered } from './log-store'

/** More than this many at once would hold up the event loop. */
const batch = 2_000
/** A jump of the sequence leaves gaps that nobody will ever fill: so many of them are watched, the sweep finds the rest. */
const longestGap = 10_000
const gapMs = 60_000

/** The log's end in the memory of whoever numbers it. */
export interface Numbering {
  size(): number
  root(): Uint8Array
  /** Numbers what is there. Answers how many, and whether there may be more; null: somebody else has moved the head. */
  round(now: number): Promise<{ numbered: number; more: boolean } | null>
  /** Looks for events recorded in the last `minutes` that were passed over. */
  sweep(minutes: number, now: number): Promise<number>
}

/**
 * Takes the log up where it ends. A missing id is a transaction that is not committed yet, or never will be. It is
 * looked for in every round for a minute: no transaction of ours lives so long, because each of its statements, and each
 * wait between two of them, ends after one to ten seconds. Should one do so after all, the sweep finds what it recorded.
 */
export async function openNumbering(db: Reader, now: number): Promise<Numbering> {
  let head = await readHead(db)
  const tree: Tree = openTree(head.size, await readEdge(db, head.size), nodeSha256)
  const gaps = new Map(head.skipped.map(id => [id, now]))

  return {
    size: () => tree.size(),
    root: () => tree.root(),
    async round(at) {
      const rows = await readUnnumbered(db, head.mark, [...gaps.keys()], batch)
      const last = Math.max(head.mark, rows.at(-1)?.id ?? 0)
      const seen = new Set(rows.map(row => row.id))
      const next = new Map(gaps)
      for (const id of seen) next.delete(id)
      for (let id = head.mark + 1; id < last && id - head.mark <= longestGap; id++) if (!seen.has(id)) next.set(id, at)
      for (const [id, since] of next) if (at - since > gapMs) next.delete(id)
      if (rows.length === 0 && next.size === gaps.size) return { numbered: 0, more: false }

      const entries: Entry[] = []
      const nodes: TreeNode[] = []
      for (const row of rows) {
        const leaf = leafHash(row.body, nodeSha256)
        entries.push({ seq: tree.size(), event_id: row.id, leaf })
        nodes.push(...tree.append(leaf))
      }
      const after: Head = { mark: last, size: tree.size(), skipped: [...next.keys()] }
      if (!(await appendLog(db, head, after, entries, nodes))) return null
      head = after
      gaps.clear()
      for (const [id, since] of next) gaps.set(id, since)
      return { numbered: rows.length, more: rows.length === batch }
    },
    async sweep(minutes, at) {
      const late = await findStragglers(db, head.mark, minutes, batch)
      for (const id of late) gaps.set(id, at)
      return late.length
    },
  }
}
