import { codePointName, hiddenKind } from './hidden-character'
import { foreignScript, reveal } from './hostile-text'
import { lookalike } from './lookalike'

export interface Lookalike {
  readonly char: string
  readonly codepoint: string
  readonly like: string
}

/** A place that a text points at: as it is written, and as a machine would read it (punycode for what is not ASCII). */
export interface Place {
  readonly written: string
  readonly host: string
  /** True where the written form leads the eye to another host: something before an @, a backslash, foreign letters. */
  readonly disguised: boolean
}

/** What `reveal` would have to make visible, and what a text may really point at or run. */
export interface Inspection {
  readonly invisible: number
  readonly bidi: number
  readonly mixedScript: boolean
  readonly lookalikes: readonly Lookalike[]
  readonly places: readonly Place[]
  /** Schemes that carry code or content themselves: `javascript`, `data`, `vbscript`, `blob`. */
  readonly active: readonly string[]
}

/** Tells what is suspicious about a text (U03 to U05, U19). Never throws, whatever the text. */
export function inspect(text: string): Inspection {
  let [invisible, bidi] = [0, 0]
  const lookalikes = new Map<string, Lookalike>()
  for (const character of text) {
    const kind = hiddenKind(character)
    if (kind === 'invisible' || kind === 'control') invisible++
    if (kind === 'bidi') bidi++
  }
  for (const { kind, raw } of reveal(text)) {
    if (kind !== 'homoglyph') continue
    for (const char of raw) lookalikes.set(char, { char, codepoint: codePointName(char), like: lookalike(char) ?? '' })
  }
  const mixedScript = (text.match(/\S+/gu) ?? []).some(word => /[A-Za-z]/.test(word) && foreignScript.test(word))
  return {
    invisible,
    bidi,
    mixedScript,
    lookalikes: [...lookalikes.values()],
    places: placesOf(text),
    active: schemesOf(text),
  }
}

const mail = /[^\s@"'<>:/(),;]{1,64}@([^\s@"'<>:/(),;]{1,253})/gu
const bareName = /(?<![\p{L}\p{N}.-])[\p{L}\p{N}-]{1,63}(?:[.。．｡][\p{L}\p{N}-]{1,63}){1,10}/gu

/** A top-level domain has no accents: “Dr.Müller” is no host. */
const endsLikeAHost = /\.(?:[a-z]{2,63}|xn--[a-z0-9-]+|[^\p{Script=Latin}\P{L}]{2,63})$/iu

/** Every host that a text names: addresses with a scheme or `//`, mail addresses, and bare names that are not plain ASCII. */
export function placesOf(text: string): readonly Place[] {
  const found = new Map<string, Place>()
  let rest = text.replace(/(?:[a-z][a-z0-9+.-]{0,20}:)?[/\\]{2}[^\s"'<>“”]+/giu, written => {
    const address = written.replace(/^(?:[a-z0-9+.-]+:)?[/\\]{2}/i, 'https://').replace(/[.,;:!?)\]}]+$/, '')
    const authority = /^https:\/\/[^/?#]*/.exec(address)?.[0] ?? ''
    add(found, written, address, /[@\\%]/.test(authority) || /^[^/]*\\/.test(written))
    return ' '
  })
  // Lengths are bounded as in RFC 5321 and 1035: unbounded, a long word without an @ would take time by the square.
  rest = rest.replace(mail, (written: string, domain: string) => {
    if (domain.includes('.')) add(found, written, `https://${domain.replace(/\.+$/, '')}`, false)
    return ' '
  })
  for (const [name] of rest.matchAll(bareName))
    if (/[^ -~]|xn--/i.test(name) && endsLikeAHost.test(name)) add(found, name, `https://${name}`, false)
  return [...found.values()]
}

function add(found: Map<string, Place>, written: string, address: string, disguised: boolean): void {
  try {
    const host = new URL(address).hostname
    const decoy = host.includes('xn--') && !/xn--/i.test(written) && [...written].some(one => lookalike(one) !== null)
    if (host !== '') found.set(written, { written, host, disguised: disguised || decoy })
  } catch {
    // Not an address after all.
  }
}

/** Browsers drop tabs and newlines inside a scheme, and readers do not see invisible characters. */
function schemesOf(text: string): readonly string[] {
  const seen = [...text].filter(one => one !== '\t' && one !== '\n' && !hiddenKind(one)).join('')
  const found = seen.matchAll(/(?<![\p{L}\p{N}])(javascript|vbscript|blob|data)\s?:(?=\S)/giu)
  return [...new Set([...found].map(([, scheme]) => (scheme ?? '').toLowerCase()))]
}
