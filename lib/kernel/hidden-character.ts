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
  0x00: 'NUL', 0x07: 'BEL', 0x08: 'BS', 0x0b: 'VT', 0x0c: 'FF', 0x0d: 'CR', 0x1b: 'ESC', 0x7f: 'DEL', 0x85: 'NEL',
  0x9b: 'CSI', 0xa0: 'NBSP', 0xad: 'SHY', 0x34f: 'CGJ', 0x61c: 'ALM', 0x115f: 'HCF', 0x1160: 'HJF', 0x180e: 'MVS',
  0x200b: 'ZWSP', 0x200c: 'ZWNJ', 0x200d: 'ZWJ', 0x200e: 'LRM', 0x200f: 'RLM', 0x2028: 'LSEP', 0x2029: 'PSEP',
  0x202a: 'LRE', 0x202b: 'RLE', 0x202c: 'PDF', 0x202d: 'LRO', 0x202e: 'RLO', 0x202f: 'NNBSP', 0x2060: 'WJ',
  0x2066: 'LRI', 0x2067: 'RLI', 0x2068: 'FSI', 0x2069: 'PDI', 0x2800: 'BLANK', 0x3000: 'IDSP', 0x3164: 'HF',
  0xfeff: 'BOM', 0xffa0: 'HHF',
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
