import type { Submission } from '@/lib/action/contract'
import { type Resolved, resolve } from '@/lib/action/resolve'
import type { Pinned } from '@/lib/policy/facts'
import { factNow, type ResourceFact } from '@/lib/tool/resource-fact'
import type { Meaning } from '@/lib/tool/tool'
import type { KnownAgent, Registry } from './registry'
import { matchScopes, type ScopeMatch } from './scope-match'

/** One submission with all that is known of it, read in the batch's own snapshot. */
export interface Candidate {
  readonly submission: Submission
  readonly resolved: Resolved
  readonly known: KnownAgent
  readonly match: ScopeMatch
  readonly credential_id: string
  readonly session: string
  /** The same digest of this agent was rejected within the last 60 minutes. */
  readonly rejected_recently: boolean
  /** An earlier run of the same digest ended unknown and nobody has reconciled it. */
  readonly outcome_unknown: boolean
  readonly open_holds: number
  /** The agent has brought 20 tools that nobody has classified yet. */
  readonly too_many_tools: boolean
  /** What its parameters mean, by the catalogue. */
  readonly parameters: Readonly<Record<string, Meaning>>
  /** The same action with these arguments. */
  readonly narrowedTo: (params: Readonly<Record<string, unknown>>) => Candidate
  /** Its past, its session and where its arguments came from, as of when it was asked. */
  readonly pinned: Pinned
  /** What the system of its resource said of it. */
  readonly fact: ResourceFact | null
}

/** What is remembered of what this agent asked before. */
export type Memory = Pick<Candidate, 'rejected_recently' | 'outcome_unknown' | 'open_holds' | 'too_many_tools'>

/** What is known of a submission besides what it says. */
export interface Asked {
  readonly submission: Submission
  readonly digest: string
  readonly known: KnownAgent
  readonly credential_id: string
  readonly session: string
  /** What the system of its resource said when it was asked for. */
  readonly fact: ResourceFact | null
  readonly memory: Memory
  readonly pinned: (resolved: Resolved) => Pinned
}

/** All that is known of one action, for the one decision. */
export function candidateFor(asked: Asked, registry: Registry, at: Date): Candidate {
  const { submission, known, memory } = asked
  const tool = registry.tools.get(submission.tool) ?? null
  const fact = factNow(registry.sources, resourceOf(submission), asked.fact)
  const resolved = resolve(submission, tool, registry.patterns, known.agent.environment, asked.digest, fact)
  return {
    ...memory,
    submission,
    resolved,
    known,
    match: matchScopes(registry.scopes.get(known.agent.id) ?? [], submission.tool, resolved, at),
    credential_id: asked.credential_id,
    session: asked.session,
    parameters: tool?.classified?.parameters ?? {},
    narrowedTo: params => candidateFor({ ...asked, submission: { ...submission, params } }, registry, at),
    pinned: asked.pinned(resolved),
    fact,
  }
}

const resourceOf = ({ resource }: Submission) =>
  resource?.type === undefined ? null : { type: resource.type, id: resource.id }
