import type { Span } from './fold'

/** One way to read a text: as it stands, or with an encoding taken away. `origin` says where in the text a part of it stands. */
export interface View {
  readonly text: string
  readonly decoded: boolean
  origin(span: Span): Span
}

/** A text as it stands. */
export function plainView(text: string): View {
  return { text, decoded: false, origin: span => span }
}

interface Piece {
  readonly from: number
  readonly length: number
  readonly text: string
  /** Where it stands in the decoded text. */
  readonly at: number
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' }
const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: ' ', f: ' ' }

type Decoder = readonly [hint: string, form: RegExp, decode: (token: string) => string | null]

const decoders: readonly Decoder[] = [
  [
    '\\',
    /\\(?:u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|[nrtbf"'\\/])/g,
    token =>
      token.length > 2
        ? String.fromCharCode(Number.parseInt(token.slice(2), 16))
        : (escapes[token[1] ?? ''] ?? token[1] ?? ''),
  ],
  ['&', /&(?:#\d{1,7}|#x[0-9a-fA-F]{1,6}|amp|lt|gt|quot|apos|nbsp);/g, decodeEntity],
  ['%', /(?:%[0-9a-fA-F]{2})+/g, token => utf8(bytesOfHex(token.replaceAll('%', '')))],
  ['', /(?<![A-Za-z0-9+/_-])[A-Za-z0-9+/_-]{12,65536}={0,2}/g, decodeBase64],
  ['', /(?<![0-9a-fA-F])(?:[0-9a-fA-F]{2}){6,32768}(?![0-9a-fA-F])/g, token => readable(bytesOfHex(token))],
]

function decodeEntity(token: string): string | null {
  const name = token.slice(1, -1)
  if (name[0] !== '#') return entities[name] ?? null
  const code = name[1] === 'x' ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1))
  return code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff) ? String.fromCodePoint(code) : null
}

function bytesOfHex(hex: string): Uint8Array {
  return Uint8Array.from({ length: hex.length >> 1 }, (_, at) => Number.parseInt(hex.slice(at * 2, at * 2 + 2), 16))
}

const sixty = new Map(
  [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'].map((one, at): [string, number] => [one, at]),
)
for (const [one, value] of [
  ['+', 62],
  ['-', 62],
  ['/', 63],
  ['_', 63],
] as const)
  sixty.set(one, value)

function decodeBase64(token: string): string | null {
  const plain = token.replace(/=+$/, '')
  // A word, a number or a slug decodes to noise; what decodes to something readable has both cases or digits in it.
  if (plain.length % 4 === 1 || !/[A-Z]/.test(plain) || !/[a-z]/.test(plain)) return null
  const bytes: number[] = []
  let bits = 0
  let held = 0
  for (const character of plain) {
    bits = ((bits << 6) | (sixty.get(character) ?? 0)) & 0xffffff
    held += 6
    if (held >= 8) {
      held -= 8
      bytes.push((bits >> held) & 0xff)
    }
  }
  return readable(Uint8Array.from(bytes))
}

function utf8(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes)
}

function readable(bytes: Uint8Array): string | null {
  const text = utf8(bytes)
  return text !== '' && !/[^\P{Cc}\t\n\r]|\ufffd/u.test(text) ? text : null
}

function decoded(view: View, [hint, form, decode]: Decoder): View | null {
  if (hint !== '' && !view.text.includes(hint)) return null
  const pieces: Piece[] = []
  let shift = 0
  for (const { 0: token, index } of view.text.matchAll(form)) {
    const text = decode(token)
    if (text === null || text === token) continue
    pieces.push({ from: index, length: token.length, text, at: index - shift })
    shift += token.length - text.length
  }
  if (pieces.length === 0) return null
  const out: string[] = []
  let at = 0
  for (const piece of pieces) {
    out.push(view.text.slice(at, piece.from), piece.text)
    at = piece.from + piece.length
  }
  out.push(view.text.slice(at))
  return {
    text: out.join(''),
    decoded: true,
    origin: ({ offset, length }) => {
      const from = before(pieces, offset, false)
      return view.origin({ offset: from, length: Math.max(0, before(pieces, offset + length, true) - from) })
    },
  }
}

/** Where the character at this place of the decoded text came from: inside a piece, that piece's start or end. */
function before(pieces: readonly Piece[], at: number, end: boolean): number {
  let low = 0
  for (let high = pieces.length; low < high; ) {
    const middle = (low + high) >> 1
    const start = pieces[middle]?.at ?? 0
    if (end ? start < at : start <= at) low = middle + 1
    else high = middle
  }
  const piece = pieces[low - 1]
  if (!piece) return at
  const inside = at < piece.at + piece.text.length
  return inside
    ? end
      ? piece.from + piece.length
      : piece.from
    : at + piece.from + piece.length - piece.at - piece.text.length
}

/**
 * A text and what it says under JSON escapes, HTML entities, percent, base64 and hex encoding, two of them deep. All
 * forms are matched in linear time; no more than eight views of one text.
 */
export function viewsOf(text: string): View[] {
  const plain = plainView(text)
  const first = decoders.flatMap(one => decoded(plain, one) ?? [])
  const second = first.flatMap(view => decoders.flatMap(one => decoded(view, one) ?? []))
  return [plain, ...first, ...second].slice(0, 8)
}
