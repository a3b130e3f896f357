import { emptyRoot, type FindNode, foldNodes, type NodeId, nodeHash, subtreesOf } from './merkle'

/** Leaves `start` to `end` (exclusive) whose hash a proof contains. */
export interface Span {
  readonly start: number
  readonly end: number
}

/** The largest power of two below n (n ≥ 2). */
function split(n: number): number {
  let k = 1
  while (k * 2 < n) k *= 2
  return k
}

/** Which spans the inclusion proof of leaf `index` in a tree of `size` is made of (RFC 6962 §2.1.1), in its order. */
export function inclusionSpans(index: number, size: number): Span[] {
  if (index < 0 || index >= size) return []
  const spans: Span[] = []
  let [start, end] = [0, size]
  while (end - start > 1) {
    const middle = start + split(end - start)
    if (index < middle) {
      spans.unshift({ start: middle, end })
      end = middle
    } else {
      spans.unshift({ start, end: middle })
      start = middle
    }
  }
  return spans
}

/** Which spans prove that the tree of `first` leaves is a prefix of that of `second` (RFC 6962 §2.1.2), in its order. */
export function consistencySpans(first: number, second: number): Span[] {
  if (first <= 0 || first >= second) return []
  const spans: Span[] = []
  let [start, end, whole] = [0, second, true]
  while (first !== end) {
    const middle = start + split(end - start)
    if (first <= middle) {
      spans.unshift({ start: middle, end })
      end = middle
    } else {
      spans.unshift({ start, end: middle })
      start = middle
      whole = false
    }
  }
  return whole ? spans : [{ start, end }, ...spans]
}

/** Every stored node that these spans need: fetch them in one query, then `proofOf`. */
export function nodesOf(spans: readonly Span[]): NodeId[] {
  return spans.flatMap(span => subtreesOf(span.start, span.end))
}

/** Hashes the spans of a proof. @throws Error when a node is missing: the log is damaged. */
export function proofOf(spans: readonly Span[], find: FindNode): Uint8Array[] {
  return spans.map(span =>
    foldNodes(
      subtreesOf(span.start, span.end).map(id => {
        const hash = find(id)
        if (!hash) throw new Error(`node ${id.level}/${id.index} of the log is missing`)
        return hash
      }),
    ),
  )
}

/** Bytes are compared whole: these are public hashes. */
export function same(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i])
}

/** Is `leaf` the entry at `index` of the tree with this size and root? (RFC 9162 §2.1.3.2) */
export function verifyInclusion(
  leaf: Uint8Array,
  index: number,
  size: number,
  proof: readonly Uint8Array[],
  root: Uint8Array,
): boolean {
  if (!Number.isSafeInteger(index) || !Number.isSafeInteger(size) || index < 0 || index >= size) return false
  let [node, last, hash] = [index, size - 1, leaf]
  for (const step of proof) {
    if (last === 0 || step.length !== 32) return false
    if (node % 2 === 1 || node === last) {
      hash = nodeHash(step, hash)
      while (node % 2 === 0 && node !== 0) [node, last] = [node / 2, Math.floor(last / 2)]
    } else hash = nodeHash(hash, step)
    ;[node, last] = [Math.floor(node / 2), Math.floor(last / 2)]
  }
  return last === 0 && same(hash, root)
}

/** Is the tree `first` with `firstRoot` a prefix of the tree `second` with `secondRoot`? (RFC 9162 §2.1.4.2) */
export function verifyConsistency(
  first: number,
  second: number,
  firstRoot: Uint8Array,
  secondRoot: Uint8Array,
  proof: readonly Uint8Array[],
): boolean {
  if (!Number.isSafeInteger(first) || !Number.isSafeInteger(second) || first < 0 || first > second) return false
  if (first === second) return proof.length === 0 && same(firstRoot, secondRoot)
  if (first === 0) return proof.length === 0 && same(firstRoot, emptyRoot)
  const power = Number.isInteger(Math.log2(first)) && 2 ** Math.log2(first) === first
  const path = power ? [firstRoot, ...proof] : [...proof]
  const [start, ...rest] = path
  if (!start || path.some(step => step.length !== 32)) return false
  let [node, last] = [first - 1, second - 1]
  while (node % 2 === 1) [node, last] = [Math.floor(node / 2), Math.floor(last / 2)]
  let [old, now] = [start, start]
  for (const step of rest) {
    if (last === 0) return false
    if (node % 2 === 1 || node === last) {
      old = nodeHash(step, old)
      now = nodeHash(step, now)
      while (node % 2 === 0 && node !== 0) [node, last] = [node / 2, Math.floor(last / 2)]
    } else now = nodeHash(now, step)
    ;[node, last] = [Math.floor(node / 2), Math.floor(last / 2)]
  }
  return last === 0 && same(old, firstRoot) && same(now, secondRoot)
}
