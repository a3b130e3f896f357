import { foldBlanks } from './blank-run'
import { codePointName, hiddenKind } from './hidden-character'
import { lookalike } from './lookalike'
import type { Segment } from './segment'

/** As many spaces or newlines in a row are shown as they are. */
const longestRun = 3
/** So many marks on one letter are some script's; more of them are drawn over the lines around it. */
const mostMarks = 8

/**
 * Makes text inert: every control, bidi and invisible character becomes a visible token such as `U+202E RLO`, white space
 * that would push the rest out of view becomes a counted one, and letters that pass for others are named (U03–U06).
 */
export function reveal(text: string): readonly Segment[] {
  const segments: Segment[] = []
  const native = once(() => [...text].some(one => foreignScript.test(one) && !lookalike(one)))
  for (const chunk of text.match(/\s+|\S+/gu) ?? []) {
    if (/^\s/u.test(chunk)) revealSpace(chunk, segments)
    else revealWord(chunk, segments, native)
  }
  return foldBlanks(segments)
}

/** The first `max` characters (never half of one), and how many more there are. */
export function excerpt(text: string, max: number): { text: string; rest: number } {
  if (text.length <= max) return { text, rest: 0 }
  const characters = Array.from(text)
  return { text: characters.slice(0, max).join(''), rest: Math.max(0, characters.length - max) }
}

export const foreignScript = /[\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Armenian}\p{Script=Cherokee}]/u

function push(segments: Segment[], kind: Segment['kind'], raw: string, token: string | null): void {
  const last = segments.at(-1)
  if (last && last.kind === kind && last.token === token) {
    segments[segments.length - 1] = {
      kind,
      raw: last.raw + raw,
      text: token ?? last.raw + raw,
      token,
      count: token ? last.count + 1 : 1,
    }
  } else segments.push({ kind, raw, text: token ?? raw, token, count: 1 })
}

function revealSpace(run: string, segments: Segment[]): void {
  const plain = run.replaceAll('\r\n', '\n')
  if (plain.length > longestRun && !/[^ \t\n]/.test(plain)) {
    const lines = plain.split('\n').length - 1
    const token = lines === 0 ? '␣' : lines === plain.length ? '⏎' : '␣⏎'
    segments.push({ kind: 'whitespace', raw: run, text: token, token, count: plain.length })
    return
  }
  for (let i = 0; i < run.length; i++) {
    const character = run[i] ?? ''
    // Before a newline it is how some systems end a line: seen, and no more than that.
    if (character === '\r' && run[i + 1] === '\n') push(segments, 'whitespace', character, 'CR')
    else {
      const kind = hiddenKind(character)
      push(segments, kind ?? 'text', character, kind && codePointName(character))
    }
  }
}

function revealWord(word: string, segments: Segment[], native: () => boolean): void {
  if (/^[!-~]+$/.test(word)) {
    push(segments, 'text', word, null)
    return
  }
  const passes = passesForAnother(word, native)
  let plain = ''
  let marks = 0
  const flush = () => {
    if (plain !== '') push(segments, 'text', plain, null)
    plain = ''
  }
  for (const character of word) {
    marks = /\p{M}/u.test(character) ? marks + 1 : 0
    const heaped = marks > mostMarks ? 'invisible' : null
    const kind = hiddenKind(character) ?? heaped ?? (passes && lookalike(character) ? 'homoglyph' : null)
    if (!kind) {
      plain += character
      continue
    }
    flush()
    push(
      segments,
      kind,
      character,
      kind === 'homoglyph' ? `${character} ${codePointName(character)}` : codePointName(character),
    )
  }
  flush()
}

/** Letters that look Latin are only suspect among Latin ones, or where a whole word is made of them: Russian stays readable. */
function passesForAnother(word: string, native: () => boolean): boolean {
  const fakes = [...word].filter(one => lookalike(one) !== null)
  if (fakes.length === 0) return false
  const letters = [...word].filter(one => /\p{L}/u.test(one) || lookalike(one))
  if (letters.some(one => /[A-Za-z]/.test(one))) return true
  if (letters.length !== fakes.length) return false
  // A single letter is an ordinary word where the text around it really is in its script.
  return letters.length > 1 || !native()
}

/** Looks at the whole text at most once, and only if a word asks. */
function once(look: () => boolean): () => boolean {
  let known: boolean | undefined
  return () => {
    known ??= look()
    return known
  }
}
