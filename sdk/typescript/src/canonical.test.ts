import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { canonical, digestOf } from './canonical.ts'
import { sha256Hex } from './sha256.ts'

const vectors: { json: string; canonical: string; digest: string }[] = JSON.parse(
  readFileSync(new URL('../../vectors.json', import.meta.url), 'utf8'),
)

describe('the canonical form', () => {
  it.each(vectors)('P10 of $json is the same in every language', ({ json, canonical: text, digest }) => {
    const params: unknown = JSON.parse(json)
    expect(canonical(params)).toBe(text)
    expect(digestOf({ tool: 't', params })).toBe(digest)
  })

  it('takes an absent resource for null, and undefined members for absent ones', () => {
    expect(digestOf({ tool: 't', params: { a: undefined } })).toBe(digestOf({ tool: 't', resource: null, params: {} }))
  })

  it.each([
    Number.NaN,
    Number.POSITIVE_INFINITY,
    10n,
    '\ud800',
    { '\udc00': 1 },
    [undefined],
    new Date(0),
    new Map(),
    () => 1,
    Symbol('a'),
  ])('P02 P03 refuses what is no JSON: %o', value => {
    expect(() => canonical({ value })).toThrow(TypeError)
  })
})

it('SHA-256 agrees with Node’s over every length around its blocks', () => {
  for (let length = 0; length < 260; length++) {
    const text = 'é'.repeat(length % 7) + 'a'.repeat(length)
    expect(sha256Hex(text)).toBe(createHash('sha256').update(text).digest('hex'))
  }
})
