import { describe, expect, it } from 'vitest'
import { charactersShown, dwellOf, readingDemanded, readingLeft } from './reading-time'
import { type Requirement, union } from './requirement'

const now = new Date('2026-03-20T12:00:00Z')
const ago = (seconds: number) => new Date(now.getTime() - seconds * 1_000)
const body = (length: number) => new Map([['body', JSON.stringify({ params: { t: 'x'.repeat(length - 8) } })]])

describe('A26 how long whoever approves must have had it before them', () => {
  it.each<[string, number | undefined, ReadonlyMap<string, string> | undefined, number | null]>([
    ['where policy says nothing, no time', undefined, body(5_000), null],
    ['policy’s minimum', 20, body(100), 20_000],
    ['longer, where there is more to read', 20, body(5_000), 100_000],
    ['the changed arguments are what is shown', 2, new Map([...body(5_000), ['params', '{"a":1}']]), 2_000],
    ['policy’s minimum where the words are erased', 20, undefined, 20_000],
  ])('%s', (_name, read_seconds, parts, expected) => {
    expect(readingDemanded(read_seconds === undefined ? {} : { read_seconds }, parts)).toBe(expected)
  })

  it.each<[string, string, string, number | null]>([
    ['since it was shown to them', 'ann', 'now', 30_000],
    ['never, where they saw what it was before', 'bob', 'now', null],
    ['never, where only others saw it', 'cat', 'now', null],
    ['never, where the showing is later than the verdict', 'dan', 'now', null],
  ])('a person has had it before them %s', (_name, person, digest, expected) => {
    const shown = [
      { person_id: 'ann', digest: 'now', shown_at: ago(30) },
      { person_id: 'bob', digest: 'before', shown_at: ago(300) },
      { person_id: 'dan', digest: 'now', shown_at: ago(-1) },
    ]
    expect(dwellOf(shown, person, digest, now)).toBe(expected)
  })

  it.each<[string, string, number]>([
    ['what is left of it, once they were shown it', 'ann', 15_000],
    ['nothing, once it is over', 'eve', 0],
    ['all of it, where they saw what it was before', 'bob', 20_000],
  ])('who approves must still have it before them for %s', (_name, person, expected) => {
    const shown = [
      { person_id: 'ann', digest: 'now', shown_at: ago(5) },
      { person_id: 'eve', digest: 'now', shown_at: ago(50) },
      { person_id: 'bob', digest: 'before', shown_at: ago(300) },
    ]
    expect(readingLeft(shown, person, 'now', 20_000, now)).toBe(expected)
  })

  it('of two rules the longer time is asked, in any order, and nothing is asked twice', () => {
    const stages = [{ approvals: 1, who: [{ relation: 'any_approver' } as const] }]
    const asks = (read_seconds?: number): Requirement => ({
      stages,
      veto: true,
      ...(read_seconds ? { read_seconds } : {}),
    })
    expect(union(asks(5), asks(20))).toEqual(asks(20))
    expect(union(asks(20), asks())).toEqual(asks(20))
    expect(JSON.stringify(union(asks(20), asks(20)))).toBe(JSON.stringify(asks(20)))
    expect(JSON.stringify(union(asks(), asks()))).toBe(JSON.stringify(asks()))
  })

  it('counts arguments alone, and not what the agent says of them', () => {
    expect(charactersShown(new Map([['body', JSON.stringify({ params: { a: 1 }, intent: 'x'.repeat(9_000) })]]))).toBe(
      7,
    )
  })
})
