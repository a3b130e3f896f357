import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isWildcard, matchesGlob } from './glob'

/** The definition, as a regular expression. */
const plainly = (pattern: string, value: string) =>
  new RegExp(`^${pattern.replace(/[^*]/g, '[$&]').replace(/\*+/g, '[^]*')}$`).test(value)

/** Time this thread computed: what else the machine does is not measured. */
const cpuMs = () => process.threadCpuUsage().user / 1_000

describe('a pattern', () => {
  test.each([
    ['send_money', 'send_money', true],
    ['send_*', 'send_money', true],
    ['*_money', 'send_money', true],
    ['s*d*y', 'send_money', true],
    ['bank_account:UK*', 'bank_account:UK123', true],
    ['a*', 'a', true],
    ['a*a', 'a', false],
    ['ab*ba', 'aba', false],
    ['send_money', 'send_moneys', false],
    ['send_*', 'resend_money', false],
    ['send.money', 'send_money', false],
    ['a?', 'ab', false],
    ['[ab]', 'a', false],
    ['', '', true],
    ['', 'a', false],
  ])('%s on %s: %s', (pattern, value, matches) => {
    expect(matchesGlob(pattern, value)).toBe(matches)
  })

  test('means what its definition says', () => {
    const text = fc.array(fc.constantFrom('a', 'b', '/'), { maxLength: 12 }).map(parts => parts.join(''))
    const pattern = fc.array(fc.constantFrom('a', 'b', '/', '*'), { maxLength: 8 }).map(parts => parts.join(''))
    fc.assert(
      fc.property(pattern, text, (one, value) => {
        expect(matchesGlob(one, value)).toBe(plainly(one, value))
      }),
      { numRuns: 5_000 },
    )
  })

  test('P05 takes no other spelling for its own: case, composition and look-alikes count', () => {
    for (const other of ['Café', 'CAFÉ', 'cafe\u0301', 'c\u0430fé', 'ｃafé', 'café '])
      expect(matchesGlob('café*', other), other).toBe(false)
  })

  test.each([
    'dev/../prod',
    'dev/%2e%2e/prod',
    'dev/%2E./prod',
    'dev%2fprod',
    'dev%252fprod',
    'dev%5cprod',
    'dev/%c0%ae%c0%ae/prod',
    'dev/．．/prod',
    'dev\u0000',
    'dev%00.txt',
    'dev%0d%0aX',
    'dev\n',
    'dev\u202e',
    'dev\u200b',
    'dev ',
    'dev.',
    'dev\u00a0',
    'dev\ud800',
  ])('P08 narrower than * never covers %o', value => {
    expect(matchesGlob('dev*', value)).toBe(false)
    expect(matchesGlob(value, value)).toBe(false)
    expect(matchesGlob('*', value)).toBe(true)
  })

  test.each(['dev/a.b/c', 'bill-december-2023.txt', 'sales 100%', 'x@example.org', 'a.b, c', 'München/übung'])(
    'covers the ordinary %s',
    value => {
      expect(matchesGlob(`${value.slice(0, 3)}*`, value)).toBe(true)
    },
  )

  test('of many stars on a long value costs no more than reading it', () => {
    const before = cpuMs()
    for (let i = 0; i < 100; i++) expect(matchesGlob(`${'a*'.repeat(1_000)}b`, 'a'.repeat(20_000))).toBe(false)
    expect(cpuMs() - before).toBeLessThan(1_000)
  })

  test('is a wildcard when it is nothing but stars', () => {
    expect(['*', '**', '', 'a*', '*:*'].map(isWildcard)).toEqual([true, true, false, false, false])
  })
})
