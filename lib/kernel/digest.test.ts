import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { canonical } from './canonical'
import { actionDigest, digestOf, sha256Hex } from './digest'

const nodeSha = (text: string) => createHash('sha256').update(text).digest('hex')

/** The doubles of RFC 8785 appendix B, as their bits in hex. */
const numbers: readonly (readonly [string, string])[] = [
  ['0000000000000000', '0'],
  ['8000000000000000', '0'],
  ['0000000000000001', '5e-324'],
  ['8000000000000001', '-5e-324'],
  ['7fefffffffffffff', '1.7976931348623157e+308'],
  ['4340000000000000', '9007199254740992'],
  ['4430000000000000', '295147905179352830000'],
  ['44b52d02c7e14af5', '9.999999999999997e+22'],
  ['44b52d02c7e14af6', '1e+23'],
  ['44b52d02c7e14af7', '1.0000000000000001e+23'],
  ['444b1ae4d6e2ef4e', '999999999999999700000'],
  ['444b1ae4d6e2ef50', '1e+21'],
  ['3eb0c6f7a0b5ed8c', '9.999999999999997e-7'],
  ['3eb0c6f7a0b5ed8d', '0.000001'],
  ['41b3de4355555553', '333333333.3333332'],
  ['41b3de4355555557', '333333333.33333343'],
  ['becbf647612f3696', '-0.0000033333333333333333'],
  ['43143ff3c1cb0959', '1424953923781206.2'],
]

describe('the canonical form of RFC 8785', () => {
  test('writes the example of its section 3.2', () => {
    const value: unknown = JSON.parse(
      '{"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],' +
        '"string":"\\u20ac$\\u000F\\u000aA\'\\u0042\\u0022\\u005c\\\\\\"\\/","literals":[null,true,false]}',
    )
    expect(canonical(value)).toBe(
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],' +
        '"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    )
  })

  test('sorts names by their UTF-16 code units, as section 3.2.3 shows', () => {
    const value = { '\u20ac': 1, '\r': 2, '\ufb33': 3, '1': 4, '\ud83d\ude00': 5, '\u0080': 6, '\u00f6': 7 }
    expect(canonical(value)).toBe('{"\\r":2,"1":4,"\u0080":6,"\u00f6":7,"\u20ac":1,"\ud83d\ude00":5,"\ufb33":3}')
  })

  test.each(numbers)('P10 the double %s is written %s', (bits, text) => {
    expect(canonical(Buffer.from(bits, 'hex').readDoubleBE(0))).toBe(text)
  })

  test.each([
    ['undefined', undefined],
    ['NaN', Number.NaN],
    ['infinity', [1 / 0]],
    ['P03 a lone surrogate', { a: '\ud800' }],
  ])('has none for %s', (_name, value) => {
    expect(() => canonical(value)).toThrow()
  })
})

describe('digests', () => {
  test('are those of every other SHA-256', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), text => {
        expect(sha256Hex(text)).toBe(nodeSha(text))
      }),
    )
    expect(sha256Hex(new Uint8Array(0))).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855')
  })

  test('P10 of an action are over params, resource and tool alone, and a missing resource is null', () => {
    const sent = { tool: 'send_money', resource: undefined, params: { b: 1.0, amount: '98.70' }, intent: 'pay' }
    expect(actionDigest(sent)).toBe(
      `sha256:${nodeSha('{"params":{"amount":"98.70","b":1},"resource":null,"tool":"send_money"}')}`,
    )
    const other = { ...sent, resource: null, intent: 'steal' }
    expect(actionDigest(other)).toBe(actionDigest(sent))
    expect(actionDigest({ ...sent, resource: {} })).not.toBe(actionDigest(sent))
  })

  test('P10 do not depend on the order in which members were sent', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string({ unit: 'grapheme' }), fc.integer()), value => {
        expect(digestOf(Object.fromEntries(Object.entries(value).reverse()))).toBe(digestOf(value))
      }),
    )
  })

  test('P05 P06 tell apart what only looks or counts alike', () => {
    const amounts = ['100', 100, ['100'], true, null, { gt: 0 }, '100.0', '１００']
    const recipients = ['caf\u00e9', 'cafe\u0301', 'CAF\u00c9', 'c\u0430f\u00e9']
    const digests = [...amounts, ...recipients].map(value => digestOf({ value }))
    expect(new Set(digests).size).toBe(digests.length)
  })
})
