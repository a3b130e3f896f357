/**
 * What a name may be made of: letters, digits, spaces and a few signs that nothing else on a screen is made of. Controls,
 * bidi and invisible characters, badges and emoji are out, so that a name can never look like a state (U01, U03, U18).
 */
const printable = /^[\p{L}\p{M}\p{Nd}][\p{L}\p{M}\p{Nd} ._\-/&'+#:()]*$/u
const hidden = /\p{C}|[\u115f\u1160\u2800\u3164\uffa0]|[\ufe00-\ufe0f]|\u034f/u

/** Words that only the product may say of anybody: a name that claims them is refused. */
const claims =
  /(^|[^\p{L}])(verified|official|certified|approved|trusted|authorised|authorized|holdpoint)($|[^\p{L}])/iu

/** Why this cannot be a name, in words for the form; null when it can. */
export function nameProblem(name: string): string | null {
  if (name.length === 0 || name.length > 80) return 'A name has 1 to 80 characters'
  if (name !== name.normalize('NFC') || hidden.test(name) || !printable.test(name)) {
    return "A name is made of letters, digits, spaces and . _ - / & ' + # : ( )"
  }
  if (/ {2}| $/.test(name)) return 'A name has no doubled or trailing spaces'
  if (claims.test(name)) return 'A name may not claim to be verified, official or approved'
  return null
}

/** Why this cannot be a text of several words (a purpose, a reason): printable, bounded, nothing hidden. */
export function textProblem(text: string, max: number): string | null {
  if (text.length > max) return `At most ${max} characters`
  if (hidden.test(text.replace(/[\n\t]/g, ' ')) || text !== text.normalize('NFC'))
    return 'Control, invisible and direction characters are not allowed'
  return null
}
