import { bytesToHex } from '@noble/hashes/utils.js'
import { z } from 'zod'
import { canonical } from '@/lib/kernel/canonical'
import { type Checkpoint, isSignedBy, parseCheckpoint, type VerifierKey, type Verify } from './checkpoint'
import { leafHash, openTree, type Sha256 } from './merkle'
import { same } from './proof'

const sealedEvent = z.looseObject({
  at: z.string(),
  by: z.looseObject({ kind: z.string(), id: z.string() }),
  data: z.record(z.string(), z.unknown()),
  id: z.string(),
  subjects: z.array(z.string()),
  type: z.string(),
})

/** An event as the log holds it. */
export type SealedEvent = z.infer<typeof sealedEvent>

const entryLine = z.strictObject({
  seq: z.number().int().nonnegative(),
  event: sealedEvent,
  leaf: z.string().regex(/^[0-9a-f]{64}$/),
})
const closingLine = z.strictObject({ checkpoint: z.string() })

/** One line of an export. `body` is the event's exact text, so that the line's canonical form is known without parsing. */
export function exportLine(seq: number, body: string, leaf: Uint8Array): string {
  return `{"event":${body},"leaf":"${bytesToHex(leaf)}","seq":${seq}}\n`
}

/** The line that closes an export: the signed head of all lines before it. */
export function closingLineOf(note: string): string {
  return `${canonical({ checkpoint: note })}\n`
}

/** What is known from elsewhere. Without `keys` an export proves that it is whole, not whose it is. */
export interface Known {
  readonly keys?: readonly VerifierKey[]
  /** Heads kept elsewhere (every gate answer carries one): the export must agree with each of them. */
  readonly heads?: readonly Checkpoint[]
  readonly verify?: Verify
  readonly sha256?: Sha256
}

/** Where an export is first wrong: at `seq`, or, where hashes were made anew as well, somewhere from `seq` to `until`. */
export interface Broken {
  readonly ok: false
  readonly seq: number
  readonly until: number
  readonly reason: string
}

export interface Whole {
  readonly ok: true
  readonly size: number
  readonly root: string
  readonly checkpoint: Checkpoint
  /** True when one of the given keys signed the closing head. */
  readonly signed: boolean
}

/** Reads an export line by line in constant memory. After the first broken line nothing more is read. */
export interface ExportReader {
  /** Takes one line without its newline. Answers the event of an entry that is in order. */
  line(text: string): SealedEvent | null
  broken(): Broken | null
  end(): Whole | Broken
}

/** Opens a reader. @throws never: whatever is wrong with the file is its answer */
export function openExport(known: Known = {}): ExportReader {
  const tree = openTree(0, [], known.sha256)
  const heads = [...(known.heads ?? [])].sort((a, b) => a.size - b.size)
  let next = 0
  let agreed = 0
  let closing: Checkpoint | null = null
  let failure: Broken | null = null
  const fail = (seq: number, reason: string, until = seq) => {
    failure ??= { ok: false, seq, until: Math.max(seq, until), reason }
    return null
  }
  const agree = () => {
    for (let head = heads[next]; head && head.size === tree.size(); head = heads[next]) {
      if (!same(head.root, tree.root()))
        return void fail(
          agreed,
          `the log that signed the head of ${head.size} had another history up to there`,
          head.size - 1,
        )
      agreed = head.size
      next++
    }
  }
  const entry = (text: string, parsed: unknown): SealedEvent | null => {
    const seq = tree.size()
    const read = entryLine.safeParse(parsed)
    if (!read.success || canonicalOf(parsed) !== text)
      return fail(seq, 'this line is not an entry in its canonical form')
    if (read.data.seq !== seq) return fail(seq, `entry ${read.data.seq} stands where ${seq} belongs`)
    const leaf = leafHash(canonical(read.data.event), known.sha256)
    if (bytesToHex(leaf) !== read.data.leaf) return fail(seq, 'the event is not the one that was hashed')
    tree.append(leaf)
    agree()
    return failure ? null : read.data.event
  }
  agree()
  return {
    line(text) {
      if (failure) return null
      if (closing) return fail(tree.size(), 'something stands behind the closing checkpoint')
      const parsed = parse(text)
      const close = closingLine.safeParse(parsed)
      if (!close.success) return entry(text, parsed)
      closing = parseCheckpoint(close.data.checkpoint)
      if (!closing || canonicalOf(parsed) !== text) fail(tree.size(), 'the closing checkpoint is not one')
      return null
    },
    broken: () => failure,
    end() {
      const size = tree.size()
      if (failure) return failure
      if (!closing) return brokenAt(size, 'the export ends without its checkpoint: it was cut off')
      const missing = heads[next]
      const head: Checkpoint = closing
      if (head.size !== size)
        return brokenAt(Math.min(size, head.size), `its checkpoint is of ${head.size} entries, and there are ${size}`)
      if (!same(head.root, tree.root()))
        return brokenAt(agreed, 'its checkpoint has another root: an entry and its hash were both changed', size - 1)
      if (missing)
        return brokenAt(size, `the log had ${missing.size} entries when another head was signed`, missing.size - 1)
      const signed = (known.keys ?? []).some(key => known.verify !== undefined && isSignedBy(head, key, known.verify))
      if ((known.keys ?? []).length > 0 && !signed)
        return brokenAt(agreed, 'its checkpoint was not signed with the given key', Math.max(agreed, size - 1))
      return { ok: true, size, root: bytesToHex(tree.root()), checkpoint: head, signed }
    },
  }
}

const brokenAt = (seq: number, reason: string, until = seq): Broken => ({
  ok: false,
  seq,
  until: Math.max(seq, until),
  reason,
})

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function canonicalOf(value: unknown): string | null {
  try {
    return canonical(value)
  } catch {
    return null
  }
}

/** Verifies an export given as lines (INV-33). `each` sees every entry that is in order. */
export async function verifyExport(
  lines: Iterable<string> | AsyncIterable<string>,
  known: Known = {},
  each: (event: SealedEvent, seq: number) => void = () => undefined,
): Promise<Whole | Broken> {
  const reader = openExport(known)
  let seq = 0
  for await (const line of lines) {
    const event = reader.line(line)
    if (event) each(event, seq++)
    if (reader.broken()) break
  }
  return reader.end()
}
