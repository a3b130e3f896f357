/** Why a character cannot be read as what it is; null for one that can. */
export type Hidden = 'control' | 'bidi' | 'invisible' | 'whitespace'

const bidi = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/
/** Lone surrogates, private and unassigned code points draw as nothing or as anything. */
const control = /[\p{Cc}\p{Cs}\p{Co}\p{Cn}\u2028\u2029]/u
/** Zero width, tags, variation selectors, fillers; and what draws an empty cell (braille blank, null notehead). */
const invisible = /[\p{Cf}\p{Default_Ignorable_Code_Point}\u2800\u{1d159}]/u
const oddSpace = /[\p{Zs}]/u

/** Sorts one character. Space, tab and newline are readable; every other space says which one it is. */
export function hiddenKind(character: string): Hidden | null {
  if (character >= ' ' && character <= '~') return null
  if (character === '\n' || character === '\t') return null
  if (bidi.test(character)) return 'bidi'
  // Unassigned default-ignorables are invisible before they are unassigned.
  if (invisible.test(character)) return 'invisible'
  if (control.test(character)) return 'control'
  return oddSpace.test(character) ? 'whitespace' : null
}

const names: Readonly<Record<number, string>> = {
  0: 'NUL',
  7: 'BEL',
  8: 'BS',
  11: 'VT',
  12: 'FF',
  13: 'CR',
  27: 'ESC',
  127: 'DEL',
  133: 'NEL',
  155: 'CSI',
  160: 'NBSP',
  173: 'SHY',
  847: 'CGJ',
  1564: 'ALM',
  4447: 'HCF',
  4448: 'HJF',
  6158: 'MVS',
  8203: 'ZWSP',
  8204: 'ZWNJ',
  8205: 'ZWJ',
  8206: 'LRM',
  8207: 'RLM',
  8232: 'LSEP',
  8233: 'PSEP',
  8234: 'LRE',
  8235: 'RLE',
  8236: 'PDF',
  8237: 'LRO',
  8238: 'RLO',
  8239: 'NNBSP',
  8288: 'WJ',
  8294: 'LRI',
  8295: 'RLI',
  8296: 'FSI',
  8297: 'PDI',
  10240: 'BLANK',
  12288: 'IDSP',
  12644: 'HF',
  65279: 'BOM',
  65440: 'HHF',
}

/** `U+202E RLO`: the code point, and its usual short name where it has one. */
export function codePointName(character: string): string {
  const code = character.codePointAt(0) ?? 0
  const hex = `U+${code.toString(16).toUpperCase().padStart(4, '0')}`
  if (code >= 0xfe00 && code <= 0xfe0f) return `${hex} VS${code - 0xfe00 + 1}`
  if (code >= 0xe0100 && code <= 0xe01ef) return `${hex} VS${code - 0xe0100 + 17}`
  // A tag spells ASCII that nobody sees: say what it spells.
  if (code > 0xe0020 && code < 0xe007f) return `${hex} TAG ${String.fromCharCode(code - 0xe0000)}`
  const name = names[code]
  return name ? `${hex} ${name}` : hex
}
