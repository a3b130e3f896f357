/** A piece of a title, in order; the pieces joined are the title without the backticks around names. */
export type TitlePart =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'code'; readonly text: string }
  | { readonly kind: 'amount' | 'account'; readonly groups: readonly string[] }

/** An amount before its currency, a large count, or an IBAN, where each stands as a word of its own. */
const figures =
  /(?<![\w.,-])(\d{4,}(?:\.\d+)?(?= [A-Z]{3}\b| \(no currency\))|\d{5,}(?= [a-z]+\b)|[A-Z]{2}\d{2}(?:[A-Z0-9]{11,30}))(?![\w-])/g

/** Digits of a decimal in threes, from the point: `18450.00` as `18`, `450.00`. */
export function inThrees(decimal: string): readonly string[] {
  const [whole = '', part] = decimal.split('.')
  const groups = whole.split(/(?=(?:\d{3})+$)/)
  const last = groups.length - 1
  return groups.map((group, i) => (i === last && part !== undefined ? `${group}.${part}` : group))
}

function figuresOf(text: string): TitlePart[] {
  return text
    .split(figures)
    .map((piece, i): TitlePart => {
      if (i % 2 === 0) return { kind: 'text', text: piece }
      return /^\d/.test(piece)
        ? { kind: 'amount', groups: inThrees(piece) }
        : { kind: 'account', groups: piece.match(/.{1,4}/g) ?? [piece] }
    })
    .filter(part => part.kind !== 'text' || part.text !== '')
}

/** Cuts a sentence of ours into text, names between backticks, and figures that are read in groups. */
export function cutTitle(title: string): readonly TitlePart[] {
  const pieces = title.split('`')
  return pieces.flatMap((piece, i): TitlePart[] => {
    if (i % 2 === 0) return figuresOf(piece)
    // A backtick that nothing closes is only a character.
    return i < pieces.length - 1 ? [{ kind: 'code', text: piece }] : figuresOf(`\`${piece}`)
  })
}
