import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { edgeOf, emptyRoot, leafHash, nodeHash, nodeKey, openTree } from './merkle'
import { consistencySpans, inclusionSpans, nodesOf, proofOf, verifyConsistency, verifyInclusion } from './proof'

/** The entries and roots of Certificate Transparency's own reference tree. */
const entries = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
].map(hexToBytes)
const roots = [
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
]

function grow(leaves: readonly Uint8Array[]) {
  const tree = openTree()
  const nodes = new Map<string, Uint8Array>()
  const grown = [tree.root()]
  for (const [index, leaf] of leaves.entries()) {
    nodes.set(nodeKey({ level: 0, index }), leaf)
    for (const node of tree.append(leaf)) nodes.set(nodeKey(node), node.hash)
    grown.push(tree.root())
  }
  return { tree, roots: grown, find: (id: { level: number; index: number }) => nodes.get(nodeKey(id)) }
}

/** RFC 6962 §2.1 as it is written, to compare with. */
function plainRoot(leaves: readonly Uint8Array[]): Uint8Array {
  const [only] = leaves
  if (!only) return emptyRoot
  if (leaves.length === 1) return only
  let k = 1
  while (k * 2 < leaves.length) k *= 2
  return nodeHash(plainRoot(leaves.slice(0, k)), plainRoot(leaves.slice(k)))
}

const leavesOf = (count: number) => Array.from({ length: count }, (_one, i) => leafHash(`entry ${i}`))

describe('the Merkle tree of RFC 6962', () => {
  test('has the roots of the reference tree', () => {
    const { roots: grown } = grow(entries.map(entry => leafHash(entry)))
    expect(bytesToHex(emptyRoot)).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855')
    expect(grown.slice(1).map(bytesToHex)).toEqual(roots)
  })

  test('proves inclusion as the reference does: leaf 6 of 8, leaf 3 of 8, leaf 2 of 3', () => {
    const { find } = grow(entries.map(entry => leafHash(entry)))
    const proof = (index: number, size: number) => proofOf(inclusionSpans(index, size), find).map(bytesToHex)
    expect(proof(0, 8)).toEqual([
      '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7',
      '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
      '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4',
    ])
    expect(proof(2, 3)).toEqual(['fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125'])
  })

  test('proves consistency as the reference does: 6 of 8', () => {
    const { find } = grow(entries.map(entry => leafHash(entry)))
    expect(proofOf(consistencySpans(6, 8), find).map(bytesToHex)).toEqual([
      '0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a',
      'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
      'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    ])
  })

  test('grows leaf by leaf into the root that the definition gives', () => {
    const leaves = leavesOf(130)
    const { roots: grown } = grow(leaves)
    for (const [size, root] of grown.entries())
      expect(bytesToHex(root)).toBe(bytesToHex(plainRoot(leaves.slice(0, size))))
  })

  test('goes on from its stored edge as if it had never stopped', () => {
    const leaves = leavesOf(100)
    const { roots: grown, find } = grow(leaves)
    for (let size = 0; size < 100; size++) {
      const again = openTree(
        size,
        edgeOf(size).map(id => find(id) ?? emptyRoot),
      )
      for (const leaf of leaves.slice(size, size + 3)) again.append(leaf)
      expect(again.root()).toEqual(grown[Math.min(size + 3, 100)])
    }
  })

  test('INV-35 every inclusion proof verifies, for its leaf, index, size and root alone', () => {
    const leaves = leavesOf(70)
    const { roots: grown, find } = grow(leaves)
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 70 }), fc.nat(), fc.nat(), (size, a, b) => {
        const [index, other] = [a % size, b % size]
        const spans = inclusionSpans(index, size)
        const known = new Set(nodesOf(spans).map(nodeKey))
        const proof = proofOf(spans, id => (known.has(nodeKey(id)) ? find(id) : undefined))
        const [leaf, root] = [leaves[index] ?? emptyRoot, grown[size] ?? emptyRoot]
        expect(verifyInclusion(leaf, index, size, proof, root)).toBe(true)
        if (other !== index) {
          expect(verifyInclusion(leaves[other] ?? emptyRoot, index, size, proof, root)).toBe(false)
          expect(verifyInclusion(leaf, other, size, proof, root)).toBe(false)
        }
        expect(verifyInclusion(leaf, index, size, [...proof, emptyRoot], root)).toBe(false)
        if (proof.length > 0) expect(verifyInclusion(leaf, index, size, proof.slice(1), root)).toBe(false)
        expect(verifyInclusion(leaf, index, size, proof, emptyRoot)).toBe(false)
      }),
    )
  })

  test('INV-34 every two sizes are provably consistent, and no others', () => {
    const leaves = leavesOf(40)
    const { roots: grown, find } = grow(leaves)
    const fork = grow([...leaves.slice(0, 3), leafHash('another'), ...leaves.slice(4)])
    for (let second = 0; second <= 40; second++) {
      for (let first = 0; first <= second; first++) {
        const proof = proofOf(consistencySpans(first, second), find)
        const [old, now] = [grown[first] ?? emptyRoot, grown[second] ?? emptyRoot]
        expect(verifyConsistency(first, second, old, now, proof), `${first} of ${second}`).toBe(true)
        if (first > 3) expect(verifyConsistency(first, second, fork.roots[first] ?? emptyRoot, now, proof)).toBe(false)
        if (first < second && first > 0)
          expect(verifyConsistency(first, second, old, now, proof.slice(0, -1))).toBe(false)
      }
    }
  })
})
