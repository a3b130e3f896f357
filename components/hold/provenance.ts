import type { HeldAction, Provenance } from './hold'

const around = 60

function quoteOf(text: string, value: string): Provenance['quote'] | null {
  const at = text.indexOf(value)
  if (at === -1) return null
  return {
    before: text.slice(Math.max(0, at - around), at),
    value,
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
