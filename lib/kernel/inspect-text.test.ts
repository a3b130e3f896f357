import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { inspect, placesOf } from './inspect-text'

/** Time this thread computed: what else the machine does is not measured. */
const cpuMs = () => process.threadCpuUsage().user / 1_000

describe('inspect', () => {
  test('U03 U04 U05 counts what cannot be seen and names look-alikes', () => {
    expect(inspect('p\u0430y\u200b\u202e to a@p\u0430ypal.com')).toMatchObject({
      invisible: 1,
      bidi: 1,
      mixedScript: true,
      lookalikes: [{ char: '\u0430', codepoint: 'U+0430', like: 'a' }],
      places: [{ written: 'a@p\u0430ypal.com', host: 'xn--pypal-4ve.com', disguised: true }],
    })
    expect(inspect(' \u200b'.repeat(50))).toMatchObject({ invisible: 50 })
    expect(inspect('Pay the December car rental bill, 98.70 GBP')).toEqual({
      invisible: 0,
      bidi: 0,
      mixedScript: false,
      lookalikes: [],
      places: [],
      active: [],
    })
  })

  test.each([
    ['https://bank.example@evil.example/pay', 'evil.example', true],
    ['HTTPS://user:pw@evil.example', 'evil.example', true],
    ['https://bank.example\\@evil.example', 'bank.example', true],
    ['http:\\\\evil.example', 'evil.example', true],
    ['https://bank%2eexample/', 'bank.example', true],
    ['//evil.example/x', 'evil.example', false],
    ['https://b\u0430nk.example', 'xn--bnk-6cd.example', true],
    ['p\u0430ypal.com', 'xn--pypal-4ve.com', true],
    ['xn--80ak6aa92e.com', 'xn--80ak6aa92e.com', false],
    ['m\u00fcnchen.de', 'xn--mnchen-3ya.de', false],
    ['http://0x7f.1/', '127.0.0.1', false],
    ['ａｍａｚｏｎ.com', 'amazon.com', false],
  ])('U05 U19 %s goes to %s', (written, host, disguised) => {
    expect(placesOf(`see ${written} now`)).toEqual([{ written, host, disguised }])
  })

  test('U19 what carries code is named, however it is broken up', () => {
    expect(inspect('JavaScript:alert(1) and java\tscr\u200bipt:x').active).toEqual(['javascript'])
    expect(inspect('data:text/html;base64,AAAA').active).toEqual(['data'])
    expect(inspect('the data: two rows; metadata:x').active).toEqual([])
  })

  test('plain file names, amounts and dates are no places', () => {
    expect(placesOf('bill-december-2023.txt, 98.70, 2022-01-01, a.b.c, Dr.Müller e.g. über.1')).toEqual([])
  })

  test('reads anything, at once', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), text => {
        expect(inspect(text).invisible).toBeLessThanOrEqual(text.length)
      }),
    )
    const before = cpuMs()
    for (const nasty of [
      'a@'.repeat(20_000),
      'a.'.repeat(20_000),
      '//'.repeat(20_000),
      'é-'.repeat(20_000),
      '@.'.repeat(20_000),
    ])
      inspect(nasty)
    expect(cpuMs() - before).toBeLessThan(2_000)
  })
})
