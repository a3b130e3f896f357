/** Where something stands in a text: in UTF-16 units. */
export interface Span {
  readonly offset: number
  readonly length: number
}

const ascii = /^\p{ASCII}*$/u

/**
 * What is left of a text when everything that writers vary is taken away: letters and digits alone, lower case, without
 * marks, compatibility forms as the plain ones (NFKD). `UK12 3456` and `uk-123456` fold alike.
 */
export function fold(text: string): string {
  return ascii.test(text)
    ? text.toLowerCase().replace(/[^a-z0-9]+/g, '')
    : text
        .normalize('NFKD')
        .toLowerCase()
        .replace(/[^\p{L}\p{N}]+/gu, '')
}

/** The part of a text that folds to the characters `from` up to `to` of its folded form. */
export function unfold(text: string, from: number, to: number): Span {
  let folded = 0
  let start = -1
  let at = 0
  const plain = ascii.test(text)
  while (at < text.length) {
    const character = plain ? (text[at] ?? '') : String.fromCodePoint(text.codePointAt(at) ?? 0)
    const grows = plain ? (isAlphanumeric(character.charCodeAt(0)) ? 1 : 0) : fold(character).length
    if (grows > 0 && start === -1 && folded + grows > from) start = at
    folded += grows
    at += character.length
    if (folded >= to) break
  }
  return { offset: Math.max(0, start), length: at - Math.max(0, start) }
}

function isAlphanumeric(code: number): boolean {
  return (code >= 48 && code <= 57) || (code >= 65 && code <= 90) || (code >= 97 && code <= 122)
}

/** A letter, a digit or a mark stands at this place of a text. */
export function isWordAt(text: string, at: number): boolean {
  const code = text.charCodeAt(at)
  if (Number.isNaN(code)) return false
  return code < 128 ? isAlphanumeric(code) || code === 95 : /[\p{L}\p{N}\p{M}\p{Cs}]/u.test(text[at] ?? '')
}

/** Nothing of the same word goes on before or behind. */
export function isWholeWord(text: string, { offset, length }: Span): boolean {
  return !isWordAt(text, offset - 1) && !isWordAt(text, offset + length)
}

const joiners = new Set('._@+-/%&=?#~\\:')

/**
 * Nothing of the same name, address or number goes on: `bob@example.com` does not stand in `bob@example.com.evil.org`,
 * and it does before the full stop of a sentence.
 */
export function isWholeName(text: string, span: Span): boolean {
  const { offset, length } = span
  const end = offset + length
  if (!isWholeWord(text, span)) return false
  if (joiners.has(text[offset - 1] ?? '') && isWordAt(text, offset - 2) && text[offset - 1] !== ':') return false
  if (offset > 0 && '@#$'.includes(text[offset - 1] ?? ' ')) return false
  return !(joiners.has(text[end] ?? '') && isWordAt(text, end + 1))
}
