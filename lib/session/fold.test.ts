import fc from 'fast-check'
import { expect, inject, test } from 'vitest'
import { fold, unfolding } from './fold'

/** Every kind of character that folds to nothing, to one, to several, and to two halves. */
const character = fc.constantFrom(
  ...'aZ9 -_\n',
  'é',
  'e\u0301',
  'ﬁ',
  'Ⅷ',
  'ß',
  'İ',
  'Σ',
  '漢',
  '한',
  '𝐀',
  '𠀀',
  '🙂',
  '\ud83d',
  '½',
)
const text = fc.array(character, { maxLength: 300 }).map(all => all.join(''))

/** By walking the text from its beginning. */
function walked(given: string, from: number, to: number) {
  let folded = 0
  let offset = -1
  let end = 0
  for (const one of given) {
    const grown = fold(one).length
    if (grown > 0 && offset === -1 && folded + grown > from) offset = end
    folded += grown
    end += one.length
    if (folded >= to) break
  }
  return { offset, length: end - offset }
}

test('a part of a folded text is found where walking to it finds it, wherever it lies', () => {
  fc.assert(
    fc.property(text, fc.nat(), fc.nat(), (given, a, b) => {
      const folded = [...given].map(fold).join('')
      fc.pre(folded.length > 0)
      const from = a % folded.length
      const to = from + 1 + (b % (folded.length - from))
      expect(unfolding(given)(from, to)).toEqual(walked(given, from, to))
    }),
    { numRuns: 2_000 * inject('scale'), seed: inject('seed') },
  )
})
