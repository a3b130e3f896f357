import type { ActionRecord } from '@/lib/action/answer'
import type { Submission } from '@/lib/action/contract'
import { resolve } from '@/lib/action/resolve'
import type { Credential } from '@/lib/agent/agent'
import type { Candidate } from '@/lib/gate/candidate'
import { decide, type Ruling } from '@/lib/gate/decide'
import { agentIn, type KnownAgent, type Registry } from '@/lib/gate/registry'
import { matchScopes } from '@/lib/gate/scope-match'
import { Refused } from '@/lib/kernel/problem'
import { nothingPinned } from '@/lib/policy/facts'
import { type BatchFacts, insertActions, type NewAction, readBatchFacts } from '@/server/action/gate-store'
import { transactGuarded } from '@/server/db/guard'
import { newId } from '@/server/db/id'
import { Last, type Tx } from '@/server/db/tx'
import { insertHolds } from '@/server/hold/open-store'
import type { Instance } from '@/server/instance'
import { type Composed, compose } from './compose'
import type { Registries } from './registry'

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

/**
 * What became of one submission: a new row, an earlier row of the same key, a row that another batch committed meanwhile
 * (ask again: it is found then), a tool to be registered first, or a refusal.
 */
export type Settled =
  | { readonly is: 'new'; readonly action: ActionRecord; readonly hold: Composed['shownHold'] }
  | { readonly is: 'same'; readonly action_id: string; readonly agent_id: string; readonly credential_id: string }
  | { readonly is: 'first_use'; readonly agent_id: string }
  | { readonly is: 'raced' }
  | { readonly is: 'refused'; readonly refusal: Refused }

interface Named {
  readonly given: Submitted
  readonly id: string
  readonly key: string
  readonly known: KnownAgent
  readonly credential: Credential
}

/**
 * Decides all submissions that arrived together: guard, one read, one pure decision each (every effect a fact for the
 * next), one insert, one commit. Answers wait for that commit. @throws Unavailable
 */
export async function runBatch(app: Instance, registries: Registries, batch: readonly Submitted[]): Promise<Settled[]> {
  const provisional = registries.latest() ?? (await registries.refresh())
  const unknownKey = batch.some(one => !provisional.credentialsByHash.has(one.key_hash))
  const first = unknownKey ? await registries.refresh() : provisional
  return transactGuarded(app.db, async tx => {
    const asked = batch.map(one => ({
      agent_id: first.credentialsByHash.get(one.key_hash)?.agent_id ?? '',
      key: one.key ?? '',
      digest: one.digest,
    }))
    const facts = await readBatchFacts(tx, asked)
    const registry = await registries.at(tx, facts.registry)
    const settled: Settled[] = []
    const rows: { at: number; composed: Composed }[] = []
    const mine = new Map<string, Named>()
    const open = new Map(facts.open)
    for (const given of batch) {
      const named = name(given, registry, facts.at)
      if (named instanceof Refused) {
        settled.push({ is: 'refused', refusal: named })
        continue
      }
      const slot = `${named.known.agent.id}/${named.key}`
      const before = facts.existing.get(slot) ?? earlier(mine.get(slot))
      if (before) {
        settled.push(sameKey(before, named))
        continue
      }
      const candidate = candidateOf(named, registry, facts, open)
      const ruling = decide(candidate, registry, facts.at)
      const outcome = settle(app, named, candidate, ruling, registry, facts.at)
      if ('is' in outcome) {
        settled.push(outcome)
        continue
      }
      if (outcome.action.status === 'held') open.set(named.known.agent.id, candidate.open_holds + 1)
      mine.set(slot, named)
      rows.push({ at: settled.length, composed: outcome })
      settled.push({ is: 'new', action: outcome.record, hold: outcome.shownHold })
    }
    if (rows.length === 0) return settled
    const holds = rows.flatMap(row => row.composed.hold ?? [])
    const inserted = Promise.all([
      insertActions(tx, sorted(rows.map(row => row.composed.action))),
      insertHolds(tx, holds),
    ])
    return new Last(inserted.then(([written]) => whatWasWritten(tx, settled, rows, written)))
  })
}

/** Which of the new rows are really new: what another batch has written meanwhile has to be asked for again. */
function whatWasWritten(
  tx: Tx,
  settled: Settled[],
  rows: readonly { composed: Composed }[],
  written: ReadonlySet<string>,
): Settled[] {
  const lost = new Set(rows.map(row => row.composed.action.id).filter(id => !written.has(id)))
  const held = rows.flatMap(({ composed: { action } }) =>
    action.hold_id !== null && written.has(action.id) ? action.hold_id : [],
  )
  if (held.length > 0) tx.hint('hold', held)
  return settled.map(one => {
    // A twin in this batch that leant on a row which was never written has lost the same race.
    const id = one.is === 'new' ? one.action.id : one.is === 'same' ? one.action_id : null
    return id !== null && lost.has(id) ? { is: 'raced' } : one
  })
}

/** Unsorted, two instances that insert the same keys deadlock. */
function sorted(rows: readonly NewAction[]): NewAction[] {
  return [...rows].sort((a, b) => (a.agent_id < b.agent_id ? -1 : a.agent_id > b.agent_id ? 1 : a.key < b.key ? -1 : 1))
}

function earlier(named: Named | undefined): { id: string; body_digest: Buffer } | undefined {
  return named && { id: named.id, body_digest: named.given.body_digest }
}

function sameKey(before: { id: string; body_digest: Buffer }, { given, known, credential }: Named): Settled {
  return before.body_digest.equals(given.body_digest)
    ? { is: 'same', action_id: before.id, agent_id: known.agent.id, credential_id: credential.id }
    : {
        is: 'refused',
        refusal: new Refused('idempotency.conflict', 'This Idempotency-Key was used with another body.', {
          carries: { action: { id: before.id } },
        }),
      }
}

/** Who this is, by the credential as it stands now; and which key, since only a tool that only reads needs none. */
function name(given: Submitted, registry: Registry, now: Date): Named | Refused {
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

function candidateOf(
  named: Named,
  registry: Registry,
  facts: BatchFacts,
  open: ReadonlyMap<string, number>,
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
    pinned: nothingPinned,
  }
}

/** A ruling becomes rows, or says what must come first. */
function settle(
  app: Instance,
  named: Named,
  candidate: Candidate,
  ruling: Ruling,
  registry: Registry,
  at: Date,
): Composed | Settled {
  if (ruling.is === 'refused') {
    return {
      is: 'refused',
      refusal: new Refused(
        ruling.code,
        'This agent has as many open holds as it may have. Wait for some to be decided.',
      ),
    }
  }
  const tool = registry.tools.get(candidate.submission.tool)
  if (ruling.is === 'unclassified' && !tool?.classify_hold_id)
    return { is: 'first_use', agent_id: named.known.agent.id }
  return compose(app.vault, named, candidate, ruling, registry, tool?.classify_hold_id ?? null, at)
}
