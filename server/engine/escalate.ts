import { defaultPolicy, policyFor } from '@/lib/escalation/policy'
import { advance, type Progress, type Step } from '@/lib/escalation/timeline'
import type { Registry } from '@/lib/gate/registry'
import { type Requirement, withAdded } from '@/lib/hold/requirement'
import type { EventDraft } from '@/lib/kernel/event'
import { isId } from '@/lib/kernel/id'
import { reachesAnybody } from '@/server/access/notice-store'
import { enqueue, type Message } from '@/server/access/outbox-store'
import { clock } from '@/server/db/guard'
import { record } from '@/server/db/record'
import { reader, type Tx, transact } from '@/server/db/tx'
import { lookAtSome } from '@/server/escalation/look-again-store'
import { type Roster, readRoster } from '@/server/escalation/roster'
import {
  type Escalating,
  loadPolicies,
  lockNextLevels,
  type PolicyRow,
  reviewersOf,
  saveProgress,
} from '@/server/escalation/store'
import { factsOf, waitingOf } from '@/server/gate/escalation-facts'
import type { Served } from '@/server/gate/served'
import { type HoldRow, reviseHolds } from '@/server/hold/store'

const engine = { kind: 'system', id: 'engine' } as const
const atOnce = 50
/** Holds that are looked at again at once, after policies have changed. */
const againAtOnce = 200

interface World {
  readonly registry: Registry
  readonly policies: readonly PolicyRow[]
  readonly roster: Roster
  readonly at: Date
}

/** What one hold's due steps come to. */
interface Outcome {
  readonly id: string
  readonly hold: HoldRow
  readonly steps: readonly Step[]
  readonly progress: Progress
  readonly next: Date | null
  readonly messages: readonly Message[]
  readonly requirement: Requirement
}

/**
 * Tells people of holds: approvers when one opens, then by reminders and levels (lib/escalation/timeline), from the database's
 * clock and what was told before. A hold that is due is locked, looked at once, and given the time of its next look in the same
 * transaction; so a sweep costs what is due, and two instances, or one that slept, tell everybody exactly once.
 * @returns 0 when nothing more is due now.
 */
export async function escalateDue(app: Served): Promise<number> {
  const mail = app.config.smtp !== null
  const outside = reader(app.db.background)
  // Where nobody can be told and nobody has said that more is to happen, there is nothing to keep.
  if (!(await reachesAnybody(outside, mail)) && (await loadPolicies(outside)).length === 0) return 0
  if ((await tellDue(app, mail)) > 0) return 1
  // What is due by itself comes first: a change of policies makes others due only while nothing waits.
  const more = await transact(app.db, tx => lookAtSome(tx, againAtOnce), app.db.background)
  return more ? 1 : 0
}

/** Tells what is due, of so many holds at most; 1 where there may be more. */
async function tellDue(app: Served, mail: boolean): Promise<number> {
  const registry = await app.gate.registries.refresh()
  return transact(
    app.db,
    async tx => {
      const due = await lockNextLevels(tx, atOnce)
      if (due.length === 0) return 0
      const at = await clock(tx)
      const policies = await loadPolicies(tx)
      const reviewed = await reviewersOf(
        tx,
        due.map(one => one.hold.id),
      )
      const world = { registry, policies, roster: await readRoster(tx, at, policies), at }
      const outcomes = due.map(one => outcomeOf(one, world, reviewed.get(one.hold.id) ?? new Set()))
      await saveProgress(tx, outcomes)
      await letDecide(tx, outcomes)
      const reached = await enqueue(
        tx,
        at,
        outcomes.flatMap(one => one.messages),
        mail,
      )
      const events = outcomes.flatMap(one => one.steps.flatMap(step => told(one, step, reached)))
      if (events.length > 0)
        tx.hint(
          'hold',
          outcomes.filter(one => one.steps.length > 0).map(one => one.id),
        )
      await record(tx, at, events)
      return due.length === atOnce ? 1 : 0
    },
    app.db.background,
  )
}

function outcomeOf(
  { hold, progress }: Escalating,
  { registry, policies, roster, at }: World,
  reviewed: ReadonlySet<string>,
): Outcome {
  const waiting = waitingOf(hold, registry, at)
  const written = policyFor(policies, hold)
  const policy = written ?? defaultPolicy
  const made = waiting
    ? advance(policy, waiting, progress, factsOf(hold, registry, at, roster, reviewed, written?.written_by ?? null), at)
    : { steps: [], progress, next: null }
  const messages = made.steps.flatMap(step => {
    const kind = `hold.${step.step}`
    const level = step.level === null ? undefined : policy.levels[step.level - 1]
    return step.people.map(
      ({ person_id, why }): Message => ({
        subject_id: hold.id,
        kind,
        person_id,
        // Ids and why they are told; what it is about is read after signing in.
        payload: JSON.stringify({ kind, hold: hold.id, why }),
        ...(level && level.channels.length > 0 ? { channels: level.channels } : {}),
        ...(level?.urgent ? { urgent: true } : {}),
      }),
    )
  })
  const added = made.steps.flatMap(step => step.added).filter(one => isId('usr', one))
  const requirement = added.length > 0 ? withAdded(hold.requirement, added) : hold.requirement
  return { id: hold.id, hold, ...made, messages, requirement }
}

/** Whom levels let decide, besides those whom it asked: the requirement itself stays as it was (INV-19). */
async function letDecide(tx: Tx, outcomes: readonly Outcome[]): Promise<void> {
  const raised = outcomes.filter(one => one.requirement !== one.hold.requirement)
  await reviseHolds(
    tx,
    raised.map(({ id, requirement, hold }) => ({ id, requirement, shown_digest: hold.shown_digest })),
  )
}

/** The log names who was told; of approvers and of reminders only those whom a message reaches. */
function told({ hold, requirement }: Outcome, step: Step, reached: ReadonlySet<string>): EventDraft[] {
  const subjects = [hold.id, ...(hold.action_id ? [hold.action_id] : [])]
  const ids = step.people.map(one => one.person_id)
  const people = ids.filter(id => reached.has(id))
  if (step.level !== null) {
    const added = [...step.added]
    const data = {
      hold: hold.id,
      level: step.level,
      repeat: step.repeat,
      people: ids,
      added,
      ...(added.length > 0 ? { requirement } : {}),
    }
    return ids.length > 0 ? [{ type: 'hold.escalated', by: engine, subjects, data }] : []
  }
  if (people.length === 0) return []
  const type = step.step === 'opened' ? 'hold.told' : 'hold.reminded'
  return [{ type, by: engine, subjects, data: { hold: hold.id, people } }]
}
