import fc from 'fast-check'
import { expect, inject, test, vi } from 'vitest'
import type { Meaning } from '@/lib/tool/tool'
import { argumentFacts } from './argument-facts'
import { indexed } from './indexed'
import { traceIn, traceOf } from './provenance'
import { reportedSources, type Source, sourceKinds } from './source'

// The campaign's rounds on a busy machine take longer than a unit test may.
vi.setConfig({ testTimeout: 120_000 })

const runs = { numRuns: 300 * inject('scale'), seed: inject('seed') }
const letters = (size: number) =>
  fc.string({
    unit: fc.constantFrom(...'abcdefghkmnpqrstuvwxyzABCDEFGH0123456789'),
    minLength: size,
    maxLength: size + 8,
  })
/** An account number: nothing that could stand anywhere by chance. */
const account = fc.tuple(letters(6), fc.integer({ min: 10_000, max: 9_999_999 })).map(([a, b]) => `${a}${b}q`)
const noise = fc.string({ unit: 'grapheme', maxLength: 80 })
const meanings: Record<string, Meaning> = { to: 'recipient', amount: 'amount', note: 'body', cc: 'recipient' }
const value = fc.oneof(
  account,
  fc.double({ noNaN: true }),
  fc.constantFrom('yes', 'EUR', 1, true, null, 98.7, 'Bob'),
  noise,
)
const params = fc.record({
  to: value,
  amount: value,
  note: fc.oneof(value, fc.array(value, { maxLength: 3 })),
  cc: value,
})
const text = (given: fc.Arbitrary<unknown>) =>
  fc.tuple(noise, given, noise).map(([a, b, c]) => `${a} ${typeof b === 'object' ? JSON.stringify(b) : String(b)} ${c}`)

const ranks = { person: 4, trusted: 3, agent: 2, unknown: 2, untrusted: 1, none: 5 } as const

test('INV-46 whatever an agent reports of its sources, no fact gets better by it: the same, or untrusted', () => {
  const source = (given: fc.Arbitrary<unknown>, by: fc.Arbitrary<Source['reported_by']>) =>
    fc.record({ kind: fc.constantFrom(...sourceKinds), reported_by: by, ref: fc.constant(null), text: text(given) })
  const worlds = params.chain(given => {
    const said = fc.constantFrom<unknown>(...Object.values(given), given)
    return fc.record({
      given: fc.constant(given),
      recorded: fc.array(source(said, fc.constantFrom('gateway', 'harness')), { maxLength: 3 }),
      reported: fc.array(source(said, fc.constant('agent' as const)), { maxLength: 3 }),
      complete: fc.boolean(),
    })
  })
  fc.assert(
    fc.property(worlds, ({ given, recorded, reported, complete }) => {
      const before = argumentFacts(traceOf(given, recorded, complete), meanings, given)
      const after = argumentFacts(traceOf(given, [...recorded, ...reported], complete), meanings, given)
      for (const fact of ['recipient_from', 'amount_from'] as const) {
        expect(ranks[after[fact]]).toBeLessThanOrEqual(ranks[before[fact]])
        if (after[fact] === 'person' || after[fact] === 'trusted') expect(after[fact]).toBe(before[fact])
      }
      expect(after.any_untrusted || !before.any_untrusted).toBe(true)
      expect(after.untrusted_text || !before.untrusted_text).toBe(true)
      expect(before.asked_for || !after.asked_for).toBe(true)
      expect(after.untrusted_arguments).toEqual(expect.arrayContaining([...before.untrusted_arguments]))
    }),
    runs,
  )
})

test('what only the agent reports never makes a value the person’s or trusted', () => {
  fc.assert(
    fc.property(params, text(fc.constant('')), (given, around) => {
      const said = `${around} ${Object.values(given).join(' ')}`
      const sources = reportedSources({
        prompt: said,
        sources: [
          { kind: 'user', text: said },
          { kind: 'system', text: said },
        ],
      })
      const { found } = traceOf(given, sources)
      expect(found.filter(one => one.from !== 'unknown')).toEqual([])
    }),
    runs,
  )
})

test('an account number is found under any nesting of the encodings that we know, and the place that is named holds it', () => {
  type Encode = (plain: string) => string
  const written: Encode[] = [
    plain => plain,
    plain => plain.replace(/(.{4})/g, '$1 ').trim(),
    plain => plain.toLowerCase(),
  ]
  const encodings: Encode[] = [
    plain => plain,
    plain => JSON.stringify({ note: `line\n${plain}\n` }),
    plain => Buffer.from(`pay to ${plain}, thanks`).toString('base64'),
    plain => Buffer.from(plain).toString('hex'),
    plain => [...Buffer.from(plain)].map(one => `%${one.toString(16).padStart(2, '0')}`).join(''),
    plain => [...plain].map(one => `&#${one.codePointAt(0)};`).join(''),
  ]
  const layer = fc.constantFrom(...encodings)
  fc.assert(
    fc.property(account, noise, fc.constantFrom(...written), layer, layer, (wanted, around, write, first, second) => {
      const body = `${around} ${second(first(write(wanted)))} ${around}`
      const [found] = traceOf({ to: wanted }, [
        { kind: 'tool_result', reported_by: 'agent', ref: 'r', text: body },
      ]).found
      expect(found).toMatchObject({ from: 'untrusted', source: 0 })
      expect(found?.offset).toBeGreaterThanOrEqual(0)
      expect((found?.offset ?? 0) + (found?.length ?? 0)).toBeLessThanOrEqual(body.length)
    }),
    runs,
  )
})

test('P09 as much of the worst text as is looked at is looked through in bounded time, and arguments of any shape are traced', () => {
  const size = 262_144
  const usual = { to: 'GB29NWBK60161331926819', n: 12_345.67, on: '2024-05-20', deep: Array(100).fill('AAAAAAAB 41') }
  const many = (value: unknown) => ({ a: Array(500).fill(value) })
  const worst: readonly (readonly [text: string, params: Record<string, unknown>, kind?: Source['kind']])[] = [
    ['1,'.repeat(size / 2), usual],
    ['%41'.repeat(size / 3), usual],
    ['A'.repeat(size), usual],
    ['"\\'.repeat(size / 2), usual],
    ['[{"a":'.repeat(size / 6), usual],
    ['1 234 '.repeat(size / 6), usual],
    ['&#x41;'.repeat(size / 6), usual],
    [' '.repeat(size), usual],
    ['mar 1 '.repeat(size / 6), usual],
    // Found far behind, inside longer words, again and again.
    [`é${'z'.repeat(size - 200)}${'zqwertyz'.repeat(20)}`, many('qwerty')],
    [`é${'z'.repeat(size - 200)}${'zqwertyz'.repeat(20)}`, many('qwerty'), 'user'],
    [`${'é'.repeat(size - 200)} qwertyuiop`, many('qwertyuiop')],
    // Almost there at every place.
    ['a'.repeat(size), many(`${'a'.repeat(2_000)}b${'a'.repeat(2_000)}`)],
    ['aaaaac'.repeat(size / 6), many('aaaaab')],
    // Part of a name at every place.
    ['x12345 '.repeat(size / 7), many(12_345), 'user'],
    // One name from one end of the text to the other, and encodings at every place.
    [`qwerty${' '.repeat(size - 20)}uiop`, many('qwertyuiop'), 'user'],
    ['%71%77%65%72%74%79%75%69'.repeat(size / 24), many('uiqwerty')],
    [`${'%2571'.repeat(size / 5)}`, many(`qqqqqqqq`)],
    ['a'.repeat(size), many(`a${'!'.repeat(4_000)}`), 'user'],
  ]
  for (const [at, [body, params, kind = 'tool_result']] of worst.entries()) {
    const sources = indexed([{ kind, reported_by: 'agent', ref: null, text: body.slice(0, size) }])
    const began = performance.now()
    traceIn(params, sources, true)
    expect(performance.now() - began, `${at}: ${body.slice(0, 12)}`).toBeLessThan(1_000)
  }
})

test('P09 what a text leaves no room to look for is said to be unread, never to be the agent’s own', () => {
  const body = `${'aaaaac'.repeat(43_000)} GB29NWBK60161331926819`
  const sources = indexed([{ kind: 'tool_result', reported_by: 'agent', ref: null, text: body }])
  const values = Array.from({ length: 500 }, (_, at) => `aaaaab${at}xyz`)
  const { found } = traceIn({ a: values, to: 'GB29NWBK60161331926819' }, sources, true)
  expect(found).toHaveLength(501)
  expect(found.find(one => one.pointer === '/to')).toMatchObject({ from: 'untrusted', source: 0 })
  const unread = found.filter(one => one.unread)
  expect(unread.length).toBeGreaterThan(0)
  expect(unread.every(one => one.from === 'unknown')).toBe(true)
  expect(found.filter(one => one.from === 'agent').length + unread.length).toBe(500)
})

test('INV-46 however much an agent reports, what others recorded is looked through as before', () => {
  const recorded: Source = {
    kind: 'tool_result',
    reported_by: 'gateway',
    ref: 'mail',
    text: 'pay GB29NWBK60161331926819',
  }
  const reported: Source = { kind: 'tool_result', reported_by: 'agent', ref: null, text: 'a'.repeat(262_144) }
  const given = { noise: Array(499).fill(`${'a'.repeat(300)}b`), to: 'x', late: ['y', 'z', 'GB29NWBK60161331926819'] }
  const found = (sources: readonly Source[]) => traceOf(given, sources).found.find(one => one.pointer === '/late/2')
  expect(found([recorded])).toMatchObject({ from: 'untrusted', source: 0 })
  expect(found([recorded, reported])).toMatchObject({ from: 'untrusted', source: 0 })
  expect(found([{ ...recorded, text: '' }, reported])).toMatchObject({ from: 'unknown', unread: true })
})

test('a usual action is traced in less than two milliseconds, and one without sources in no time', () => {
  const sources = reportedSources({
    prompt: 'Please pay the bill in bill.txt for me.',
    sources: Array.from({ length: 5 }, (_, at) => ({
      kind: 'tool_result' as const,
      ref: `read#${at}`,
      text: JSON.stringify(
        Array.from({ length: 20 }, (_, n) => ({
          id: n,
          to: `GB29NWBK6016133${at}${n}`,
          amount: n * 1.5,
          subject: 'Rent & more',
        })),
      ),
    })),
  })
  const given = {
    recipient: 'GB29NWBK601613347',
    amount: 25.5,
    subject: 'Rent for the month of May',
    date: '2024-05-20',
  }
  const best = (work: () => unknown) => {
    const took = Array.from({ length: 40 }, () => {
      const began = performance.now()
      work()
      return performance.now() - began
    })
    return Math.min(...took)
  }
  expect(best(() => traceOf(given, sources))).toBeLessThan(2)
  expect(best(() => traceOf(given, reportedSources(undefined)))).toBeLessThan(0.02)
})
