import { decide } from '@/lib/gate/decide'
import { deferring } from '@/lib/gate/deferring'
import { noPast, readsPast } from '@/lib/gate/past'
import { meaningsIn } from '@/lib/gate/registry'
import { openTally } from '@/lib/grant/tally'
import type { Standing } from '@/lib/hold/standing'
import { canonical } from '@/lib/kernel/canonical'
import type { EventDraft } from '@/lib/kernel/event'
import { untraced } from '@/lib/session/provenance'
import { type ActionRow, lockActions } from '@/server/action/store'
import { moveActions } from '@/server/action/waiting-store'
import { type Content, readContent, saveContent } from '@/server/db/content-store'
import { guardShared } from '@/server/db/guard'
import { record } from '@/server/db/record'
import { type Tx, transact } from '@/server/db/tx'
import type { Vault } from '@/server/db/vault'
import { addUses } from '@/server/grant/gate-store'
import { insertHolds } from '@/server/hold/open-store'
import { lockHolds } from '@/server/hold/store'
import type { Instance } from '@/server/instance'
import { again, goneAsker, submissionIn } from './again'
import { readBatchFacts } from './batch-store'
import { pastAfter } from './candidates'
import { classifiedNow } from './classified'
import { type Composed, compose } from './compose'
import { denial, type Ending } from './decided'
import { locksFor, ruled, takeLocks } from './locks'
import { endOf, writeEnds } from './parked-ends'
import { isParked, parkedStanding } from './parked-standing'
import { pastsOf } from './pasts'
import { provenanceShown } from './provenance-shown'
import type { Registries } from './registry'
import { readDependencies, waitsOf } from './waits'

interface Move {
  readonly action: ActionRow
  readonly composed: Composed
}

/** `composed` where the rules have decided it; not where time, a switch or what is gone has. */
interface End {
  readonly action: ActionRow
  readonly ending: Ending
  readonly composed?: Composed
}

/**
 * Decides waiting actions anew, by all the rules as they are now: those under an item once it has ended, those that waited
 * for other actions (`item` null) once these are settled. What a pause has frozen stays as it is until that is lifted, or its
 * own time is over.
 * @returns how many have been decided, or wait for something else now
 */
export function decideAnew(
  app: Instance,
  registries: Registries,
  item: string | null,
  actions: readonly { readonly id: string; readonly agent_id: string }[],
): Promise<number> {
  const ids = actions.map(one => one.id)
  const agents = [...new Set(actions.map(one => one.agent_id))].sort()
  return transact(app.db, async tx => {
    const contents = await readContent(tx, app.vault, ids)
    const submissions = new Map(
      [...contents].flatMap(([id, { parts }]) => {
        const body = parts.get('body')
        return body === undefined ? [] : [[id, { body, submission: submissionIn(body) }] as const]
      }),
    )
    const known = registries.latest() ?? (await registries.refresh())
    if (item !== null) await lockHolds(tx, [item])
    const [taken, locked] = await Promise.all([
      // What has waited for other actions counts since it was asked, and its past is that of then. What has waited for its
      // tool's classification was of no amount.
      takeLocks(tx, { ...locksFor(known, [...submissions.values()], agents), past: item !== null }),
      lockActions(tx, ids),
      guardShared(tx),
    ])
    const waiting = locked.filter(action => !action.decision && action.hold_id === item).filter(isParked)
    if (waiting.length === 0) return 0
    const facts = await readBatchFacts(
      tx,
      waiting.map(one => ({ ...one, key: '', digest: one.digest ?? '' })),
    )
    const registry = await registries.at(tx, facts.registry)
    const { instance_epoch } = registry.organisation
    const readPast = item === null ? null : await pastsOf(app).read(tx, waiting, instance_epoch)
    const waits = await readDependencies(
      tx,
      [...submissions.values()].map(one => waitsOf(one.submission)),
    )
    const tally = openTally(taken.uses)
    const ends: End[] = []
    const moves: Move[] = []
    const standings = waiting.map(action => ({ action, now: parkedStanding(action, registry, facts.at) }))
    const open = new Set(standings.flatMap(({ action, now }) => (now.is === 'open' ? action.id : [])))
    const pasts = readPast && readsPast(registry.policy.reads) ? readPast(facts.at, open) : null
    for (const { action, now } of standings) {
      const sent = submissions.get(action.id)
      if (now.is === 'frozen') continue
      if (now.is === 'over') {
        ends.push({ action, ending: endOf(action, now, registry) })
        continue
      }
      const slot = `${action.agent_id}/${action.digest}`
      const memory = {
        rejected_recently: facts.rejected.has(slot),
        outcome_unknown: facts.unknown.has(slot),
        // It is one of them itself.
        open_holds: (facts.open.get(action.agent_id) ?? 1) - 1,
        too_many_tools: false,
      }
      const slotOfPast = `${action.agent_id}/${action.tool}`
      const past = pasts && (pasts.get(slotOfPast) ?? noPast)
      const meanings = meaningsIn(registry, action.tool)
      const origins = contents.get(action.id)?.parts.get('provenance')
      const found = sent ? provenanceShown(sent.body, origins, sent.submission.params) : []
      const more = item !== null && sent ? classifiedNow(sent.submission.params, found, past, meanings) : undefined
      const rejudged = again(action, sent?.body, null, registry, facts.at, memory, more)
      const none = { code: 'action.erased', reason: 'What was asked has been erased.' }
      const stopped = rejudged ? goneAsker(rejudged.known, action, registry, facts.at) : none
      if (!rejudged || !sent || stopped) {
        const { code, reason } = stopped ?? none
        ends.push({ action, ending: denial('denied', 'policy', code, reason, registry.policy.version) })
        continue
      }
      const { candidate } = rejudged
      const decided = decide(candidate, registry, facts.at)
      const waited = deferring(decided, waitsOf(sent.submission), waits, candidate, registry)
      const { ruling, pass } = ruled(taken, tally, waited, candidate, registry, facts.at)
      // It waits as before, or its agent has too much open just now.
      if (ruling.is === 'refused' || (ruling.is === 'deferred' && action.status === 'deferred')) continue
      if (ruling.is === 'unclassified') continue
      const seconds =
        ruling.is === 'decided' ? 0 : Math.min(ruling.seconds, left(action, now, sent.submission, facts.at))
      // What was sent, and where it came from, is stored with the action already.
      const given = { body: sent.body, body_digest: Buffer.alloc(0), trace: { ...untraced, found } }
      const named = { given, id: action.id, key: action.key, known: rejudged.known }
      const bounded = ruling.is === 'decided' ? ruling : { ...ruling, seconds }
      const composed = compose(app.vault, named, candidate, bounded, registry, null, facts.at)
      if (pass !== null) taken.plans?.passed(candidate, pass, action.id)
      if (pasts && past) pasts.set(slotOfPast, pastAfter(past, composed.record, candidate))
      const { status, decision, execute_by } = composed.record
      if (decision) ends.push({ action, ending: { status, decision, execute_by }, composed })
      else moves.push({ action, composed })
    }
    await writeMoves(tx, facts.at, moves, contents)
    await writeResolved(tx, app.vault, ends)
    if (tally.taken().length > 0) await addUses(tx, tally.taken(), facts.at)
    await writeEnds(
      tx,
      facts.at,
      ends.map(one => ({ ...one, ...(one.composed ? { event: eventOf(one.action, one.composed, contents) } : {}) })),
    )
    await taken.plans?.write(tx, facts.at)
    return ends.length + moves.length
  })
}

/** Seconds that its own clock leaves it. Waiting for others takes nothing from a hold's own time, unless its agent set one. */
function left(
  action: ActionRow,
  now: Standing,
  { deadline_seconds }: { deadline_seconds?: number | undefined },
  at: Date,
): number {
  if (now.is !== 'open' || (action.status === 'deferred' && deadline_seconds === undefined))
    return Number.POSITIVE_INFINITY
  return Math.max(1, Math.round((now.expires_at.getTime() - at.getTime()) / 1_000))
}

/** They wait for people, or for other actions, from now on. */
async function writeMoves(
  tx: Tx,
  at: Date,
  moves: readonly Move[],
  contents: ReadonlyMap<string, Content>,
): Promise<void> {
  if (moves.length === 0) return
  const holds = moves.flatMap(one => one.composed.hold ?? [])
  await insertHolds(tx, holds)
  await moveActions(
    tx,
    moves.map(one => one.composed.action),
  )
  tx.hint(
    'hold',
    holds.map(hold => hold.id),
  )
  tx.hint(
    'action',
    moves.map(one => one.action.id),
  )
  await record(
    tx,
    at,
    moves.map(one => eventOf(one.action, one.composed, contents)),
  )
}

/** What was decided is what it turned out to be: its amount counts from now on, and narrowed arguments are kept. */
async function writeResolved(tx: Tx, vault: Vault, ends: readonly End[]): Promise<void> {
  const resolved = ends.flatMap(({ action, composed }) => (composed ? [{ action, composed }] : []))
  if (resolved.length === 0) return
  await moveActions(
    tx,
    resolved.map(({ action: { id, status, hold_id, expires_at }, composed }) => ({
      ...composed.action,
      id,
      status,
      hold_id,
      expires_at,
    })),
  )
  for (const { action, composed } of resolved)
    if (composed.params) await saveContent(tx, vault, action.id, { params: canonical(composed.params) })
}

/** The log's digest is salted by the key under which the content was sealed at first. */
function eventOf(action: ActionRow, { event }: Composed, contents: ReadonlyMap<string, Content>): EventDraft {
  const digest = contents.get(action.id)?.salted(action.digest ?? '') ?? 'erased'
  return { ...event, data: { ...event.data, digest } }
}
