import type { ActionRecord } from '@/lib/action/answer'
import type { Candidate } from '@/lib/gate/candidate'
import { decide } from '@/lib/gate/decide'
import { deferring } from '@/lib/gate/deferring'
import { noPast, readsPast } from '@/lib/gate/past'
import type { Registry } from '@/lib/gate/registry'
import type { Ruling } from '@/lib/gate/ruling'
import { openTally } from '@/lib/grant/tally'
import { Refused } from '@/lib/kernel/problem'
import { isRecorded } from '@/lib/session/recorder'
import { Last, type Tx, transact } from '@/server/db/tx'
import { addUses } from '@/server/grant/gate-store'
import { insertHolds } from '@/server/hold/open-store'
import type { Instance } from '@/server/instance'
import { insertUses, type NewUse } from '@/server/permit/at-once-store'
import { saveSessions } from '@/server/session/store'
import { type BatchFacts, insertActions, type NewAction, readBatchFacts } from './batch-store'
import { candidateOf, type Named, name, pastAfter, type Submitted } from './candidates'
import { type Composed, compose } from './compose'
import { atOnceUse } from './consume-at-once'
import { isMore, locksFor, ruled, take } from './locks'
import { pastsOf } from './pasts'
import type { Registries } from './registry'
import { openSessions } from './sessions'
import { readDependencies, waitsOf } from './waits'

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

/**
 * Decides all submissions that arrived together: guard, one read, one pure decision each (every effect a fact for the
 * next), one insert, one commit. Answers wait for that commit. @throws Unavailable
 */
export async function runBatch(app: Instance, registries: Registries, batch: readonly Submitted[]): Promise<Settled[]> {
  const provisional = registries.latest() ?? (await registries.refresh())
  const unknownKey = batch.some(one => !provisional.credentialsByHash.has(one.key_hash))
  let known = unknownKey ? await registries.refresh() : provisional
  for (;;) {
    const settled = await attempt(app, registries, batch, known)
    if (settled) return settled
    known = registries.latest() ?? known
  }
}

/** One attempt with what was last known. Null when what came meanwhile needs more locked: a policy that reads the past, a standing approval. */
function attempt(
  app: Instance,
  registries: Registries,
  batch: readonly Submitted[],
  first: Registry,
): Promise<Settled[] | null> {
  const asked = batch.map(one => ({
    agent_id: first.credentialsByHash.get(one.key_hash)?.agent_id ?? '',
    key: one.key ?? '',
    digest: one.digest,
    tool: one.submission.tool,
    session: one.submission.context?.session ?? null,
  }))
  const waits = batch.map(one => waitsOf(one.submission))
  const agents = [...new Set(asked.map(one => one.agent_id))]
  const locks = locksFor(first, batch, agents)
  return transact<Settled[] | null>(app.db, async tx => {
    const [taken, facts, readPast, known] = await Promise.all([
      take(tx, locks),
      readBatchFacts(tx, asked),
      locks.past ? pastsOf(app).read(tx, asked, epochOf(first)) : null,
      readDependencies(tx, waits),
    ])
    const { plans } = taken
    const registry = await registries.at(tx, facts.registry)
    if (registry !== first && isMore(locksFor(registry, batch, agents), locks)) return null
    if (epochOf(registry) !== epochOf(first)) return null
    const pasts = readPast && readsPast(registry.policy.reads) ? readPast(facts.at) : null
    const tally = openTally(taken.uses)
    const settled: Settled[] = []
    const rows: { at: number; composed: Composed }[] = []
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
      if (isUnlooked(named, asked[at]?.agent_id, facts, registry)) {
        settled.push({ is: 'unlooked' })
        continue
      }
      const slotOfPast = `${named.known.agent.id}/${given.submission.tool}`
      const past = pasts && (pasts.get(slotOfPast) ?? noPast)
      const session = sessions.before(named)
      const candidate = candidateOf(named, registry, { facts, open, past, session, named: known })
      const decided = decide(candidate, registry, facts.at)
      const waited = deferring(decided, waits[at] ?? null, known, candidate, registry)
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
      rows.push({ at: settled.length, composed: outcome })
      const { record, shownHold: hold, params } = outcome
      settled.push({ is: 'new', action: record, hold, params, scopes: candidate.match.scope_ids, used: false })
    }
    if (rows.length === 0) return settled
    const holds = rows.flatMap(row => row.composed.hold ?? [])
    const inserted = Promise.all([
      insertActions(tx, sorted(rows.map(row => row.composed.action))),
      insertHolds(tx, holds),
      saveSessions(tx, sessions.changed()),
      tally.taken().length > 0 ? addUses(tx, tally.taken(), facts.at) : null,
      uses.length > 0 ? insertUses(tx, uses) : none,
    ])
    if (plans) {
      // Steps are used up only by actions that are there.
      await inserted
      await plans.write(tx, facts.at)
    }
    return new Last(inserted.then(([written, , , , used]) => whatWasWritten(tx, settled, rows, written, used)))
  })
}

/** Which of the new rows are really new: what another batch has written meanwhile has to be asked for again. */
function whatWasWritten(
  tx: Tx,
  settled: Settled[],
  rows: readonly { composed: Composed }[],
  written: ReadonlySet<string>,
  used: ReadonlySet<string>,
): Settled[] {
  const lost = new Set(rows.map(row => row.composed.action.id).filter(id => !written.has(id)))
  const held = rows.flatMap(({ composed: { action } }) =>
    action.hold_id !== null && written.has(action.id) ? action.hold_id : [],
  )
  if (held.length > 0) tx.hint('hold', held)
  return settled.map(one => {
    // A twin in this batch that leant on a row which was never written has lost the same race.
    const id = one.is === 'new' ? one.action.id : one.is === 'same' ? one.action_id : null
    if (id !== null && lost.has(id)) return { is: 'raced' }
    return one.is === 'new' && used.has(one.action.id) ? { ...one, used: true } : one
  })
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

const none: ReadonlySet<string> = new Set()

const epochOf = ({ organisation }: Registry) => organisation.instance_epoch

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
