import { mightMatchGlob } from '@/lib/kernel/glob'
import type { Classification, Environment } from '@/lib/kernel/scale'
import type { ResourcePattern } from './tool'

/** A system of the organisation that knows what its resources are: asked by HTTP before a decision. */
export interface ResourceSource {
  readonly id: string
  readonly name: string
  readonly type_pattern: string
  readonly id_pattern: string
  /** With `{type}` and `{id}` in path or query. */
  readonly url: string
  readonly version: number
}

/** What a source said of one resource. A member that is null was not said, and counts as unknown. */
export interface ResourceFact {
  /** The source and its version, as `rsr_…@1`: an answer of another version does not count. */
  readonly source: string
  /** False: the source gave no answer in time, or none that could be read. */
  readonly known: boolean
  readonly environment: Environment | null
  readonly tenant: string | null
  readonly classification: Classification | null
  readonly owning_team: string | null
  /** Who owns it, by whole address or id; absent in answers that were kept before it was asked for. */
  readonly owner?: string | null
}

/** The resource as the agent names it. */
export interface NamedResource {
  readonly type?: string | undefined
  readonly id?: string | undefined
}

/** The source that is asked about a resource: the first whose patterns might cover it. */
export function sourceFor(sources: readonly ResourceSource[], resource: NamedResource | null): ResourceSource | null {
  if (!resource) return null
  return (
    sources.find(
      one => mightMatchGlob(one.type_pattern, resource.type ?? '') && mightMatchGlob(one.id_pattern, resource.id ?? ''),
    ) ?? null
  )
}

/** How an answer names where it came from. */
export const stampOf = ({ id, version }: Pick<ResourceSource, 'id' | 'version'>) => `${id}@${version}`

/** No answer. */
export function unknownFact(source: Pick<ResourceSource, 'id' | 'version'>): ResourceFact {
  return {
    source: stampOf(source),
    known: false,
    environment: null,
    tenant: null,
    classification: null,
    owning_team: null,
    owner: null,
  }
}

/**
 * The fact that counts under today's sources. One that came, or changed, after `asked` was asked for has not answered:
 * unknown, which never loosens.
 */
export function factNow(
  sources: readonly ResourceSource[],
  resource: NamedResource | null,
  asked: ResourceFact | null,
): ResourceFact | null {
  const source = sourceFor(sources, resource)
  if (!source) return null
  return asked?.source === stampOf(source) ? asked : unknownFact(source)
}

/**
 * What a fact says beside what people wrote down (`matching` patterns): what it leaves unsaid is production and restricted,
 * unless a pattern says otherwise. Null fields say nothing.
 */
export function saidBy(
  fact: ResourceFact | null,
  matching: readonly ResourcePattern[],
): Pick<ResourcePattern, 'environment' | 'classification' | 'tenant'> {
  if (!fact) return { environment: null, classification: null, tenant: null }
  return {
    environment: fact.environment ?? (matching.some(one => one.environment !== null) ? null : 'production'),
    classification: fact.classification ?? (matching.some(one => one.classification !== null) ? null : 'restricted'),
    tenant: fact.tenant,
  }
}
