import { sha256 } from '@noble/hashes/sha2.js'
import { concatBytes, utf8ToBytes } from '@noble/hashes/utils.js'

/** SHA-256 of bytes. The server hands in Node's own, which is ten times as fast. */
export type Sha256 = (bytes: Uint8Array) => Uint8Array

/** A complete subtree: at `level` it spans 2^level leaves, the `index`-th of that size. Level 0 is a leaf. */
export interface NodeId {
  readonly level: number
  readonly index: number
}

export interface TreeNode extends NodeId {
  readonly hash: Uint8Array
}

/** Hands out the hash of a complete subtree. */
export type FindNode = (id: NodeId) => Uint8Array | undefined

const leafPrefix = Uint8Array.of(0)
const nodePrefix = Uint8Array.of(1)

/** RFC 6962 §2.1: SHA-256(0x00 ‖ entry). The entry is the event's canonical bytes. */
export function leafHash(entry: Uint8Array | string, sha: Sha256 = sha256): Uint8Array {
  return sha(concatBytes(leafPrefix, typeof entry === 'string' ? utf8ToBytes(entry) : entry))
}

/** RFC 6962 §2.1: SHA-256(0x01 ‖ left ‖ right). */
export function nodeHash(left: Uint8Array, right: Uint8Array, sha: Sha256 = sha256): Uint8Array {
  return sha(concatBytes(nodePrefix, left, right))
}

/** The root of a tree without leaves: SHA-256 of nothing. */
export const emptyRoot: Uint8Array = sha256(new Uint8Array(0))

/** Names a node in a map. */
export const nodeKey = ({ level, index }: NodeId): string => `${level}/${index}`

/**
 * The complete subtrees that make up the leaves `start` to `end` (exclusive), from left to right; `start` is a multiple of
 * the largest power of two below the span, as in every range of RFC 6962.
 */
export function subtreesOf(start: number, end: number): NodeId[] {
  const nodes: NodeId[] = []
  for (let from = start; from < end; ) {
    let level = 0
    let width = 1
    while (from % (width * 2) === 0 && from + width * 2 <= end) {
      width *= 2
      level++
    }
    nodes.push({ level, index: from / width })
    from += width
  }
  return nodes
}

/** The right edge of a tree: what has to be known to append to it, or to tell its root. */
export function edgeOf(size: number): NodeId[] {
  return subtreesOf(0, size)
}

/** Hashes adjoining subtrees, left to right, into one: RFC 6962 trees lean to the left. */
export function foldNodes(hashes: readonly Uint8Array[], sha: Sha256 = sha256): Uint8Array {
  let hash = hashes.at(-1) ?? emptyRoot
  for (let i = hashes.length - 2; i >= 0; i--) hash = nodeHash(hashes[i] ?? emptyRoot, hash, sha)
  return hash
}

/**
 * A tree that is only appended to: what it keeps is its right edge (at most 53 hashes). `append` answers the complete
 * subtrees above the leaf that came into being, lowest first; the leaf itself is not among them.
 */
export interface Tree {
  size(): number
  root(): Uint8Array
  append(leaf: Uint8Array): TreeNode[]
}

/** Opens a tree at `size` with the hashes of `edgeOf(size)`, in that order. */
export function openTree(size = 0, edge: readonly Uint8Array[] = [], sha: Sha256 = sha256): Tree {
  const ids = edgeOf(size)
  if (ids.length !== edge.length)
    throw new Error(`a tree of ${size} has an edge of ${ids.length} nodes, not ${edge.length}`)
  const stack: TreeNode[] = ids.map((id, i) => ({ ...id, hash: edge[i] ?? emptyRoot }))
  let count = size
  return {
    size: () => count,
    root: () =>
      foldNodes(
        stack.map(node => node.hash),
        sha,
      ),
    append(leaf) {
      const made: TreeNode[] = []
      let node: TreeNode = { level: 0, index: count, hash: leaf }
      while (stack.at(-1)?.level === node.level) {
        const left = stack.pop()
        if (!left) break
        node = { level: node.level + 1, index: left.index / 2, hash: nodeHash(left.hash, node.hash, sha) }
        made.push(node)
      }
      stack.push(node)
      count++
      return made
    },
  }
}
