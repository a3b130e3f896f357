import type { Decision } from '@/lib/action/decision'
import type { Registry } from '@/lib/gate/registry'
import type { EventDraft } from '@/lib/kernel/event'
import { isId } from '@/lib/kernel/id'
import { Refused } from '@/lib/kernel/problem'
import { enqueue, type Message } from '@/server/access/outbox-store'
import { decideActions, lockActionsOfHolds } from '@/server/action/store'
import { batcher } from '@/server/db/batcher'
import { regressionOf } from '@/server/db/checkpoint'
import { readContentOfHolds, saveContent } from '@/server/db/content-store'
import { guardExclusive, guardShared, touchRegistry } from '@/server/db/guard'
import { record } from '@/server/db/record'
import { Last, type Tx, transact } from '@/server/db/tx'
import { hurry } from '@/server/escalation/hurry'
import { demandWritten, insertReviews, lostTo, readReviews, readShown, voidReviews } from '@/server/hold/review-store'
import { endHolds, lockHolds, reviseHolds } from '@/server/hold/store'
import type { Instance } from '@/server/instance'
import { closed } from './closed'
import { checkSignatures, spendSignatures } from './countersign'
import type { Ending } from './decided'
import { marked } from './decision-mark'
import type { Matter } from './matter'
import { readLeft } from './read'
import type { Registries } from './registry'
import { type Given, type Judged, judgeReview, type Known, type Plan, type ReviewResult, usedKey } from './review-judge'
import { present, settled } from './settle'
import type { Waiters } from './waiters'

/** Further drafts of the same transaction, once the plan is known (reject and pause). */
export type Also = (tx: Tx, matter: Matter) => Promise<readonly EventDraft[]>

/** One of a batch: judged and written, refused, or to be asked again because another verdict on its hold came first. */
type Outcome =
  | { readonly is: 'done'; readonly result: ReviewResult }
  | { readonly is: 'refused'; readonly refusal: Refused }
  | { readonly is: 'over' }
  | { readonly is: 'again' }

export interface Reviews {
  /**
   * One person's verdict on one hold: approve, reject, ask and pass are one verb. Verdicts that arrive together are one
   * transaction. What time or a switch has ended is settled, then refused. `also` makes it a transaction of its own.
   * @throws Refused request.not_found, hold.closed, hold.changed, hold.frozen, hold.ineligible, hold.reviewed, hold.invalid_change,
   * hold.step_up_required
   * @throws Unavailable
   */
  give(given: Given, also?: Also): Promise<ReviewResult>
}

/** Opens the reviews of one instance. */
export function openReviews(app: Instance, registries: Registries, waiters: Waiters): Reviews {
  const review = (batch: readonly Given[], also?: Also) =>
    run(app, registries, waiters, batch, also).catch((error: unknown) => {
      const first = lostTo(error)
      if (first === 'key') throw usedKey()
      throw first === 'end' ? new Refused('hold.closed', 'It was decided by something else.') : error
    })
  const together = batcher((batch: readonly Given[]) => review(batch), 32, 3)
  return {
    async give(given, also) {
      if (!isId('hld', given.hold)) throw new Refused('request.not_found')
      if (given.input.verdict === 'approve' && regressionOf(app) !== null) {
        throw new Refused(
          'service.unavailable',
          'The audit log has gone back. An administrator must acknowledge it first.',
        )
      }
      for (;;) {
        const [outcome] = also ? await review([given], also) : [await together(given)]
        if (outcome?.is === 'done') return outcome.result
        if (outcome?.is === 'refused') throw outcome.refusal
        if (outcome?.is === 'over') throw closed(await settled(app, registries, given.hold))
      }
    },
  }
}

/** Locks the holds and their actions, takes the guard, reads everything afresh, judges, writes guarded, records. */
async function run(
  app: Instance,
  registries: Registries,
  waiters: Waiters,
  batch: readonly Given[],
  also?: Also,
): Promise<readonly Outcome[]> {
  // A second verdict on the same hold is judged by what the first has made of it.
  const first = new Map(batch.toReversed().map(one => [one.hold, one]))
  return transact<readonly Outcome[]>(app.db, async tx => {
    const ids = [...first.keys()]
    const [, holds, actions, , { at, registry }, reviews, contents, shown] = await Promise.all([
      // A switch thrown in the same commit needs the registry's row first and the guard alone; never upgraded, never late.
      also && touchRegistry(tx),
      lockHolds(tx, ids),
      lockActionsOfHolds(tx, ids),
      also ? guardExclusive(tx) : guardShared(tx),
      present(tx, registries),
      readReviews(tx, ids),
      readContentOfHolds(tx, app.vault, ids),
      readShown(tx, ids),
    ])
    const signatures = [...first.values()].flatMap(({ person, hold, input: { verdict, signature } }) =>
      verdict === 'approve' && signature ? [{ person: person.id, hold, signature }] : [],
    )
    const signed = await checkSignatures(tx, app, signatures, at)
    const known = new Map<string, Known>(
      holds.map(hold => [
        hold.id,
        {
          hold,
          action: actions.find(one => one.id === hold.action_id) ?? null,
          reviews: reviews.filter(one => one.hold_id === hold.id),
          content: contents.get(hold.action_id ?? hold.id),
          shown: shown.filter(one => one.hold_id === hold.id),
          signed: signed.get(hold.id) ?? null,
        },
      ]),
    )
    const plans: Plan[] = []
    const outcomes = batch.map((given): Outcome => {
      if (first.get(given.hold) !== given) return { is: 'again' }
      const judged = judge(given, known.get(given.hold), registry, at)
      if (judged instanceof Refused) return { is: 'refused', refusal: judged }
      if (judged.is === 'over') return judged
      if (judged.is === 'before') {
        const status = known.get(given.hold)?.hold.status
        return { is: 'done', result: { hold: given.hold, ended: status !== 'pending' } }
      }
      plans.push(judged.plan)
      return { is: 'done', result: judged.plan.result }
    })
    if (plans.length === 0) return outcomes
    await writeBeside(tx, app, at, plans)
    const more = also && plans[0] ? await also(tx, plans[0].matter) : []
    const awaited = plans.flatMap(({ matter, end }) => (end && matter.action ? [matter.action.id] : []))
    const written = write(tx, app, at, plans, more)
    const left = readLeft(app, tx, awaited.filter(waiters.isAwaited), { at, registry })
    const told = Promise.all([left, written]).then(([reads]) => {
      tx.after(() => reads.forEach(waiters.tell))
      return outcomes
    })
    return new Last(told)
  })
}

function judge(given: Given, known: Known | undefined, registry: Registry, at: Date): Judged | Refused {
  if (!known) return new Refused('request.not_found')
  try {
    return judgeReview(given, known, registry, at)
  } catch (error) {
    if (error instanceof Refused) return error
    throw error
  }
}

/** An approval is marked as the gate's own. */
const bound = ({ vault }: Instance, id: string, { decision }: Ending): Decision =>
  decision.verdict === 'allow' ? marked(vault, id, decision) : decision

/**
 * Sends, in one turn, all that ends a hold, so that the commit goes out behind it. What another transaction was faster with
 * fails all of it, and each is asked alone.
 */
async function write(
  tx: Tx,
  app: Instance,
  at: Date,
  plans: readonly Plan[],
  more: readonly EventDraft[],
): Promise<void> {
  const reviews = plans.map(plan => plan.review)
  const ends = plans.flatMap(({ review, end }) => (end ? [{ id: review.hold_id, status: end.status }] : []))
  const verdicts = plans.flatMap(({ matter, end }) =>
    end && matter.action
      ? [{ id: matter.action.id, ...end.ending, decision: bound(app, matter.action.id, end.ending) }]
      : [],
  )
  const revisions = plans.flatMap(({ review, revised }) => (revised ? [{ id: review.hold_id, ...revised }] : []))
  const voids = plans.flatMap(plan => plan.voids)
  const signed = plans.flatMap(plan => plan.signed ?? [])
  tx.hint('hold', [...new Set(reviews.map(review => review.hold_id))])
  const actions = verdicts.map(verdict => verdict.id)
  if (actions.length > 0) tx.hint('action', actions)
  // In this order: what is void makes room for the new review, only what is pending can be revised, and events come last.
  await Promise.all([
    voidReviews(tx, voids, at, 'The arguments were changed.'),
    reviseHolds(tx, revisions),
    insertReviews(tx, reviews),
    ends.length > 0 && endHolds(tx, at, ends),
    actions.length > 0 && decideActions(tx, at, verdicts),
    spendSignatures(tx, signed, at),
    demandWritten(tx, at, { reviews: reviews.map(one => one.id), holds: ends.map(one => one.id), actions }),
    record(tx, at, [...plans.flatMap(plan => plan.events), ...more]),
  ])
}

/** What waits for answers of the database, before the rest: words are sealed, a question goes to whom it is for, who cannot judge makes the next due. */
async function writeBeside(tx: Tx, app: Instance, at: Date, plans: readonly Plan[]): Promise<void> {
  await Promise.all(plans.map(({ subject, words }) => saveContent(tx, app.vault, subject, words)))
  for (const { review } of plans) if (review.verdict === 'pass') await hurry(tx, review.hold_id, at)
  const asked = plans.filter(one => one.review.verdict === 'ask')
  if (asked.length === 0) return
  tx.hint(
    'action',
    asked.flatMap(({ matter }) => (matter.action ? [matter.action.id] : [])),
  )
  await enqueue(tx, at, asked.flatMap(askedMessages), app.config.smtp !== null)
}

/** Whoever answers for the agent is told that somebody asks; the words are read after signing in. */
function askedMessages({ review, matter }: Plan): Message[] {
  const { known } = matter
  const people = known ? [known.owner, ...(known.backup ? [known.backup] : [])] : []
  const payload = { kind: 'hold.asked', hold: review.hold_id, why: 'You answer for the agent that wants this.' }
  return [...new Set(people)]
    .filter(one => one !== review.person_id)
    .map(person_id => ({
      subject_id: review.hold_id,
      kind: `hold.asked.${review.id}`,
      person_id,
      payload: JSON.stringify(payload),
    }))
}
