import fc from 'fast-check'
import { expect, it } from 'vitest'
import { type Piece, textDiff } from './text-diff'

const sideOf = (pieces: readonly Piece[], gone: 'added' | 'removed') =>
  pieces.flatMap(piece => (piece.kind === gone ? [] : piece.lines.map(line => line.text)))
const newIn = (pieces: readonly Piece[]) =>
  pieces.flatMap(piece => piece.lines.flatMap(line => line.words?.filter(one => one.isNew).map(one => one.text) ?? []))

it('marks the words that are new in a line that keeps its place, and those that have gone', () => {
  const pieces = textDiff('Lists the orders of a customer.\n{}', 'Lists every order of a customer.\n{}')
  expect(pieces.map(piece => piece.kind)).toEqual(['removed', 'added', 'same'])
  expect(newIn(pieces.slice(0, 1)).join('').trim()).toContain('the')
  expect(newIn(pieces.slice(1)).join('')).toContain('every')
})

it('shows both texts whole, whatever they are: no line is lost, and the words of a line are the line', () => {
  const text = fc.array(fc.oneof(fc.constantFrom('', 'a b', 'a c', 'a b c'), fc.string()), { maxLength: 12 })
  fc.assert(
    fc.property(text, text, (before, after) => {
      const [old, now] = [before.join('\n'), after.join('\n')]
      const pieces = textDiff(old, now)
      const lines = (given: string) => (given === '' ? [] : given.replace(/\n$/, '').split('\n'))
      expect(sideOf(pieces, 'added').join('\n')).toBe(lines(old).join('\n'))
      expect(sideOf(pieces, 'removed').join('\n')).toBe(lines(now).join('\n'))
      for (const line of pieces.flatMap(piece => piece.lines))
        if (line.words) expect(line.words.map(word => word.text).join('')).toBe(line.text)
    }),
  )
})

it('gives up on what would take long, line by line and word by word, and shows it as gone and come', () => {
  const odd = (seed: number) => {
    let state = seed
    const next = () => {
      state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
      return '!?;:,.-'[state % 7]
    }
    return Array.from({ length: 3_990 }, next).join('')
  }
  const [before, after] = [odd(1), odd(3)]
  for (const line of textDiff(before, after).flatMap(piece => piece.lines)) expect(line.words).toBeNull()
  const many = (word: string) => Array.from({ length: 12_000 }, (_, n) => `${word} ${n}`).join('\n')
  expect(textDiff(many('a'), many('b')).map(piece => [piece.kind, piece.lines.length])).toEqual([
    ['removed', 12_000],
    ['added', 12_000],
  ])
})

it('reads a line whole that composes, hides or turns letters: what makes them visible must see them together', () => {
  for (const hostile of [`pay Z${'\u0301'.repeat(9)} now`, 'pay \u202eabc now', 'pay שלום now', 'pay\u200bnow']) {
    const pieces = textDiff('pay abc now', hostile)
    expect(newIn(pieces), hostile).toEqual([])
    expect(sideOf(pieces, 'removed')).toEqual([hostile])
  }
})
