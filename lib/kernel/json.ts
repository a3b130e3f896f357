export type Json = null | boolean | number | string | Json[] | { [name: string]: Json }

/** Where and why a text is no JSON that everybody reads the same way. */
export interface JsonFault {
  readonly ok: false
  readonly pointer: string
  readonly message: string
}
export type JsonResult = { readonly ok: true; readonly value: Json } | JsonFault

const maxDepth = 64
const maxMembers = 100_000
/** Names that no member of what is read has. */
export const forbidden: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype'])
const numberForm = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
/** Everything that needs no second look: no quote, backslash, control character or half of a pair. */
const plain = /[^"\\\p{Cc}\ud800-\udfff]*/uy
const hex4 = /[0-9a-fA-F]{4}/y

class Fault extends Error {
  constructor(
    readonly pointer: string,
    message: string,
  ) {
    super(message)
  }
}

/**
 * Parses RFC 8259 JSON strictly, in one pass: no duplicate keys, no integer beyond 2^53 - 1, no non-finite number, no lone
 * surrogate, no U+0000, no `__proto__` and the like, no byte order mark, at most 64 levels and 100,000 members (RFC 7493
 * and threats P01 to P04, P09). What passes reads the same to every parser, so that its digest means one thing.
 */
export function parseStrict(input: Uint8Array | string): JsonResult {
  const text = typeof input === 'string' ? input : decode(input)
  if (text === null) return { ok: false, pointer: '', message: 'the body is not UTF-8' }
  try {
    return { ok: true, value: new Parser(text).document() }
  } catch (error) {
    if (error instanceof Fault) return { ok: false, pointer: error.pointer, message: error.message }
    throw error
  }
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function decode(bytes: Uint8Array): string | null {
  try {
    return decoder.decode(bytes)
  } catch {
    return null
  }
}

class Parser {
  private at = 0
  private members = 0
  private readonly path: (string | number)[] = []

  constructor(private readonly text: string) {}

  document(): Json {
    if (this.text.charCodeAt(0) === 0xfeff) this.fail('a byte order mark is not allowed')
    this.blank()
    const value = this.value()
    this.blank()
    if (this.at < this.text.length) this.fail('something follows the JSON value')
    return value
  }

  private fail(message: string): never {
    const pointer = this.path.map(step => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
    throw new Fault(pointer.slice(0, 500), message)
  }

  private blank(): void {
    for (;;) {
      const code = this.text.charCodeAt(this.at)
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return
      this.at++
    }
  }

  private value(): Json {
    switch (this.text[this.at]) {
      case '{':
        return this.object()
      case '[':
        return this.array()
      case '"':
        return this.string()
      case 't':
        return this.word('true', true)
      case 'f':
        return this.word('false', false)
      case 'n':
        return this.word('null', null)
      default:
        return this.number()
    }
  }

  private word(word: string, value: Json): Json {
    if (!this.text.startsWith(word, this.at)) this.fail('not JSON')
    this.at += word.length
    return value
  }

  private number(): number {
    numberForm.lastIndex = this.at
    const found = numberForm.exec(this.text)?.[0]
    if (!found) this.fail(this.at >= this.text.length ? 'the JSON ends too early' : 'not JSON')
    this.at += found.length
    const value = Number(found)
    if (!Number.isFinite(value)) this.fail('this number is too large')
    if (Number.isInteger(value) && !Number.isSafeInteger(value))
      this.fail('this integer is beyond 2^53 - 1: send it as a string')
    return value === 0 ? 0 : value
  }

  private string(): string {
    let whole = ''
    this.at++
    for (;;) {
      plain.lastIndex = this.at
      whole += plain.exec(this.text)?.[0] ?? ''
      this.at = plain.lastIndex
      const char = this.text[this.at]
      if (char === '"') {
        this.at++
        return whole
      }
      if (char === '\\') whole += this.escape()
      else if (char === undefined) this.fail('the JSON ends too early')
      else whole += this.odd(char)
    }
  }

  /** What `plain` leaves to us: C0 must be escaped, half of a pair is refused, DEL and C1 are ordinary in JSON. */
  private odd(char: string): string {
    if (char < ' ') this.fail('a control character must be escaped')
    if (char >= '\ud800' && char <= '\udfff') this.fail('a lone surrogate is not allowed')
    this.at++
    return char
  }

  private escape(): string {
    const kind = this.text[this.at + 1] ?? ''
    this.at += 2
    const simple = { '"': '"', '\\': '\\', '/': '/', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' }[kind]
    if (simple !== undefined) return simple
    if (kind !== 'u') this.fail('not a JSON escape')
    const first = this.hex()
    if (first === 0) this.fail('U+0000 is not allowed')
    if (first < 0xd800 || first > 0xdfff) return String.fromCharCode(first)
    if (first > 0xdbff || !this.text.startsWith('\\u', this.at)) this.fail('a lone surrogate is not allowed')
    this.at += 2
    const second = this.hex()
    if (second < 0xdc00 || second > 0xdfff) this.fail('a lone surrogate is not allowed')
    return String.fromCharCode(first, second)
  }

  private hex(): number {
    hex4.lastIndex = this.at
    const digits = hex4.exec(this.text)?.[0]
    if (!digits) this.fail('not a JSON escape')
    this.at += 4
    return Number.parseInt(digits, 16)
  }

  private enter(): void {
    if (this.path.length >= maxDepth) this.fail(`deeper than ${maxDepth} levels`)
  }

  private count(): void {
    if (++this.members > maxMembers) this.fail(`more than ${maxMembers} members`)
  }

  private array(): Json[] {
    this.enter()
    const items: Json[] = []
    this.at++
    this.blank()
    if (this.text[this.at] === ']') {
      this.at++
      return items
    }
    this.path.push(0)
    for (;;) {
      this.count()
      this.path[this.path.length - 1] = items.length
      this.blank()
      items.push(this.value())
      this.blank()
      const char = this.text[this.at++]
      if (char === ']') break
      if (char !== ',') this.fail('not JSON')
    }
    this.path.pop()
    return items
  }

  private object(): { [name: string]: Json } {
    this.enter()
    const found: { [name: string]: Json } = {}
    this.at++
    this.blank()
    if (this.text[this.at] === '}') {
      this.at++
      return found
    }
    this.path.push('')
    for (;;) {
      this.count()
      this.blank()
      if (this.text[this.at] !== '"') this.fail('not JSON')
      const name = this.string()
      this.path[this.path.length - 1] = name
      if (forbidden.has(name)) this.fail('this key is not allowed')
      if (Object.hasOwn(found, name)) this.fail('this key stands here twice')
      this.blank()
      if (this.text[this.at++] !== ':') this.fail('not JSON')
      this.blank()
      found[name] = this.value()
      this.blank()
      const char = this.text[this.at++]
      if (char === '}') break
      if (char !== ',') this.fail('not JSON')
    }
    this.path.pop()
    return found
  }
}
