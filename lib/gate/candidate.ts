import type { Submission } from '@/lib/action/contract'
import type { Resolved } from '@/lib/action/resolve'
import type { Pinned } from '@/lib/policy/facts'
import type { KnownAgent } from './registry'
import type { ScopeMatch } from './scope-match'

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
  /** Its past, its session and where its arguments came from, as of when it was asked. */
  readonly pinned: Pinned
}
