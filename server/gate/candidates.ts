import type { Submission } from '@/lib/action/contract'
import { resolve } from '@/lib/action/resolve'
import type { Credential } from '@/lib/agent/agent'
import type { Candidate } from '@/lib/gate/candidate'
import { historyOf, type Past } from '@/lib/gate/past'
import { agentIn, type KnownAgent, type Registry } from '@/lib/gate/registry'
import { matchScopes } from '@/lib/gate/scope-match'
import { parseDecimal } from '@/lib/kernel/decimal'
import { Refused } from '@/lib/kernel/problem'
import { nothingPinned } from '@/lib/policy/facts'
import type { BatchFacts } from '@/server/action/gate-store'
import { newId } from '@/server/db/id'

/** One submission as the door hands it in: strictly parsed, its credential still to be judged. */
export interface Submitted {
  readonly key_hash: string
  /** Null when none was sent: allowed only where the catalogue says that the tool only reads. */
  readonly key: string | null
  readonly body: string
  readonly body_digest: Buffer
  readonly digest: string
  readonly submission: Submission
  /** Its agent has brought as many unclassified tools as it may: this one is denied. */
  readonly too_many_tools?: boolean
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

/** All that is known of one submission, for the one decision. */
export function candidateOf(
  named: Named,
  registry: Registry,
  facts: BatchFacts,
  open: ReadonlyMap<string, number>,
  past: Past,
): Candidate {
  const { given, known, credential } = named
  const { submission } = given
  const resolved = resolve(
    submission,
    registry.tools.get(submission.tool) ?? null,
    registry.patterns,
    known.agent.environment,
    given.digest,
  )
  const slot = `${known.agent.id}/${given.digest}`
  return {
    submission,
    resolved,
    known,
    match: matchScopes(registry.scopes.get(known.agent.id) ?? [], submission.tool, resolved, facts.at),
    credential_id: credential.id,
    session: submission.context?.session ?? `ses_${facts.at.toISOString().slice(0, 10)}`,
    rejected_recently: facts.rejected.has(slot),
    outcome_unknown: facts.unknown.has(slot),
    open_holds: open.get(known.agent.id) ?? 0,
    too_many_tools: given.too_many_tools ?? false,
    pinned: { ...nothingPinned, ...historyOf(past, resolved.currency, amountOf(resolved)) },
  }
}

/** The amount that counts, scaled by 10,000. */
export const amountOf = ({ amount }: Candidate['resolved']) => (amount === null ? null : parseDecimal(amount))
