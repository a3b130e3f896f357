/**
 * What a narrow pattern never matches (P08): steps up the path (also in full-width dots), escapes that a later reader may
 * undo into one, a separator or a control character (however often they were escaped), control and format characters,
 * a dot or blank at the end.
 */
const tricky =
  /\.\.|[.\uff0e\u2024]{2}|\u2025|%(?:25)*(?:2e|2f|5c|7f|[01][0-9a-f]|c0|u00)|[\p{Cc}\p{Cf}\p{Cs}]|[.\uff0e\u2024\s]$/iu

/** True for a pattern that matches anything. */
export function isWildcard(pattern: string): boolean {
  return /^\*+$/.test(pattern)
}

/**
 * Does the pattern cover the value? `*` stands for any run of characters, everything else for itself, byte for byte:
 * no case folding, no normalisation. Each piece between two `*` is looked for once, from left to right: no backtracking.
 */
export function matchesGlob(pattern: string, value: string): boolean {
  if (isWildcard(pattern)) return true
  if (tricky.test(value)) return false
  const [first = '', ...others] = pattern.split('*')
  const last = others.pop()
  if (last === undefined) return pattern === value
  const end = value.length - last.length
  if (end < first.length || !value.startsWith(first) || !value.endsWith(last)) return false
  let at = first.length
  for (const piece of others) {
    const found = value.indexOf(piece, at)
    if (found < 0 || found + piece.length > end) return false
    at = found + piece.length
  }
  return true
}

/**
 * Might whoever reads the value take it for one that the pattern covers? For patterns that tighten, where not to match is
 * what a trick would want (P08): case and composition do not count, and what `matchesGlob` calls tricky might be anything.
 */
export function mightMatchGlob(pattern: string, value: string): boolean {
  return tricky.test(value) || matchesGlob(folded(pattern), folded(value))
}

const folded = (text: string) => text.normalize('NFKC').toLowerCase()
