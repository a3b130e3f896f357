import type { ActionRecord } from '@/lib/action/answer'
import type { Dependencies, Dependency } from '@/lib/action/defer'
import type { Candidate } from '@/lib/gate/candidate'
import { decide } from '@/lib/gate/decide'
import { deferring } from '@/lib/gate/deferring'
import { noPast, type Past } from '@/lib/gate/past'
import type { Registry } from '@/lib/gate/registry'
import type { Ruling } from '@/lib/gate/ruling'
import { openTally, type Tally } from '@/lib/grant/tally'
import { Refused } from '@/lib/kernel/problem'
import { isRecorded } from '@/lib/session/recorder'
import type { Instance } from '@/server/instance'
import type { NewUse } from '@/server/permit/at-once-store'
import type { ChangedSession } from '@/server/session/store'
import type { BatchFacts } from './batch-store'
import { candidateOf, type Named, name, pastAfter, type Submitted } from './candidates'
import { type Composed, compose } from './compose'
import { atOnceUse } from './consume-at-once'
import { ruled, type Taken } from './locks'
import { openSessions } from './sessions'

/**
 * What became of one submission: a new row, an earlier row of the same key, a row that another batch committed meanwhile
 * (ask again: it is found then), a tool to be registered first, sources of its session that it was not traced by (read them), or a
 * refusal.
 */
export type Settled =
  | {
      readonly is: 'new'
      readonly action: ActionRecord
      readonly hold: Composed['shownHold']
      /** The arguments that may be executed, where a rule narrowed them. */
      readonly params: Composed['params']
      /** The scopes that cover it. */
      readonly scopes: readonly string[]
      /** Its permit was used in the same commit, as its submitter asked. */
      readonly used: boolean
    }
  | { readonly is: 'same'; readonly action_id: string; readonly agent_id: string; readonly credential_id: string }
  | { readonly is: 'first_use'; readonly agent_id: string }
  | { readonly is: 'raced' }
  | { readonly is: 'unlooked' }
  | { readonly is: 'refused'; readonly refusal: Refused }

/** A batch as it was asked about: each submission with whose it was taken to be, and what it waits for. */
export interface Given {
  readonly batch: readonly Submitted[]
  /** Their agents, as the registry said that was last known; empty: nobody's. */
  readonly agents: readonly string[]
  readonly waits: readonly (Dependencies | null)[]
}

/** What a batch is decided by. */
export interface Stands {
  readonly facts: BatchFacts
  readonly taken: Taken
  /** By `agent_id/tool`; null where no policy reads them. What is asked enters it. */
  readonly pasts: Map<string, Past> | null
  /** The actions that these name, by id. */
  readonly named: ReadonlyMap<string, Dependency>
}

/** A batch decided: what is answered once all of it is written. */
export interface DecidedBatch {
  readonly settled: Settled[]
  readonly rows: readonly Composed[]
  readonly uses: readonly NewUse[]
  readonly sessions: readonly ChangedSession[]
  readonly tally: Tally
}

/** Decides each, every effect a fact for the next. Reads and writes nothing. */
export function decideBatch(
  app: Instance,
  { batch, agents, waits }: Given,
  registry: Registry,
  { facts, taken, pasts, named: others }: Stands,
): DecidedBatch {
  const { plans } = taken
  const tally = openTally(taken.uses)
  const settled: Settled[] = []
  const rows: Composed[] = []
  const uses: NewUse[] = []
  const mine = new Map<string, Named>()
  const open = new Map(facts.open)
  const sessions = openSessions(facts)
  for (const [at, given] of batch.entries()) {
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
    if (isUnlooked(named, agents[at], facts, registry)) {
      settled.push({ is: 'unlooked' })
      continue
    }
    const slotOfPast = `${named.known.agent.id}/${given.submission.tool}`
    const past = pasts && (pasts.get(slotOfPast) ?? noPast)
    const session = sessions.before(named)
    const candidate = candidateOf(named, registry, { facts, open, past, session, named: others })
    const decided = decide(candidate, registry, facts.at)
    const waited = deferring(decided, waits[at] ?? null, others, candidate, registry)
    const { ruling, pass } = ruled(taken, tally, waited, candidate, registry, facts.at)
    const outcome = settle(app, named, candidate, ruling, registry, facts.at)
    if ('is' in outcome) {
      settled.push(outcome)
      continue
    }
    if (!outcome.record.decision) open.set(named.known.agent.id, candidate.open_holds + 1)
    mine.set(slot, named)
    sessions.after(named, session, outcome.record, candidate)
    if (pasts && past && outcome.action.operation !== 'read')
      pasts.set(slotOfPast, pastAfter(past, outcome.record, candidate))
    if (plans && pass !== null) plans.passed(candidate, pass, outcome.record.id)
    // A run of it whose end nobody knows is a person's business first.
    const use = candidate.outcome_unknown ? null : atOnceUse(app, named, outcome, registry, facts.at)
    if (use) uses.push(use)
    rows.push(outcome)
    const { record, shownHold: hold, params } = outcome
    settled.push({ is: 'new', action: record, hold, params, scopes: candidate.match.scope_ids, used: false })
  }
  return { settled, rows, uses, sessions: sessions.changed(), tally }
}

/** Is other than what it was traced by recorded of its session? @param asked whose facts these are */
function isUnlooked(
  { given, known }: Named,
  asked: string | undefined,
  { recorded }: BatchFacts,
  { scopes }: Registry,
) {
  const session = given.submission.context?.session
  const { id } = known.agent
  if (given.traced_by === 'now' || session === undefined || !isRecorded(scopes, id)) return false
  return asked !== id || (recorded.get(`${id}/${session}`) ?? null) !== given.traced_by
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
