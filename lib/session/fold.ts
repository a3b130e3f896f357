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

const stride = 64

/**
 * Where in a text the characters `from` up to `to` of its folded form stand. The text is read once; each answer then takes
 * some tens of steps, wherever it lies and however much stands between.
 */
export function unfolding(text: string): (from: number, to: number) => Span {
  // How much the characters that begin before every 64th place fold to.
  const marks = new Uint32Array(Math.floor(text.length / stride) + 1)
  let folded = 0
  for (let at = 0; at < text.length; at += widthAt(text, at)) {
    folded += grownAt(text, at)
    const next = at + widthAt(text, at)
    if (Math.floor(next / stride) > Math.floor(at / stride)) marks[Math.floor(next / stride)] = folded
  }
  const walk = (until: (folded: number) => boolean, mark: number) => {
    let at = mark * stride
    for (let count = marks[mark] ?? 0; at < text.length; at += widthAt(text, at)) {
      count += grownAt(text, at)
      if (until(count)) return at
    }
    return text.length
  }
  return (from, to) => {
    const offset = walk(count => count > from, lastAtMost(marks, from))
    const last = walk(count => count >= to, lastAtMost(marks, to - 1))
    return { offset, length: Math.max(0, Math.min(text.length, last + widthAt(text, last)) - offset) }
  }
}

function widthAt(text: string, at: number): number {
  return (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1
}

/** How much longer the folded form gets by the character at this place. */
function grownAt(text: string, at: number): number {
  const code = text.codePointAt(at) ?? 0
  return code < 128 ? Number(isAlphanumeric(code)) : fold(String.fromCodePoint(code)).length
}

/** The last place of a rising list that holds no more than this; the first holds 0. */
function lastAtMost(rising: Uint32Array, most: number): number {
  let low = 0
  for (let high = rising.length - 1; low < high; ) {
    const middle = Math.ceil((low + high) / 2)
    if ((rising[middle] ?? 0) <= most) low = middle
    else high = middle - 1
  }
  return low
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
