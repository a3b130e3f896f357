import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { differenceOf } from './difference'

const shown = (before: string, after: string) =>
  differenceOf(before, after)
    .map(({ kind, text }) => (kind === 'same' ? text : kind === 'gone' ? `[-${text}]` : `[+${text}]`))
    .join('')

describe('U12 what differs between two texts', () => {
  it.each([
    ['one digit of an account', 'GB29NWBK60161331926819', 'GB29NWBK60161331926818', 'GB29NWBK6016133192681[-9][+8]'],
    ['a digit more in an amount', '1200.00', '12000.00', '1200[+0].00'],
    ['two digits changed places', '60161331', '60163131', '6016[-1]3[+1]31'],
    ['another address', 'billing@acme.example', 'billing@acrne.example', 'billing@ac[-m][+rn]e.example'],
    ['the same', 'x', 'x', 'x'],
    ['from nothing', '', 'x', '[+x]'],
    ['to nothing', 'x', '', '[-x]'],
    ['nothing in common', 'abc', 'xyz', '[-abc][+xyz]'],
    ['characters outside the BMP', 'a😀b', 'a😁b', 'a[-😀][+😁]b'],
  ])('%s', (_, before, after, said) => expect(shown(before, after)).toBe(said))

  it('loses nothing: its pieces are the former and the latter text', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 60 }),
      fc.string({ unit: fc.constantFrom('a', 'b', '1') }),
    )
    fc.assert(
      fc.property(text, text, (before, after) => {
        const pieces = differenceOf(before, after)
        const of = (kind: string) => pieces.filter(one => one.kind === 'same' || one.kind === kind).map(one => one.text)
        expect(of('gone').join('')).toBe(before)
        expect(of('new').join('')).toBe(after)
        expect(pieces.every(one => one.text !== '')).toBe(true)
      }),
    )
  })

  it('marks exactly one character where exactly one was changed, however long the text', () => {
    const digits = fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: 1, maxLength: 5_000 })
    fc.assert(
      fc.property(digits, fc.nat(), (before, somewhere) => {
        const at = somewhere % before.length
        const after = `${before.slice(0, at)}${(Number(before[at]) + 1) % 10}${before.slice(at + 1)}`
        const changed = differenceOf(before, after).filter(one => one.kind !== 'same')
        expect(changed.map(one => one.text.length)).toEqual([1, 1])
      }),
    )
  })
})
