import type { ActionRecord } from '@/lib/action/answer'
import type { Submission } from '@/lib/action/contract'
import type { Dependency } from '@/lib/action/defer'
import { delegatedBy } from '@/lib/action/delegation'
import type { Credential } from '@/lib/agent/agent'
import { type Candidate, candidateFor } from '@/lib/gate/candidate'
import { historyOf, type Past, withOne } from '@/lib/gate/past'
import { agentIn, type KnownAgent, meaningsIn, type Registry } from '@/lib/gate/registry'
import { parseDecimal } from '@/lib/kernel/decimal'
import { Refused } from '@/lib/kernel/problem'
import { nothingPinned } from '@/lib/policy/facts'
import { argumentFacts } from '@/lib/session/argument-facts'
import type { Trace } from '@/lib/session/provenance'
import { type SessionState, sessionFacts } from '@/lib/session/session'
import type { Source } from '@/lib/session/source'
import type { ResourceFact } from '@/lib/tool/resource-fact'
import { newId } from '@/server/db/id'
import type { BatchFacts } from './batch-store'
import type { AtOnce } from './consume-at-once'

/** One submission as the door hands it in: strictly parsed, its credential still to be judged. */
export interface Submitted {
  readonly key_hash: string
  /** Null when none was sent: allowed only where the catalogue says that the tool only reads. */
  readonly key: string | null
  readonly body: string
  readonly body_digest: Buffer
  readonly digest: string
  readonly submission: Submission
  /** Where its arguments came from, as far as its sources tell. */
  readonly trace: Trace
  /** What its agent had before it, as others recorded it and as it says. */
  readonly sources: readonly Source[]
  /** By which of the sources that others recorded of its session it was traced (`Recorded.mark`); `now`: read since it came. */
  readonly traced_by: string | null | 'now'
  /** Whoever it acts for has spoken in its session, as others than the agent recorded it. */
  readonly person_spoke: boolean
  /** How long it took to look where its arguments came from, in milliseconds. */
  readonly looked_ms: number
  /** What the system of its resource said, where one is asked. */
  readonly fact?: ResourceFact
  /** Its agent has brought as many unclassified tools as it may: this one is denied. */
  readonly too_many_tools?: boolean
  /** What it allows by itself is to be used up with the decision. */
  readonly consume?: AtOnce
}

/** A submission whose agent, credential and key are known. */
export interface Named {
  readonly given: Submitted
  readonly id: string
  readonly key: string
  readonly known: KnownAgent
  readonly credential: Credential
}

/** Who this is, by the credential as it stands now; and which key, since only a tool that only reads needs none. */
export function name(given: Submitted, registry: Registry, now: Date): Named | Refused {
  const credential = registry.credentialsByHash.get(given.key_hash)
  const known = credential && agentIn(registry, credential.agent_id)
  if (
    !credential ||
    !known ||
    known.agent.status === 'retired' ||
    (credential.expires_at && credential.expires_at <= now)
  ) {
    return new Refused('credential.invalid', 'This key is unknown, expired or revoked.')
  }
  const id = newId('act')
  const onlyReads = registry.tools.get(given.submission.tool)?.classified?.operation === 'read'
  if (given.key === null && !onlyReads) {
    return new Refused(
      'idempotency.required',
      'Send an Idempotency-Key: the same key again gives the same action, never a second one.',
    )
  }
  return { given, id, key: given.key ?? id, known, credential }
}

/** What the batch knows of one submission, before its decision. */
export interface Known {
  readonly facts: BatchFacts
  /** Open holds by agent: of those before it in the batch as well. */
  readonly open: ReadonlyMap<string, number>
  /** Null where no policy reads it. */
  readonly past: Past | null
  readonly session: SessionState
  /** The actions that it names, by id: what it waits for, and its parent. */
  readonly named: ReadonlyMap<string, Dependency>
}

/** The session of a submission; without one, its key's own day. */
export function sessionOf({ submission }: Submitted, at: Date): string {
  return submission.context?.session ?? `ses_${at.toISOString().slice(0, 10)}`
}

/** All that is known of one submission, for the one decision. */
export function candidateOf(
  named: Named,
  registry: Registry,
  { facts, open, past, session, named: others }: Known,
): Candidate {
  const { given, known, credential } = named
  const { submission, digest } = given
  const slot = `${known.agent.id}/${digest}`
  const behind = delegatedBy(others.get(submission.context?.parent ?? ''), known.agent.id)
  const parameters = meaningsIn(registry, submission.tool)
  return candidateFor(
    {
      submission,
      digest,
      known,
      credential_id: credential.id,
      session: sessionOf(given, facts.at),
      fact: given.fact ?? null,
      memory: {
        rejected_recently: facts.rejected.has(slot),
        outcome_unknown: facts.unknown.has(slot),
        open_holds: open.get(known.agent.id) ?? 0,
        too_many_tools: given.too_many_tools ?? false,
      },
      pinned: resolved => ({
        ...(past ? historyOf(past, resolved.currency, amountOf(resolved)) : nothingPinned),
        ...sessionFacts(session),
        ...argumentFacts(given.trace, parameters, submission.params),
        delegated_by: behind,
        delegation_depth: behind.length,
        acting_for_confirmed: given.person_spoke,
      }),
    },
    registry,
    facts.at,
  )
}

/** The amount that counts, scaled by 10,000. */
export const amountOf = ({ amount }: Candidate['resolved']) => (amount === null ? null : parseDecimal(amount))

/** What counts of an ask for those that come after it. */
export function pastAfter(past: Past, record: Pick<ActionRecord, 'status'>, { resolved }: Candidate): Past {
  return withOne(past, resolved.currency, amountOf(resolved), record.status === 'denied')
}
