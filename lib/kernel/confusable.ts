import { hiddenKind } from './hidden-character'
import { lookalike } from './lookalike'

/** Shapes that stand for a letter in a name. Signs count only after the words are told apart: they also part words. */
const digits: Readonly<Record<string, string>> = {
  '0': 'o',
  '1': 'l',
  '5': 's',
  i: 'l',
  ø: 'o',
  ł: 'l',
  đ: 'd',
  ß: 'b',
}
const signs: Readonly<Record<string, string>> = { '|': 'l', '!': 'l', $: 's', '@': 'a' }
/** An exclamation mark that ends a word is one. */
const exclamation = /!(?!!*[\p{L}\p{N}])/gu

/** Words that claim a standing and tell nobody apart, spelled in shapes. */
const claims = [
  'verified',
  'official',
  'certified',
  'approved',
  'trusted',
  'authorised',
  'authorized',
  'authentic',
  'genuine',
  'confirmed',
].map(word => inShapes(word, digits))
const claim = new RegExp(`(^|[^\\p{L}\\p{N}])(?:${claims.join('|')})(?![\\p{L}\\p{N}])`, 'gu')
const claimAtEnd = new RegExp(`^(?:${claims.join('|')})|(?:${claims.join('|')})$`)

/**
 * What is left of a name when everything is gone that an eye passes over: two names with one skeleton can be mistaken for
 * each other (after UTS 39 §4). Letters that pass for Latin ones, accents, case, digits and signs in a letter's place,
 * separators, invisible characters, and words such as "(verified)" do not count. Compare it, never show it.
 */
export function skeleton(name: string): string {
  const latin = [...name.normalize('NFKD')].map(latinOf).join('')
  const folded = latin.replace(/\p{M}/gu, '').normalize('NFKC').toLowerCase()
  const shaped = inShapes(folded, digits)
  const plain = shaped.replace(claim, '$1').replace(exclamation, '')
  const told = inShapes(plain, signs).replace(claim, '$1')
  return unclaimed(bones(told)) || bones(inShapes(shaped, signs)) || name
}

/** The Latin letter that prints alike in either case: т is a small Т, which is a T. */
function latinOf(character: string): string {
  if (hiddenKind(character)) return ''
  return lookalike(character) ?? lookalike(character.toUpperCase()) ?? character
}

function inShapes(text: string, shapes: Readonly<Record<string, string>>): string {
  return [...text].map(character => shapes[character] ?? character).join('')
}

function bones(text: string): string {
  return text
    .replace(/[^\p{L}\p{N}]/gu, '')
    .replaceAll('rn', 'm')
    .replaceAll('vv', 'w')
}

/** Takes claims off that are written on to the name itself; a name of nothing else keeps its last. */
function unclaimed(text: string): string {
  const rest = text.replace(claimAtEnd, '')
  return rest === '' || rest === text ? text : unclaimed(rest)
}
