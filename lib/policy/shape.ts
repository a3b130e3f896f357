/*
 * Cedar reads by recursion, and a text that nests too deep takes its engine down for good: it runs out of stack, and
 * every judgement after that fails. So a text is measured before Cedar sees it; no policy that people can read comes
 * near these bounds.
 */
const bounds = [
  { what: 'brackets inside one another', most: 40 },
  { what: 'operators in one policy', most: 300 },
  { what: 'conditions (if) in one policy', most: 30 },
  { what: 'steps (.) in one policy', most: 600 },
] as const

/** Strings and comments, which may hold anything; then what is counted. */
const tokens = /"(?:[^"\\]|\\.)*"|\/\/[^\n]*|[([{]|[)\]}]|;|\bif\b|\.|&&|\|\||[!<>=]=?|[+\-*]|\b(?:in|like|has|is)\b/gs

/** Says which bound a Cedar text exceeds; null when it may be read. */
export function tooComplex(source: string): string | null {
  let depth = 0
  let counted = [0, 0, 0, 0]
  for (const [token] of source.matchAll(tokens)) {
    const first = token[0] ?? ''
    if (first === '"' || token.startsWith('//')) continue
    if (first === ';') counted = [depth, 0, 0, 0]
    else if ('([{'.includes(first)) counted[0] = ++depth
    else if (')]}'.includes(first)) depth = Math.max(0, depth - 1)
    else {
      const at = token === 'if' ? 2 : token === '.' ? 3 : 1
      counted[at] = (counted[at] ?? 0) + 1
    }
    const over = bounds.find((bound, at) => (counted[at] ?? 0) > bound.most)
    if (over) return `More than ${over.most} ${over.what}.`
  }
  return null
}
