import { readsPast } from '@/lib/gate/past'
import type { Registry } from '@/lib/gate/registry'
import { guardShared } from '@/server/db/guard'
import { Last, type Tx, transact } from '@/server/db/tx'
import { addUses } from '@/server/grant/gate-store'
import { insertHolds } from '@/server/hold/open-store'
import type { Instance } from '@/server/instance'
import { insertUses } from '@/server/permit/at-once-store'
import { saveSessions } from '@/server/session/store'
import { type Asked, insertActions, insertForeseen, type NewAction, readBatchFacts } from './batch-store'
import type { Submitted } from './candidates'
import type { Composed } from './compose'
import { decideBatch, type Given, type Settled } from './decide-batch'
import { foreseenBy } from './foreseen'
import { isMore, type Locks, locksFor, nothingTaken, take } from './locks'
import { pastsOf } from './pasts'
import type { Registries } from './registry'
import { readDependencies, waitsOf } from './waits'

/**
 * Decides all submissions that arrived together: guard, one read, one pure decision each (every effect a fact for the
 * next), one insert, one commit; for one that is alone and foreseen the insert is the read. Answers wait for that commit.
 * @throws Unavailable
 */
export async function runBatch(app: Instance, registries: Registries, batch: readonly Submitted[]): Promise<Settled[]> {
  const provisional = registries.latest() ?? (await registries.refresh())
  const unknownKey = batch.some(one => !provisional.credentialsByHash.has(one.key_hash))
  let known = unknownKey ? await registries.refresh() : provisional
  for (;;) {
    const asking = askingOf(batch, known)
    const settled = (await attemptForeseen(app, asking, known)) ?? (await attempt(app, registries, asking, known))
    if (settled) return settled
    known = registries.latest() ?? known
  }
}

/** A batch with what has to be known, locked and waited for, as the registry says that was last known. */
interface Asking extends Given {
  readonly asked: readonly (Asked & { readonly tool: string })[]
  readonly locks: Locks
}

function askingOf(batch: readonly Submitted[], known: Registry): Asking {
  const agents = batch.map(one => known.credentialsByHash.get(one.key_hash)?.agent_id ?? '')
  return {
    batch,
    agents,
    waits: batch.map(one => waitsOf(one.submission)),
    asked: batch.map((one, at) => ({
      agent_id: agents[at] ?? '',
      key: one.key ?? '',
      digest: one.digest,
      tool: one.submission.tool,
      session: one.submission.context?.session ?? null,
    })),
    locks: locksFor(known, batch, [...new Set(agents)]),
  }
}

/**
 * One who asks alone is decided by what this process foresees, and written where it still stands so: one way to the database
 * instead of two. Null where nothing can be foreseen, or more would change than the action itself, or it was otherwise: then
 * everything is read.
 */
async function attemptForeseen(app: Instance, asking: Asking, registry: Registry): Promise<Settled[] | null> {
  const foreseen = foreseenBy(app)
  const { asked, locks, waits } = asking
  const waited = waits.some(one => one && (one.after.length > 0 || one.parent))
  if (locks.past || locks.lines.length > 0 || locks.plans.length > 0 || waited) return null
  const facts = foreseen.facts(asking, registry)
  const [question] = asked
  if (!facts || !question) return null
  const stands = { facts, taken: nothingTaken, pasts: null, named: new Map() }
  const { settled, rows, uses, sessions } = decideBatch(app, asking, registry, stands)
  const [row] = rows
  if (!row?.record.decision || row.hold || sessions.length > 0) return null
  return transact<Settled[] | null>(app.db, async tx => {
    const written = Promise.all([
      guardShared(tx),
      insertForeseen(tx, row.action, question, facts),
      uses.length > 0 ? insertUses(tx, uses) : none,
    ])
    return new Last(
      written.then(([, ids, used]) => {
        if (ids) return whatWasWritten(tx, settled, rows, ids, used)
        foreseen.forget(asking.agents)
        return null
      }),
    )
  })
}

/** One attempt with what was last known. Null when what came meanwhile needs more locked: a policy that reads the past, a standing approval. */
function attempt(app: Instance, registries: Registries, asking: Asking, first: Registry): Promise<Settled[] | null> {
  const { batch, asked, locks, waits } = asking
  return transact<Settled[] | null>(app.db, async tx => {
    const [taken, facts, readPast, named] = await Promise.all([
      take(tx, locks),
      readBatchFacts(tx, asked),
      locks.past ? pastsOf(app).read(tx, asked, epochOf(first)) : null,
      readDependencies(tx, waits),
    ])
    const { plans } = taken
    const registry = await registries.at(tx, facts.registry)
    if (registry !== first && isMore(locksFor(registry, batch, locks.agents), locks)) return null
    if (epochOf(registry) !== epochOf(first)) return null
    const pasts = readPast && readsPast(registry.policy.reads) ? readPast(facts.at) : null
    const decided = decideBatch(app, asking, registry, { facts, taken, pasts, named })
    foreseenBy(app).note(asking, facts, decided)
    const { settled, rows, uses, sessions, tally } = decided
    if (rows.length === 0) return settled
    const holds = rows.flatMap(row => row.hold ?? [])
    const inserted = Promise.all([
      insertActions(tx, sorted(rows.map(row => row.action))),
      insertHolds(tx, holds),
      saveSessions(tx, sessions),
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
  rows: readonly Composed[],
  written: ReadonlySet<string>,
  used: ReadonlySet<string>,
): Settled[] {
  const lost = new Set(rows.map(row => row.action.id).filter(id => !written.has(id)))
  const held = rows.flatMap(({ action }) => (action.hold_id !== null && written.has(action.id) ? action.hold_id : []))
  if (held.length > 0) tx.hint('hold', held)
  return settled.map(one => {
    // A twin in this batch that leant on a row which was never written has lost the same race.
    const id = one.is === 'new' ? one.action.id : one.is === 'same' ? one.action_id : null
    if (id !== null && lost.has(id)) return { is: 'raced' }
    return one.is === 'new' && used.has(one.action.id) ? { ...one, used: true } : one
  })
}

const none: ReadonlySet<string> = new Set()

const epochOf = ({ organisation }: Registry) => organisation.instance_epoch

/** Unsorted, two instances that insert the same keys deadlock. */
function sorted(rows: readonly NewAction[]): NewAction[] {
  return [...rows].sort((a, b) => (a.agent_id < b.agent_id ? -1 : a.agent_id > b.agent_id ? 1 : a.key < b.key ? -1 : 1))
}
