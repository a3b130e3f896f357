import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatId } from '@/lib/kernel/id'
import { type Constraint, satisfies } from './constraint'
import { type Asked, afterUse, cover, linesFor, ofClass } from './cover'
import type { Grant, GrantLine, Used } from './grant'
import { openTally } from './tally'

const at = new Date('2026-03-01T12:00:00Z')
const later = (seconds: number) => new Date(at.getTime() + seconds * 1_000)
const bytes = (n: number) => new Uint8Array(10).fill(n)
const line = (more: Partial<GrantLine> = {}, n = 1): GrantLine => ({
  id: formatId('gln', 1_000 + n, bytes(n)),
  tool: 'pay_invoice',
  operation: 'pay',
  environment: 'production',
  resource: { type: 'invoice', id: 'INV-2026-', match: 'prefix' },
  params: { recipient: { equals: 'DE89' }, amount: { at_most: '100' }, currency: { one_of: ['EUR'] } },
  count: 5,
  amount: { value: '250.00', currency: 'EUR' },
  ...more,
})
const grant = (more: Partial<Grant> = {}, lines: readonly GrantLine[] = [line()]): Grant => ({
  id: formatId('grt', 1_000, bytes(1)),
  kind: 'standing',
  agent_id: formatId('agt', 1, bytes(2)),
  session: null,
  task: null,
  lines,
  approvals: 1,
  approved_by: [],
  from: later(-60),
  expires_at: later(3_600),
  ...more,
})
const asked = (more: Partial<Asked> = {}): Asked => ({
  agent_id: grant().agent_id,
  tool: 'pay_invoice',
  operation: 'pay',
  environment: 'production',
  resource_type: 'invoice',
  resource_id: 'INV-2026-0042',
  params: { recipient: 'DE89', amount: '98.70', currency: 'EUR' },
  amount: '98.7000',
  currency: 'EUR',
  session: 's-1',
  task: 't-1',
  approvals: 1,
  at,
  ...more,
})
const fresh = (grants: readonly Grant[]): Map<string, Used> =>
  new Map(grants.flatMap(one => one.lines.map(l => [l.id, { count: 0, amount: 0n }] as const)))
const covers = (one: Grant, what: Asked) => cover([one], fresh([one]), what) !== null

describe('cover', () => {
  it('covers the class that people agreed to', () => expect(covers(grant(), asked())).toBe(true))

  it.each<[string, Partial<Asked>]>([
    ['agent', { agent_id: 'agt_other' }],
    ['tool', { tool: 'Pay_invoice' }],
    ['operation', { operation: 'send' }],
    ['environment', { environment: 'staging' }],
    ['type of resource', { resource_type: 'Invoice' }],
    ['resource', { resource_id: 'INV-2025-0042' }],
    ['resource that steps out', { resource_id: 'INV-2026-/../admin' }],
    ['resource that is left out', { resource_id: null }],
    ['type that is left out', { resource_type: null }],
    ['attribute of the resource', { attributes: true }],
    ['recipient', { params: { recipient: 'DE88', amount: '98.70', currency: 'EUR' } }],
    ['further parameter', { params: { recipient: 'DE89', amount: '98.70', currency: 'EUR', note: 'x' } }],
    ['parameter that is left out', { params: { recipient: 'DE89', amount: '98.70' } }],
    ['amount above the most', { params: { recipient: 'DE89', amount: '100.0001', currency: 'EUR' } }],
    ['amount below nought', { params: { recipient: 'DE89', amount: '-1', currency: 'EUR' } }],
    ['amount that cannot be read', { params: { recipient: 'DE89', amount: '1e2', currency: 'EUR' } }],
    ['amount that nobody could sum', { amount: null }],
    ['currency', { currency: 'USD' }],
    ['time after its end', { at: later(3_600) }],
    ['time before its beginning', { at: later(-61) }],
    ['hold that asks more people', { approvals: 2 }],
  ])('P15 never covers another %s', (_name, more) => expect(covers(grant(), asked(more))).toBe(false))

  it('P15 holds to its session and its task', () => {
    expect(covers(grant({ session: 's-1', task: 't-1' }), asked())).toBe(true)
    expect(covers(grant({ session: 's-2' }), asked())).toBe(false)
    expect(covers(grant({ task: 't-2' }), asked())).toBe(false)
    expect(covers(grant({ task: 't-1' }), asked({ task: null }))).toBe(false)
  })

  it('covers nothing of which the uses were not locked', () => expect(cover([grant()], new Map(), asked())).toBeNull())

  it('P14 covers no command line of more than one command, whatever its line says', () => {
    const odd = grant({}, [line({ resource: { type: 'command', id: 'git ', match: 'prefix' } })])
    expect(covers(odd, asked({ resource_type: 'command', resource_id: 'git status' }))).toBe(true)
    expect(covers(odd, asked({ resource_type: 'command', resource_id: 'git status; rm -rf /' }))).toBe(false)
  })

  it('P15 covers whatever equals its exact fields, and nothing that differs in one of them', () => {
    const value = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null))
    const params = fc.dictionary(fc.string({ minLength: 1, maxLength: 8 }), value, { minKeys: 1, maxKeys: 5 })
    fc.assert(
      fc.property(params, params, fc.nat(), (given, other, pick) => {
        const exact: Record<string, Constraint> = {}
        for (const [name, of] of Object.entries(given))
          Object.defineProperty(exact, name, { value: { equals: of }, enumerable: true })
        const one = line({ params: exact, amount: null })
        expect(ofClass(one, asked({ params: given }))).toBe(true)
        const names = Object.keys(given)
        const name = names[pick % names.length] ?? ''
        const differs = { ...given, [name]: [given[name]] }
        expect(ofClass(one, asked({ params: differs }))).toBe(false)
        const same = JSON.stringify(Object.entries(other).sort()) === JSON.stringify(Object.entries(given).sort())
        if (!same && ofClass(one, asked({ params: other })))
          // -0 and 0 are one number in JSON.
          expect(JSON.stringify(Object.entries(other).sort())).toBe(JSON.stringify(Object.entries(given).sort()))
      }),
    )
  })

  it('two lines cover what one of them covers, and never a mixture of both', () => {
    const a = line({ params: { to: { equals: 'a' }, note: { equals: '1' } }, amount: null }, 1)
    const b = line({ params: { to: { equals: 'b' }, note: { equals: '2' } }, amount: null }, 2)
    const both = grant({}, [a, b])
    fc.assert(
      fc.property(fc.constantFrom('a', 'b', 'c'), fc.constantFrom('1', '2', '3'), (to, note) => {
        const what = asked({ params: { to, note } })
        expect(covers(both, what)).toBe(ofClass(a, what) || ofClass(b, what))
        expect(covers(both, what)).toBe((to === 'a' && note === '1') || (to === 'b' && note === '2'))
      }),
    )
  })

  it('counts and sums exactly: never more than was agreed, whatever comes in whatever order', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 1_200_000 }), { maxLength: 30 }), amounts => {
        const tally = openTally(fresh([grant()]))
        let sum = 0
        let count = 0
        for (const scaled of amounts) {
          const amount = `${Math.floor(scaled / 10_000)}.${String(scaled % 10_000).padStart(4, '0')}`
          const what = asked({ amount, params: { recipient: 'DE89', amount, currency: 'EUR' } })
          const fits = scaled <= 1_000_000 && count < 5 && sum + scaled <= 2_500_000
          expect(tally.use([grant()], what) !== null).toBe(fits)
          if (fits) [count, sum] = [count + 1, sum + scaled]
        }
        const [taken] = tally.taken()
        expect(taken?.count ?? 0).toBe(count)
        expect(taken?.amount ?? 0n).toBe(BigInt(sum))
      }),
    )
  })

  it('goes on with the next line where one is used up', () => {
    const two = grant({}, [line({ count: 1 }, 1), line({ count: 1 }, 2)])
    let uses: ReadonlyMap<string, Used> = fresh([two])
    for (const expected of [0, 1, null]) {
      const found = cover([two], uses, asked())
      expect(found?.line.id ?? null).toBe(expected === null ? null : two.lines[expected]?.id)
      if (found) uses = afterUse(uses, found, '98.7000')
    }
  })

  it('locks only lines of the tools that are asked for, in one order', () => {
    const two = grant({}, [line({}, 3), line({ tool: 'other' }, 2), line({}, 1)])
    const ids = linesFor([two], new Set(['pay_invoice']), at)
    expect(ids).toEqual([two.lines[2]?.id, two.lines[0]?.id])
    expect(linesFor([two], new Set(['pay_invoice']), later(9_999))).toEqual([])
  })
})

describe('satisfies', () => {
  it.each<[Constraint, unknown, boolean]>([
    [{ equals: 98.7 }, '98.7', false],
    [{ equals: { a: 1, b: [2] } }, { b: [2], a: 1 }, true],
    [{ one_of: ['a', 1] }, 1, true],
    [{ one_of: ['a', 1] }, '1', false],
    [{ at_most: '100' }, 100, true],
    [{ at_most: '100' }, '100.00', true],
    [{ at_most: '100' }, '0100.01', false],
    [{ at_most: '100' }, true, false],
    [{ prefix: '/reports/' }, '/reports/2026.pdf', true],
    [{ prefix: '/reports/' }, '/reports/../etc/passwd', false],
    [{ prefix: '/reports/' }, '/reports/%2e%2e/x', false],
    [{ prefix: '/reports/' }, ['/reports/'], false],
    [{ prefix: '' }, 'anything', false],
    [{ max_length: 3 }, 'abc', true],
    [{ max_length: 3 }, 'abcd', false],
    [{ max_length: 3 }, 1, false],
    [{ equals: null }, undefined, false],
  ])('%j of %j is %s', (constraint, value, is) => expect(satisfies(constraint, value)).toBe(is))
})
