import { hiddenKind } from './hidden-character'
import { lookalike } from './lookalike'

/** Words that claim a standing and tell nobody apart. */
const claims = /(^|[^\p{L}\p{N}])(verified|official|certified|approved|trusted|authori[sz]ed)(?![\p{L}\p{N}])/giu
const shapes: Readonly<Record<string, string>> = {
  '0': 'o',
  '1': 'l',
  i: 'l',
  '|': 'l',
  '!': 'l',
  '5': 's',
  $: 's',
  '@': 'a',
}

/**
 * What is left of a name when everything is gone that an eye passes over: two names with one skeleton can be mistaken for
 * each other (after UTS 39 §4). Compare it, never show it.
 */
export function skeleton(name: string): string {
  const latin = [...name.normalize('NFKD')]
    .map(character => (hiddenKind(character) ? '' : (lookalike(character) ?? character)))
    .join('')
  const folded = latin.replace(/\p{M}/gu, '').normalize('NFKC').toLowerCase()
  const told = folded.replace(claims, '$1')
  return bones(told) || bones(folded) || bones(name) || name
}

function bones(text: string): string {
  const letters = text.replace(/[^\p{L}\p{N}|!$@]/gu, '')
  return [...letters]
    .map(character => shapes[character] ?? character)
    .join('')
    .replaceAll('rn', 'm')
    .replaceAll('vv', 'w')
}
