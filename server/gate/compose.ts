import type { ActionRecord, ShownHold } from '@/lib/action/answer'
import type { Decision } from '@/lib/action/decision'
import type { Candidate } from '@/lib/gate/candidate'
import { readsPast } from '@/lib/gate/past'
import { type KnownAgent, meaningsIn, type Registry } from '@/lib/gate/registry'
import { riskLevels, riskOf } from '@/lib/gate/risk'
import type { Ruling } from '@/lib/gate/ruling'
import { canonical } from '@/lib/kernel/canonical'
import { actionDigest } from '@/lib/kernel/digest'
import { type EventDraft, eventBody } from '@/lib/kernel/event'
import { executeBy } from '@/lib/policy/constrained'
import { keep } from '@/lib/policy/kept'
import { withinOf } from '@/lib/policy/obligation'
import { doubtsOf } from '@/lib/session/doubt'
import type { Trace } from '@/lib/session/provenance'
import { saltedDigest } from '@/server/db/content-store'
import { newId } from '@/server/db/id'
import type { Vault } from '@/server/db/vault'
import type { NewHold } from '@/server/hold/open-store'
import type { NewAction } from './batch-store'
import { marked } from './decision-mark'
import type { StoredFacts } from './facts-store'

/** What one decided submission becomes: its row, its hold, its event, and what the answer needs. */
export interface Composed {
  readonly action: NewAction
  readonly hold: NewHold | null
  readonly event: EventDraft
  readonly record: ActionRecord
  readonly shownHold: ShownHold | null
  /** The arguments that may be executed, where a rule narrowed them. */
  readonly params: Readonly<Record<string, unknown>> | null
}

/** Turns a ruling into rows. The agent's content is sealed under the action's own key. */
export function compose(
  vault: Vault,
  named: { given: { body: string; body_digest: Buffer; trace: Trace }; id: string; key: string; known: KnownAgent },
  candidate: Candidate,
  ruling: Exclude<Ruling, { is: 'refused' }>,
  registry: Registry,
  toolItem: string | null,
  at: Date,
): Composed {
  const { submission, resolved, known } = candidate
  const key = vault.newKey()
  const decided = ruling.is === 'decided' ? ruling : null
  const params = decided?.params ?? null
  const origins = named.given.trace.found
  const holdId = ruling.is === 'held' ? newId('hld') : ruling.is === 'unclassified' ? toolItem : null
  const expires = ruling.is === 'decided' ? null : new Date(at.getTime() + ruling.seconds * 1_000)
  const risk = riskOf(resolved, doubtsOf(origins, meaningsIn(registry, submission.tool)))
  const facts: StoredFacts = {
    why: ruling.why,
    external: resolved.external,
    asks_person: resolved.asks_person,
    known: resolved.known,
    amount_unreadable: resolved.amount_unreadable,
    claim_differs: resolved.claim_differs,
    scope_ids: candidate.match.scope_ids,
    policy_version: registry.policy.version,
    owner_id: known.owner,
    ...(ruling.given ? { given: keep(ruling.given, readsPast(registry.policy.reads)) } : {}),
    ...(decided?.narrowed ? { narrowed: decided.narrowed } : {}),
    ...(candidate.fact ? { resource: candidate.fact } : {}),
    ...(ruling.is === 'deferred' ? { deferred: { ...ruling.waits, depth: ruling.depth } } : {}),
    risk: risk.reasons,
  }
  const record: ActionRecord = {
    id: named.id,
    agent_id: known.agent.id,
    credential_id: candidate.credential_id,
    digest: resolved.digest,
    tool: submission.tool,
    operation: resolved.operation,
    environment: resolved.environment,
    classification: resolved.classification,
    session: candidate.session,
    status: decided ? decided.status : ruling.is === 'deferred' ? 'deferred' : 'held',
    decision:
      decided &&
      bind(
        vault,
        named.id,
        decided.decision,
        params
          ? actionDigest({ tool: submission.tool, resource: submission.resource ?? null, params })
          : resolved.digest,
      ),
    decided_at: decided ? at : null,
    execute_by:
      decided?.status === 'allowed'
        ? executeBy(at, decided.execute_within, withinOf(decided.decision.obligations))
        : null,
    hold_id: holdId,
    expires_at: ruling.is === 'unclassified' || ruling.is === 'deferred' ? expires : null,
    created_at: at,
    outcome: null,
  }
  const event = eventOf(record, ruling, expires, saltedDigest(key.key, resolved.digest))
  const action: NewAction = {
    ...record,
    decision: record.decision && JSON.stringify(record.decision),
    key: named.key,
    body_digest: named.given.body_digest,
    digest: resolved.digest,
    resource_type: resolved.resource_type,
    tenant: resolved.tenants[0] ?? null,
    reversible: resolved.reversible,
    amount: resolved.amount,
    currency: resolved.currency,
    instance: submission.context?.instance ?? null,
    acting_for: submission.context?.acting_for ?? null,
    revises: submission.revises ?? null,
    facts: JSON.stringify(facts),
    wrapped: key.wrapped,
    sealed: vault.seal(key.key, named.given.body),
    sealed_params: params && vault.seal(key.key, canonical(params)),
    sealed_origins: !decided && origins.length > 0 ? vault.seal(key.key, JSON.stringify(origins)) : null,
    event_type: event.type,
    event_subjects: event.subjects.join(','),
    event_body: eventBody(newId('evt'), event, at),
  }
  const hold: NewHold | null =
    ruling.is === 'held' && holdId && expires
      ? {
          id: holdId,
          action_id: named.id,
          agent_id: known.agent.id,
          team_id: known.team,
          tool: submission.tool,
          operation: resolved.operation,
          requirement: JSON.stringify(ruling.requirement),
          shown_digest: resolved.digest,
          risk: riskLevels.indexOf(risk.level),
          why: JSON.stringify(ruling.why),
          epoch: registry.epoch,
          opened_at: at,
          expires_at: expires,
        }
      : null
  return {
    action,
    hold,
    record,
    shownHold: holdId && expires ? { id: holdId, opened_at: at, expires_at: expires, frozen_at: null } : null,
    event,
    params,
  }
}

/** What may be executed is what was sent, unless an approver changed it. */
function bind(vault: Vault, id: string, decision: Decision, digest: string): Decision {
  return decision.verdict === 'allow' ? marked(vault, id, { ...decision, executable_digest: digest }) : decision
}

/** One event tells all: an action that was decided, or one that is held. The log alone rebuilds the state (INV-36). */
function eventOf(
  record: ActionRecord,
  ruling: Exclude<Ruling, { is: 'refused' }>,
  expires: Date | null,
  digest: string,
): EventDraft {
  const subjects = [record.id, record.agent_id, ...(record.hold_id ? [record.hold_id] : [])]
  return {
    type: record.decision ? 'action.decided' : ruling.is === 'held' ? 'hold.opened' : 'action.parked',
    by: { kind: 'system', id: 'gate' },
    subjects,
    data: {
      action: record.id,
      agent: record.agent_id,
      credential: record.credential_id,
      digest,
      tool: record.tool,
      operation: record.operation,
      environment: record.environment,
      classification: record.classification,
      session: record.session,
      status: record.status,
      ...(record.decision
        ? {
            verdict: record.decision.verdict,
            by: record.decision.by,
            code: record.decision.code,
            rules: record.decision.rules,
            policy_version: record.decision.policy_version,
          }
        : { hold: record.hold_id, expires_at: expires?.toISOString() ?? null }),
      ...(ruling.is === 'held' ? { requirement: ruling.requirement, rules: ruling.rules } : {}),
      ...(ruling.is === 'deferred' ? { waits: ruling.waits } : {}),
    },
  }
}
