import { codePointName, type Hidden, hiddenKind } from './hidden-character'
import { lookalike } from './lookalike'

/**
 * A piece of text as a person may be shown it. `raw` is what was there (all of them together are the text); `text` is what
 * to show: the piece itself, or the token that stands for it. `count` is how many characters a token stands for.
 */
export interface Segment {
  readonly kind: 'text' | Hidden | 'homoglyph'
  readonly text: string
  readonly token: string | null
  readonly count: number
  readonly raw: string
}

/** As many spaces or newlines in a row are shown as they are. */
const longestRun = 3

/**
 * Makes text inert: every control, bidi and invisible character becomes a visible token such as `U+202E RLO`, white space
 * that would push the rest out of view becomes a counted one, and letters that pass for others are named (U03–U06).
 */
export function reveal(text: string): readonly Segment[] {
  const segments: Segment[] = []
  for (const chunk of text.match(/\s+|\S+/gu) ?? []) {
    if (/^\s/u.test(chunk)) revealSpace(chunk, segments)
    else revealWord(chunk, segments, text)
  }
  return segments
}

/** Tells what `reveal` would have to make visible, and what a text may really point at. */
export function inspect(text: string): Inspection {
  let [invisible, bidi] = [0, 0]
  const lookalikes = new Map<string, Lookalike>()
  for (const segment of reveal(text)) {
    if (segment.kind === 'invisible' || segment.kind === 'control') invisible += segment.count
    if (segment.kind === 'bidi') bidi += segment.count
    if (segment.kind === 'homoglyph') {
      const char = [...segment.raw][0] ?? ''
      lookalikes.set(char, { char, codepoint: codePointName(char), like: lookalike(char) ?? '' })
    }
  }
  const mixedScript = (text.match(/\S+/gu) ?? []).some(word => /[A-Za-z]/.test(word) && foreign.test(word))
  return { invisible, bidi, mixedScript, lookalikes: [...lookalikes.values()], hosts: hostsOf(text) }
}

export interface Lookalike {
  readonly char: string
  readonly codepoint: string
  readonly like: string
}

/** A place that a text points at: as it is written, and as a machine would read it (punycode for what is not ASCII). */
export interface Host {
  readonly written: string
  readonly host: string
  /** True where something before an @ could be taken for the host (https://bank.example@evil.example). */
  readonly disguised: boolean
}

export interface Inspection {
  readonly invisible: number
  readonly bidi: number
  readonly mixedScript: boolean
  readonly lookalikes: readonly Lookalike[]
  readonly hosts: readonly Host[]
}

/** The first `max` characters (never half of one), and how many more there are. */
export function excerpt(text: string, max: number): { text: string; rest: number } {
  if (text.length <= max) return { text, rest: 0 }
  const characters = Array.from(text)
  return { text: characters.slice(0, max).join(''), rest: Math.max(0, characters.length - max) }
}

const foreign = /[\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Armenian}\p{Script=Cherokee}]/u

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
    const newline = character === '\r' && run[i + 1] === '\n'
    if (newline) i++
    const kind = newline ? null : hiddenKind(character)
    push(segments, kind ?? 'text', newline ? '\r\n' : character, kind && codePointName(character))
  }
}

function revealWord(word: string, segments: Segment[], text: string): void {
  if (/^[!-~]+$/.test(word)) {
    push(segments, 'text', word, null)
    return
  }
  const passes = passesForAnother(word, text)
  let plain = ''
  const flush = () => {
    if (plain !== '') push(segments, 'text', plain, null)
    plain = ''
  }
  for (const character of word) {
    const kind = hiddenKind(character) ?? (passes && lookalike(character) ? 'homoglyph' : null)
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
function passesForAnother(word: string, text: string): boolean {
  const letters = [...word].filter(one => /\p{L}/u.test(one) || lookalike(one))
  const fakes = letters.filter(one => lookalike(one))
  if (fakes.length === 0) return false
  if (letters.some(one => /[A-Za-z]/.test(one))) return true
  if (letters.length !== fakes.length) return false
  // A single letter is an ordinary word where the text around it really is in its script.
  return letters.length > 1 || ![...text].some(one => foreign.test(one) && !lookalike(one))
}

function hostsOf(text: string): Host[] {
  const found = new Map<string, Host>()
  const add = (written: string, address: string, disguised: boolean) => {
    try {
      found.set(written, { written, host: new URL(address).hostname, disguised })
    } catch {
      // Not an address after all.
    }
  }
  for (const [url] of text.matchAll(/[a-z][a-z0-9+.-]{1,20}:\/\/[^\s"'<>]+/giu)) {
    add(url, url.replace(/^[a-z0-9+.-]+:/i, 'https:'), /^[^/]+\/\/[^/?#]*@/.test(url))
  }
  for (const [mail, domain] of text.matchAll(/[^\s@"'<>:/]+@([^\s@"'<>:/]+\.[^\s@"'<>:/.,;]+)/gu)) {
    if (domain && ![...found.keys()].some(url => url.includes(mail))) add(mail, `https://${domain}`, false)
  }
  return [...found.values()]
}
