import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseStrict } from './json'

const refused: readonly (readonly [string, string | Uint8Array])[] = [
  ['P01 duplicate keys', '{"amount":1,"amount":1000000}'],
  ['P01 duplicate keys behind an escape', '{"amount":1,"\\u0061mount":2}'],
  ['P02 an integer beyond 2^53', '{"a":9007199254740993}'],
  ['P02 a number that is not finite', '[1e400]'],
  ['P02 a large integer written with an exponent', '[1e20]'],
  ['P03 a lone high surrogate', '"\\ud800"'],
  ['P03 a lone low surrogate', '"\\udc00"'],
  ['P03 a lone surrogate in the text itself', '"\ud800"'],
  ['P04 __proto__', '{"__proto__":{"a":1}}'],
  ['P04 constructor, escaped', '{"c\\u006fnstructor":1}'],
  ['P09 200,000 levels', '['.repeat(200_000)],
  ['P09 more than 100,000 members', `[${'0,'.repeat(100_001)}0]`],
  ['P11 a byte order mark', '\ufeff{}'],
  ['P11 bytes that are not UTF-8', new Uint8Array([0x22, 0xff, 0x22])],
  ['U+0000', '"\\u0000"'],
  ['a raw control character', '"\u0001"'],
  ['trailing data', '{} {}'],
  ['cut JSON', '{"tool":'],
  ['a trailing comma', '[1,]'],
  ['a leading zero', '[01]'],
  ['single quotes', "{'a':1}"],
  ['nothing', ''],
]

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

  it('names the place of the fault', () => {
    expect(parseStrict('{"a":[1,{"b/c":1,"b/c":2}]}')).toMatchObject({ pointer: '/a/1/b~1c' })
  })

  it('P04 leaves Object.prototype alone', () => {
    parseStrict('{"__proto__":{"polluted":true}}')
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false)
  })
})
