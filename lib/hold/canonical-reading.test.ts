import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Meaning } from '@/lib/tool/tool'
import { canonicalReading } from './canonical-reading'

/** What stands beside the value: nothing, one reading, or the readings with what is open. */
type Beside = null | string | { readonly any: readonly string[]; readonly of: RegExp }

function check(value: unknown, meaning: Meaning | undefined, want: Beside) {
  const found = canonicalReading(value, meaning)
  if (want === null) return expect(found).toBe(null)
  if (typeof want === 'string') return expect(found).toEqual({ readings: [want], doubt: null })
  expect(found).toEqual({ readings: want.any, doubt: expect.stringMatching(want.of) })
}

const thousands = /may part thousands or a fraction/
const unknown = /no form of it that is known/

describe('U16 an amount', () => {
  it.each<[string | number, Beside]>([
    ['18450.00', null],
    ['0.125', null],
    ['-5', null],
    [98.7, null],
    [1.125, null],
    ['1.000,50', '1000.50'],
    ['1,000.50', '1000.50'],
    ['1e3', '1000'],
    ['1.5E-2', '0.015'],
    ['12.345e1', '123.45'],
    [1e21, `1${'0'.repeat(21)}`],
    [-1e-7, '-0.0000001'],
    ['1000,50', '1000.50'],
    ['0,125', '0.125'],
    ['1.000.000', '1000000'],
    ['1,000,000', '1000000'],
    ["1'000.50", '1000.50'],
    ['1 000,500', '1000.500'],
    ['1\u202f000', '1000'],
    ['+5', '5'],
    ['007.10', '7.10'],
    [' 5', '5'],
    ['98,70 EUR', '98.70 EUR'],
    ['98,70€', '98.70 EUR'],
    ['GBP 1,000.50', '1000.50 GBP'],
    ['1.000', { any: ['1.000', '1000'], of: thousands }],
    ['1,000', { any: ['1000', '1.000'], of: thousands }],
    ['-12.500 EUR', { any: ['-12.500 EUR', '-12500 EUR'], of: thousands }],
    ['$98.70', { any: ['98.70 $'], of: /several currencies/ }],
    ['1.5k', { any: [], of: unknown }],
    ['12.34.56', { any: [], of: unknown }],
    ['1,00,000', { any: [], of: unknown }],
    ['１２', { any: [], of: unknown }],
    ['12 or so', { any: [], of: unknown }],
    ['EUR 5 USD', { any: [], of: unknown }],
  ])('%s', (value, want) => check(value, 'amount', want))

  it('U16 a count as well; a number of no known meaning only where it can be nothing else', () => {
    check('1,000', 'count', { any: ['1000', '1.000'], of: thousands })
    check('1.000,50', undefined, '1000.50')
    for (const name of ['1.000', '1,5', '1e3', '10.2.1', 'v1']) check(name, undefined, null)
    check(1e21, undefined, `1${'0'.repeat(21)}`)
  })

  it('U16 whatever decimal it is and however it is grouped, the value is among its readings', () => {
    const digits = fc.tuple(fc.nat({ max: 10 ** 12 }), fc.nat({ max: 9_999 }), fc.constantFrom(0, 1, 2, 3, 4))
    const marks = fc.constantFrom([',', '.'], ['.', ','], [' ', ','], ["'", '.'], ['', '.'], ['', ','])
    fc.assert(
      fc.property(digits, marks, ([whole, part, places], [group = '', point = '']) => {
        const fraction = places === 0 ? '' : String(part).padStart(places, '0').slice(0, places)
        const written = String(whole).replace(/\B(?=(\d{3})+$)/g, group) + (fraction && point + fraction)
        const value = `${whole}${fraction && `.${fraction}`}`
        const found = canonicalReading(written, 'amount')
        expect(found === null ? [written] : found.readings).toContain(value)
        if (found && found.readings.length > 1) expect(found.doubt).toMatch(thousands)
      }),
      { numRuns: 1_000 },
    )
  })
})

const round = /day and month may be either way round/
const zoneless = /no time zone is given/

describe('U16 a day or a moment', () => {
  it.each<[string, Beside]>([
    ['2026-04-03', null],
    ['2026-04-03T10:00:00Z', null],
    ['2026-04-03T10:00:00.000Z', null],
    ['03/04/2026', { any: ['2026-04-03', '2026-03-04'], of: round }],
    ['3-4-2026', { any: ['2026-04-03', '2026-03-04'], of: round }],
    ['04/04/2026', '2026-04-04'],
    ['13/04/2026', '2026-04-13'],
    ['04/13/2026', '2026-04-13'],
    ['03.04.2026', '2026-04-03'],
    ['2026/4/3', '2026-04-03'],
    ['3 April 2026', '2026-04-03'],
    ['Apr 3rd, 2026', '2026-04-03'],
    ['03/04/26', { any: [], of: /which part is the year/ }],
    ['2026-04-03T12:00:00+02:00', '2026-04-03T10:00:00Z'],
    ['2026-04-03T23:30:00-0200', '2026-04-04T01:30:00Z'],
    ['2026-04-03T12:00+02', '2026-04-03T10:00:00Z'],
    ['2026-04-03T12:00:00.250+02:00[Europe/Berlin]', '2026-04-03T10:00:00.250Z'],
    ['2026-04-03 12:00 UTC', '2026-04-03T12:00:00Z'],
    ['Fri, 03 Apr 2026 12:00:00 GMT', '2026-04-03T12:00:00Z'],
    ['3 April 2026, 5:15 pm UTC', '2026-04-03T17:15:00Z'],
    ['3 April 2026 at 12:00 am UTC', '2026-04-03T00:00:00Z'],
    ['2026-04-03T12:00:00', { any: ['2026-04-03T12:00:00'], of: zoneless }],
    ['2026-04-03 12:00', { any: ['2026-04-03T12:00:00'], of: zoneless }],
    ['2026-04-03 12:00 CST', { any: ['2026-04-03T12:00:00'], of: /its zone is a name/ }],
    ['2026-04-03 12:00 Europe/Berlin', { any: ['2026-04-03T12:00:00'], of: /its zone is a name/ }],
    ['2026-04-03T12:00:00[Asia/Tokyo]', { any: ['2026-04-03T12:00:00'], of: /its zone is a name/ }],
    ['03/04/2026 12:00+02:00', { any: ['2026-04-03T10:00:00Z', '2026-03-04T10:00:00Z'], of: round }],
    [
      '03/04/2026 12:00',
      { any: ['2026-04-03T12:00:00', '2026-03-04T12:00:00'], of: /either way round, and no time zone/ },
    ],
    ['2026-04-03 25:00', { any: [], of: unknown }],
    ['31/02/2026', null],
    ['GB29NWBK60161331926819', null],
    ['10.2.1', null],
    ['by 3 April 2026', null],
    ['act_01J9', null],
  ])('%s, whatever it means', (value, want) => check(value, undefined, want))

  it.each<[string | number, Beside]>([
    ['2026-04', null],
    ['20260403', '2026-04-03'],
    [1_775_210_400, '2026-04-03T10:00:00Z'],
    ['1775210400250', '2026-04-03T10:00:00.250Z'],
    ['31/02/2026', { any: [], of: unknown }],
    ['tomorrow', { any: [], of: unknown }],
    ['12:00', { any: [], of: unknown }],
    [5, { any: [], of: unknown }],
  ])('%s, where the tool says that it is a date', (value, want) => check(value, 'date', want))

  it('U16 every moment with an offset is the same moment in its reading', () => {
    const moments = fc.date({ min: new Date(0), max: new Date(4_000_000_000_000), noInvalidDate: true })
    fc.assert(
      fc.property(moments, fc.integer({ min: -56, max: 56 }), (at, quarters) => {
        const seconds = new Date(Math.floor(at.getTime() / 1_000) * 1_000)
        const shown = new Date(seconds.getTime() + quarters * 15 * 60_000).toISOString().slice(0, 19)
        const away = Math.abs(quarters) * 15
        const zone = [Math.floor(away / 60), away % 60].map(one => String(one).padStart(2, '0')).join(':')
        const found = canonicalReading(`${shown}${quarters < 0 ? '-' : '+'}${zone}`)
        expect(found).toEqual({ readings: [seconds.toISOString().replace('.000Z', 'Z')], doubt: null })
      }),
      { numRuns: 500 },
    )
  })

  it('U16 what is a name, a program or a secret is not read as a day or a number', () => {
    for (const meaning of ['secret', 'code', 'sql', 'file', 'reference', 'resource_id'] as const)
      for (const value of ['03/04/2026', '1.000,50', 1e21]) check(value, meaning, null)
  })

  it('U16 a text of any length is read in no time', () => {
    for (const value of ['1,'.repeat(500_000), '1 '.repeat(500_000), `${' '.repeat(500_000)}3 April 2026`])
      for (const meaning of ['amount', 'date', undefined] as const) canonicalReading(value, meaning)
  })
})
