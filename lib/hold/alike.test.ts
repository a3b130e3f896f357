import fc from 'fast-check'
import { describe, expect, inject, it } from 'vitest'
import { type Alike, grouped } from './alike'

const runs = (count: number) => ({ numRuns: count * inject('scale'), seed: inject('seed') })

interface Item extends Alike {
  readonly id: number
}
let n = 0
const item = (agent: string, level: string, more: Partial<Alike> = {}): Item => ({
  id: ++n,
  kind: 'action',
  agent: { id: agent },
  tool: 'pay',
  operation: 'pay',
  risk: { level },
  doubted: false,
  may_decide: true,
  ...more,
})
const many = (count: number, make: () => Item) => Array.from({ length: count }, make)
const shown = (items: readonly Item[]) => grouped(items, one => one).map(row => [row.first.id, row.all.length])

describe('U11: the rows of a queue', () => {
  it('a flood of one agent is one row, at the place of its first; what is graver stays above it and by itself', () => {
    const grave = item('a', 'critical')
    const flood = many(27, () => item('a', 'high'))
    const [other, lone] = [item('b', 'high'), item('c', 'low')]
    const queue = [grave, ...flood.slice(0, 20), other, ...flood.slice(20), lone]
    expect(shown(queue)).toEqual([
      [grave.id, 1],
      [flood[0]?.id, 27],
      [other.id, 1],
      [lone.id, 1],
    ])
  })

  it.each([
    ['another tool', { tool: 'send' }],
    ['another operation', { operation: 'send' }],
    ['another risk', { risk: { level: 'low' } }],
    ['what untrusted content led to', { doubted: true }],
    ['not for me to decide', { may_decide: false }],
    ['a change', { kind: 'change' }],
    ['of no agent', { agent: null }],
  ])('%s is not alike', (_, more) => {
    expect(shown([...many(6, () => item('a', 'high')), item('a', 'high', more)]).map(row => row[1])).toEqual([6, 1])
  })

  it('five alike stand by themselves', () => {
    expect(shown(many(5, () => item('a', 'high')))).toHaveLength(5)
  })

  it('nothing is lost or shown twice, each group keeps its order, and no row stands before a graver one', () => {
    const levels = ['critical', 'high', 'medium', 'low']
    const any = fc.array(
      fc.record({ agent: fc.constantFrom('a', 'b', 'c'), at: fc.nat(3), tool: fc.constantFrom('x', 'y') }),
      { maxLength: 60 },
    )
    fc.assert(
      fc.property(any, given => {
        const queue = given
          .toSorted((one, two) => one.at - two.at)
          .map(one => item(one.agent, levels[one.at] ?? '', { tool: one.tool }))
        const rows = grouped(queue, one => one)
        expect(rows.flatMap(row => row.all.map(one => one.id)).toSorted((a, b) => a - b)).toEqual(
          queue.map(one => one.id),
        )
        for (const row of rows) {
          expect(row.all[0]).toBe(row.first)
          expect(new Set(row.all.map(one => one.risk.level)).size).toBe(1)
        }
        const order = rows.map(row => levels.indexOf(row.first.risk.level))
        expect(order).toEqual(order.toSorted((a, b) => a - b))
      }),
      runs(100),
    )
  })
})
