import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { operations } from '@/lib/kernel/scale'
import { constrain, executeBy, maskText } from './constrained'
import { type Constraints, combine, combineAll, linesOf, unconstrained } from './constraint'
import { readConstraints } from './constraint-syntax'
import { widenings } from './narrow'

const parameters = {
  amount: 'amount',
  currency: 'currency',
  n: 'count',
  to: 'recipient',
  bcc: 'recipient',
  note: 'body',
  account: 'resource_id',
} as const
const pay = { operation: 'pay', parameters } as const
const asked = { amount: '700.00', currency: 'GBP', to: 'A', bcc: ['X', 'Y'], note: 'thanks', account: 'A1', n: 5 }

const read = (text: string): Constraints => {
  const found = readConstraints(text)
  if (!found.ok) throw new Error(found.faults.join(' '))
  return found.constraints
}
const effect = (text: string, params: Record<string, unknown> = asked, tool: Parameters<typeof constrain>[2] = pay) =>
  constrain(params, read(text), tool)

describe('what a constraint makes of an action', () => {
  it.each<[string, Record<string, unknown>]>([
    ['cap amount 500', { amount: '500' }],
    ['cap $amount 500.50 GBP', { amount: '500.5' }],
    ['cap amount 900', {}],
    ['cap n 3', { n: 3 }],
    ['cap $count 3', { n: 3 }],
    ['drop bcc', { bcc: undefined }],
    ['drop cc', {}],
    ['restrict bcc to [X, Z]', { bcc: ['X'] }],
    ['restrict account to [A1, A2]', {}],
    ["restrict account to ['A1', 'B C']", {}],
    ['restrict account to prefix A', {}],
    ['mask note', { note: maskText }],
    ['mask $body; cap amount 1', { note: maskText, amount: '1' }],
    ['row_limit 2', { n: 2 }],
    ['drop bcc; restrict bcc to [Q]', { bcc: undefined }],
  ])('INV-16 %s', (text, changes) => {
    const done = effect(text)
    expect(done).toMatchObject({ ok: true, params: JSON.parse(JSON.stringify({ ...asked, ...changes })) })
    expect(done.ok && done.modified).toBe(Object.keys(changes).length > 0)
  })

  it.each<[string, Record<string, unknown>]>([
    ['cap amount 500', { ...asked, amount: '7e2' }],
    ['cap amount 500', { ...asked, amount: ['700'] }],
    ['cap amount 500', { ...asked, amount: '-700' }],
    ['cap amount 500', { to: 'A' }],
    ['cap $amount 500 EUR', asked],
    ['cap $amount 500 GBP', { amount: '700', to: 'A' }],
    ['cap account 500', { ...asked, account: '700' }],
    ['drop to; drop bcc', asked],
    ['drop account', asked],
    ['drop amount', asked],
    ['restrict account to [B]', asked],
    ['restrict account to [A1]; restrict account to [B]', asked],
    ['restrict bcc to [Q]', asked],
    ['restrict path to [a]', asked],
    ['restrict account to prefix A', { ...asked, account: 'A/../B' }],
    ['restrict n to [5]', asked],
    ['mask account', asked],
    ['mask to', asked],
    ['read_only', asked],
  ])('INV-16 A22 %s cannot be applied safely and is refused', (text, params) => {
    expect(constrain(params, read(text), pay)).toMatchObject({ ok: false, reason: expect.stringMatching(/\.$/) })
  })

  it('a shorter life and fewer rows are told, and never lengthen what there is', () => {
    const done = effect('execute_within 5m; row_limit 100; read_only', { to: 'A' }, { operation: 'read', parameters })
    expect(done).toMatchObject({
      ok: true,
      modified: false,
      execute_within: 300,
      duties: [{ type: 'row_limit', properties: { rows: 100 } }],
    })
    expect(executeBy(new Date(0), null, 300, 600)).toEqual(new Date(300_000))
    expect(executeBy(new Date(0), null)).toEqual(new Date(900_000))
    expect(executeBy(new Date(0), 5_000)).toEqual(new Date(900_000))
  })

  it('says in short lines what it narrowed', () => {
    expect(linesOf(read('cap $amount 500 GBP; drop bcc; mask note; row_limit 3'))).toEqual([
      'every amount ≤ 500 GBP',
      'bcc left out',
      'note masked',
      'at most 3 rows',
    ])
  })
})

describe('O03 the text of @constrain is strict', () => {
  it.each([
    '',
    ';',
    'cap amount 500;',
    'Cap amount 500',
    'cap amount',
    'cap amount five',
    'cap amount -5',
    'cap amount 1.23456',
    'cap amount 1.2.3',
    'cap amount 500 gbp',
    'cap $amout 500',
    'drop',
    'drop a b',
    'restrict account [A]',
    'restrict account to []',
    'restrict account to [A,,B]',
    'restrict account to [A B]',
    'restrict account to A',
    'restrict path to prefix /tmp/*',
    'mask',
    'readonly',
    'read_only true',
    'execute_within 1h',
    'execute_within 0s',
    'execute_within 5',
    'row_limit 0',
    'row_limit 1.5',
    Array.from({ length: 21 }, () => 'read_only').join(';'),
  ])('refuses “%s”', text => {
    expect(readConstraints(text)).toMatchObject({ ok: false })
  })

  it('names every fault, and reads blanks and quotes as they are meant', () => {
    const bad = readConstraints('cap x; drop; mask a')
    expect(bad.ok ? [] : bad.faults).toHaveLength(2)
    expect(read("  cap   amount  5 ;restrict to to ['a;  b', c]")).toMatchObject({
      caps: [{ of: 'amount', most: '5', currency: null }],
      sets: [{ of: 'to', to: ['a;  b', 'c'] }],
    })
  })
})

const target = fc.constantFrom('amount', '$amount', 'n', '$count', 'to', 'bcc', '$recipient', 'note', 'account', 'gone')
const clause = fc.oneof(
  fc.tuple(target, fc.integer({ min: 0, max: 900 })).map(([of, most]) => `cap ${of} ${most}`),
  fc.tuple(target, fc.constantFrom('GBP', 'EUR')).map(([of, currency]) => `cap ${of} 50 ${currency}`),
  target.map(of => `drop ${of}`),
  target.map(of => `mask ${of}`),
  fc
    .tuple(target, fc.subarray(['A', 'B', 'X', 'A1'], { minLength: 1 }))
    .map(([of, to]) => `restrict ${of} to [${to.join(', ')}]`),
  fc.tuple(target, fc.constantFrom('A', 'A1', 'B')).map(([of, prefix]) => `restrict ${of} to prefix ${prefix}`),
  fc.integer({ min: 1, max: 15 }).map(minutes => `execute_within ${minutes}m`),
  fc.integer({ min: 1, max: 9 }).map(rows => `row_limit ${rows}`),
  fc.constant('read_only'),
)
const constraints = fc.array(clause, { maxLength: 4 }).map(all => combineAll(all.map(read)))
const names = fc.constantFrom('A', 'B', 'X', 'A1', '', 'A/../B')
const params = fc.record(
  {
    amount: fc.oneof(
      fc.integer({ min: -9, max: 999 }).map(String),
      fc.integer({ min: 0, max: 999 }),
      fc.constant('7e2'),
    ),
    currency: fc.constantFrom('GBP', 'EUR'),
    n: fc.integer({ min: 0, max: 12 }),
    to: fc.oneof(names, fc.array(names, { maxLength: 3 })),
    bcc: fc.array(names, { maxLength: 3 }),
    note: fc.oneof(fc.string(), fc.constant(7)),
    account: names,
    other: fc.jsonValue(),
  },
  { requiredKeys: [] },
)
const tools = fc.constantFrom(...operations).map(operation => ({ operation, parameters }))

/** Every single value that a call hands over, as pairs of where and what: the witness of what it reaches. */
function reaches(given: Readonly<Record<string, unknown>>): Set<string> {
  const found = new Set<string>()
  for (const [name, value] of Object.entries(given))
    for (const item of Array.isArray(value) ? value : [value]) found.add(JSON.stringify([name, item]))
  return found
}

describe('INV-16 the algebra of constraints', () => {
  const runs = { numRuns: 3_000 }
  it('combining is commutative, associative and idempotent, with nothing as its neutral element', () => {
    fc.assert(
      fc.property(constraints, constraints, constraints, (a, b, c) => {
        expect(combine(a, b)).toEqual(combine(b, a))
        expect(combine(combine(a, b), c)).toEqual(combine(a, combine(b, c)))
        expect(combine(a, a)).toEqual(a)
        expect(combine(a, unconstrained)).toEqual(a)
      }),
      runs,
    )
  })

  it('A22 what may be executed is within what was asked: each value was asked for, is smaller, or is a masked text', () => {
    fc.assert(
      fc.property(params, constraints, tools, (given, one, tool) => {
        const done = constrain(given, one, tool)
        if (!done.ok) return
        expect(widenings(given, { ...done.params }, parameters)).toEqual([])
        const before = reaches(given)
        for (const witness of reaches(done.params)) {
          if (before.has(witness)) continue
          const [name, value]: [keyof typeof parameters, unknown] = JSON.parse(witness)
          if (parameters[name] === 'body') expect(value).toBe(maskText)
          else {
            expect(['amount', 'count']).toContain(parameters[name])
            expect(typeof value).toBe(typeof Reflect.get(given, name))
            expect(Number(value)).toBeLessThan(Number(Reflect.get(given, name)))
            expect(Number(value)).toBeGreaterThanOrEqual(0)
          }
        }
      }),
      runs,
    )
  })

  it('more constraints never let more through, and the same again changes nothing', () => {
    fc.assert(
      fc.property(params, constraints, constraints, tools, (given, a, b, tool) => {
        const once = constrain(given, a, tool)
        const both = constrain(given, combine(a, b), tool)
        if (both.ok) {
          const masked = new Set(Object.keys(both.params).filter(name => Reflect.get(both.params, name) === maskText))
          expect(once.ok || b.drops.length > 0).toBe(true)
          const outer = once.ok ? reaches(once.params) : reaches(given)
          const lower = new Set(['amount', 'n'])
          for (const witness of reaches(both.params)) {
            const [name, value]: [string, unknown] = JSON.parse(witness)
            if (lower.has(name) && once.ok)
              expect(Number(value)).toBeLessThanOrEqual(Number(Reflect.get(once.params, name)))
            else if (!masked.has(name) && !lower.has(name)) expect(outer.has(witness)).toBe(true)
          }
        }
        const limitsText = [...a.sets, ...a.starts].some(one => ['note', '$body'].includes(one.of))
        const limitsDropped = [...a.caps, ...a.sets, ...a.starts].some(one => a.drops.includes(one.of))
        if (once.ok && !limitsText && !limitsDropped) {
          const again = constrain(once.params, a, tool)
          expect(!again.ok || !again.modified).toBe(true)
        }
      }),
      runs,
    )
  })
})
