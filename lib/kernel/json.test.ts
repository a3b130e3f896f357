import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canonical } from './canonical'
import { parseStrict } from './json'

const refused: readonly (readonly [string, string | Uint8Array])[] = [
  ['P01 duplicate keys', '{"amount":1,"amount":1000000}'],
  ['P01 duplicate keys behind an escape', '{"amount":1,"\\u0061mount":2}'],
  ['P02 an integer beyond 2^53', '{"a":9007199254740993}'],
  ['P02 a number that is not finite', '[1e400]'],
  ['P02 a large integer written with an exponent', '[1e20]'],
  ['P02 an integer beyond 2^53 written as a fraction', '[9007199254740993.0]'],
  ['P02 an integer below -2^53', '[-9007199254740992]'],
  ['P02 NaN', '[NaN]'],
  ['P02 a plus sign', '[+1]'],
  ['P02 a hexadecimal number', '[0x10]'],
  ['P02 a point without digits', '[1.]'],
  ['P03 a lone high surrogate', '"\\ud800"'],
  ['P03 a lone low surrogate', '"\\udc00"'],
  ['P03 a lone surrogate in the text itself', '"\ud800"'],
  ['P03 a pair the wrong way round', '"\\udc00\\ud800"'],
  ['P03 a lone surrogate in a key', '{"\\ud800":1}'],
  ['P03 half a pair escaped, half in the text', '"\\ud83d\ude00"'],
  ['P04 __proto__', '{"__proto__":{"a":1}}'],
  ['P04 prototype, deep down', '{"a":[{"prototype":1}]}'],
  ['P04 constructor, escaped', '{"c\\u006fnstructor":1}'],
  ['P09 200,000 levels', '['.repeat(200_000)],
  ['P09 200,000 levels of objects', '{"a":'.repeat(200_000)],
  ['P09 65 levels', `${'['.repeat(65)}${']'.repeat(65)}`],
  ['P09 more than 100,000 members in all', `[${'[0,0],'.repeat(40_000)}0]`],
  ['P09 more than 100,000 members', `[${'0,'.repeat(100_001)}0]`],
  ['P11 a byte order mark', '\ufeff{}'],
  ['P11 bytes that are not UTF-8', new Uint8Array([0x22, 0xff, 0x22])],
  ['P11 bytes of UTF-16', new Uint8Array([0x7b, 0x00, 0x7d, 0x00])],
  ['P11 a byte order mark in bytes', new Uint8Array([0xef, 0xbb, 0xbf, 0x7b, 0x7d])],
  ['P11 an overlong encoding', new Uint8Array([0x22, 0xc0, 0xaf, 0x22])],
  ['P11 a surrogate in bytes', new Uint8Array([0x22, 0xed, 0xa0, 0x80, 0x22])],
  ['U+0000', '"\\u0000"'],
  ['U+0000 in the text itself', '"\u0000"'],
  ['U+0000 in a key', '{"a\\u0000":1}'],
  ['a raw control character', '"\u0001"'],
  ['trailing data', '{} {}'],
  ['cut JSON', '{"tool":'],
  ['a trailing comma', '[1,]'],
  ['a leading zero', '[01]'],
  ['single quotes', "{'a':1}"],
  ['nothing', ''],
  ['nothing but blanks', ' \n'],
  ['a comment', '{}//'],
  ['a space that JSON does not know', '\u00a0{}'],
]

/** Time this thread computed: what else the machine does is not measured. */
const cpuMs = () => process.threadCpuUsage().user / 1_000

describe('strict JSON', () => {
  it.each(refused)('refuses %s', (_name, input) => {
    expect(parseStrict(input)).toMatchObject({ ok: false })
  })

  it('reads whatever JSON.stringify writes as JSON.parse does', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), value => {
        const text = JSON.stringify(value)
        const parsed = parseStrict(new TextEncoder().encode(text))
        if (parsed.ok) expect(parsed.value).toEqual(JSON.parse(text.replace(/(?<=[[,:{]|^)-0(?=[,\]}]|$)/g, '0')))
        else expect(parsed.message).toMatch(/beyond 2\^53|surrogate|U\+0000|not allowed/)
      }),
      { numRuns: 2_000 },
    )
  })

  it('gives back its own canonical form: what it reads is written and read again as the same', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4, stringUnit: 'binary' }), value => {
        const parsed = parseStrict(JSON.stringify(value))
        if (parsed.ok) expect(parseStrict(canonical(parsed.value))).toEqual(parsed)
      }),
    )
  })

  it('never throws and never reads what JSON.parse refuses, whatever the bytes', () => {
    const pieces = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      '"',
      ':',
      ',',
      '\\',
      'u',
      'd800',
      '0',
      '1e9',
      '-',
      '.5',
      'true',
      ' ',
      'é',
    )
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 40 }), fc.array(pieces, { maxLength: 25 })), input => {
        const bytes = input instanceof Uint8Array ? input : new TextEncoder().encode(input.join(''))
        const parsed = parseStrict(bytes)
        if (parsed.ok) expect(canonical(parsed.value)).toBe(canonical(JSON.parse(new TextDecoder().decode(bytes))))
      }),
      { numRuns: 5_000 },
    )
  })

  it('P09 reads 64 levels and 100,000 members', () => {
    expect(parseStrict(`${'['.repeat(64)}${']'.repeat(64)}`).ok).toBe(true)
    expect(parseStrict(`[${'0,'.repeat(99_999)}0]`).ok).toBe(true)
  })

  it('P02 reads -0 as 0, and the largest integers', () => {
    const parsed = parseStrict('[-0,-0.0,9007199254740991,-9007199254740991,1.0,1e-400]')
    expect(parsed).toEqual({ ok: true, value: [0, 0, 9007199254740991, -9007199254740991, 1, 0] })
  })

  it('P04 keys that look like numbers, or are named as what every object has, are plain members', () => {
    const text = '{"1":1,"0":2,"toString":3,"hasOwnProperty":4,"":5}'
    expect(parseStrict(text)).toEqual({ ok: true, value: JSON.parse(text) })
  })

  it('P09 a body of 1 MiB is read or refused in less than 250 ms', () => {
    const bodies = [
      '['.repeat(1 << 20),
      `[${'"\\u0041",'.repeat(99_999)}0]`,
      `"${'\\n'.repeat(1 << 19)}"`,
      `{${Array.from({ length: 100_000 }, (_one, i) => `"${i.toString(36)}":1`).join()}}`,
    ].map(text => new TextEncoder().encode(text))
    for (const body of bodies) {
      const before = cpuMs()
      parseStrict(body)
      expect(cpuMs() - before).toBeLessThan(250)
    }
  })

  it('names the place of the fault', () => {
    expect(parseStrict('{"a":[1,{"b/c":1,"b/c":2}]}')).toMatchObject({ pointer: '/a/1/b~1c' })
  })

  it('P04 leaves Object.prototype alone', () => {
    parseStrict('{"__proto__":{"polluted":true}}')
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false)
  })
})
