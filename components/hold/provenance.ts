import type { Meaning } from '@/lib/tool/tool'
import type { HeldAction, HoldDetail, Provenance } from './hold'

const around = 60

function quoteOf(text: string, value: string): Provenance['quote'] | null {
  const [there, wanted] = [text.toLowerCase(), value.toLowerCase()]
  // Case says nothing about where a value comes from; letters that change their length when lowered must match as they are.
  const sameLength = there.length === text.length && wanted.length === value.length
  const at = sameLength ? there.indexOf(wanted) : text.indexOf(value)
  if (at === -1) return null
  return {
    before: text.slice(Math.max(0, at - around), at),
    value: text.slice(at, at + value.length),
    after: text.slice(at + value.length, at + value.length + around),
  }
}

/**
 * Where a value stands in what the agent reported: in the person's request, else in content that nobody vouches for, else in a
 * trusted system; unknown where it stands nowhere. Very short values match by chance and get no answer. What an agent reports
 * about its sources is a claim, and the screen says so.
 */
export function provenanceOf(value: unknown, action: HeldAction): Provenance | null {
  if (typeof value !== 'string' && typeof value !== 'number') return null
  const text = String(value)
  if (text.trim().length < 3) return null
  const { prompt, sources = [] } = action.context ?? {}
  if (prompt === undefined && sources.length === 0) return null
  const asked = prompt ? quoteOf(prompt, text) : null
  if (asked) return { kind: 'request', quote: asked }
  const found = sources.flatMap(source => {
    const quote = source.text ? quoteOf(source.text, text) : null
    return quote ? [{ source, quote }] : []
  })
  const said = found.find(one => one.source.kind === 'user')
  if (said) return { kind: 'request', ref: said.source.ref, quote: said.quote }
  const untrusted = found.find(one => one.source.kind !== 'system')
  if (untrusted) return { kind: 'untrusted', ref: untrusted.source.ref, quote: untrusted.quote }
  const system = found[0]
  return system ? { kind: 'system', ref: system.source.ref, quote: system.quote } : { kind: 'unknown' }
}

/** Where something unknown would hurt first; these lead. */
export const weighty: readonly (Meaning | undefined)[] = ['amount', 'recipient', 'person', 'resource_id']

/** What of a hold tells where its arguments came from. */
type Traced = Pick<HoldDetail, 'action' | 'tool_info' | 'provenance'>

/** Where one argument of a hold came from, as far as anybody can tell. */
export function originOf(hold: Traced, name: string): Provenance | null {
  return hold.provenance?.[`/${name}`] ?? (hold.action ? provenanceOf(hold.action.params[name], hold.action) : null)
}

export interface Doubt {
  readonly name: string
  readonly kind: 'untrusted' | 'unknown'
  readonly ref?: string
}

/** What is paid, to whom, or with what, and does not come from the person's request or a trusted system: look twice. */
export function doubtsOf(hold: Traced): readonly Doubt[] {
  return Object.keys(hold.action?.params ?? {}).flatMap((name): Doubt[] => {
    const meaning = hold.tool_info?.params[name]
    if (!weighty.includes(meaning)) return []
    const origin = originOf(hold, name)
    if (origin?.kind === 'untrusted') return [{ name, kind: 'untrusted', ref: origin.ref }]
    return origin?.kind === 'unknown' && meaning !== 'resource_id' ? [{ name, kind: 'unknown' }] : []
  })
}
