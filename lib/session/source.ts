import type { Classification } from '@/lib/kernel/scale'

export const sourceKinds = ['user', 'system', 'tool_result', 'retrieval', 'agent'] as const
export type SourceKind = (typeof sourceKinds)[number]

/** Who recorded it: a gateway or harness that stood between before the action, or the agent that asks. */
export const reporters = ['gateway', 'harness', 'agent'] as const
type Reporter = (typeof reporters)[number]

/** One text that an agent had before it when it asked. */
export interface Source {
  readonly kind: SourceKind
  readonly reported_by: Reporter
  readonly ref: string | null
  readonly text: string
  readonly classification?: Classification
}

/** What a source can say of a value: that the person said it, that it is known, that an outsider wrote it, or nothing. */
export type Standing = 'person' | 'trusted' | 'untrusted' | 'nothing'

/**
 * What agents report may tighten, never loosen: a user's words count as such only where a gateway or harness recorded them,
 * and what an agent calls the person's or the system's is a claim. What tools returned and what was retrieved is untrusted
 * whoever reports it.
 */
export function standingOf({ kind, reported_by }: Source): Standing {
  if (kind === 'tool_result' || kind === 'retrieval') return 'untrusted'
  if (reported_by === 'agent' || kind === 'agent') return 'nothing'
  return kind === 'user' ? 'person' : 'trusted'
}

/** What the agent says of a source that only others could vouch for. */
export function claimOf({ kind, reported_by }: Source): 'person' | 'trusted' | null {
  if (reported_by !== 'agent') return null
  return kind === 'user' ? 'person' : kind === 'system' ? 'trusted' : null
}

interface Reported {
  readonly prompt?: string
  readonly sources?: readonly {
    readonly kind: SourceKind
    readonly ref?: string
    readonly text?: string
    readonly classification?: Classification
  }[]
}

/** Sources up to this many characters in all are looked through; what is beyond says nothing of any value. */
const most = 262_144

/** The sources that a submission itself carries: all of them reported by the agent. */
export function reportedSources(context: Reported | undefined): readonly Source[] {
  if (!context || (context.prompt === undefined && context.sources === undefined)) return none
  const prompt: Source[] =
    context.prompt === undefined ? [] : [{ kind: 'user', reported_by: 'agent', ref: null, text: context.prompt }]
  const sources = (context.sources ?? []).map(
    ({ kind, ref, text, classification }): Source => ({
      kind,
      reported_by: 'agent',
      ref: ref ?? null,
      text: text ?? '',
      classification,
    }),
  )
  return bounded([...sources, ...prompt])
}
const none: readonly Source[] = []

/** At most so much text in all: the last sources are cut. */
export function bounded(sources: readonly Source[]): readonly Source[] {
  let left = most
  return sources.map(source => {
    const text = source.text.length > left ? source.text.slice(0, left) : source.text
    left -= text.length
    return text === source.text ? source : { ...source, text }
  })
}
