import { standing } from '@/lib/hold/standing'
import { answerOf, answersIn, isForAgent, mostAnswers, type ThreadAnswer } from '@/lib/hold/thread'
import { isId } from '@/lib/kernel/id'
import type { Principal } from '@/lib/kernel/principal'
import { Refused } from '@/lib/kernel/problem'
import { enqueue } from '@/server/access/outbox-store'
import { lockActions, readActions } from '@/server/action/store'
import { readContentOfHolds, saveContent } from '@/server/db/content-store'
import { guardShared } from '@/server/db/guard'
import { newId } from '@/server/db/id'
import { record } from '@/server/db/record'
import { reader, transact } from '@/server/db/tx'
import { readReviews } from '@/server/hold/review-store'
import { type HoldRow, lockHolds } from '@/server/hold/store'
import type { Instance } from '@/server/instance'
import { closed } from './closed'
import { type Matter, matterOf } from './matter'
import type { Registries } from './registry'
import { present, settled, timed } from './settle'

/** An answer as it is handed in. */
export interface Answering {
  readonly question: string
  readonly text: string
  readonly key: string | null
}

/**
 * The agent answers what people ask about its own waiting action. It decides nothing, and the clock goes on.
 * @throws Refused request.not_found, request.invalid, action.decided, hold.thread_full, idempotency.conflict
 */
export async function answerAsAgent(
  app: Instance,
  registries: Registries,
  by: Extract<Principal, { kind: 'agent' }>,
  id: string,
  given: Answering,
): Promise<void> {
  const [action] = isId('act', id) ? await readActions(reader(app.db.pool), [id]) : []
  if (action?.agent_id !== by.id) throw new Refused('request.not_found')
  const over = () => new Refused('action.decided', 'This has been decided: no answer is read any more.')
  if (!action.hold_id) throw action.decision ? over() : noQuestion()
  const ended = await answer(app, registries, { ...given, by, hold: action.hold_id, may: () => true })
  if (ended) throw over()
}

/**
 * Somebody who may see the hold answers a question about it: its owner, or whoever knows.
 * @throws Refused request.not_found, request.invalid, hold.closed, hold.thread_full, idempotency.conflict
 */
export async function answerAsPerson(
  app: Instance,
  registries: Registries,
  by: Extract<Principal, { kind: 'person' }>,
  hold: string,
  given: Answering,
): Promise<void> {
  if (!isId('hld', hold)) throw new Refused('request.not_found')
  const ended = await answer(app, registries, {
    ...given,
    by,
    hold,
    may: (matter, me) => me !== undefined && matter.visible(me),
  })
  if (ended) throw closed(ended)
}

interface Given extends Answering {
  readonly by: Extract<Principal, { kind: 'agent' | 'person' }>
  readonly hold: string
  may(matter: Matter, me: Parameters<Matter['visible']>[0] | undefined): boolean
}

const noQuestion = () =>
  new Refused('request.invalid', 'There is no such question.', {
    errors: [{ pointer: '/question', message: 'There is no such question.' }],
  })

/** Writes one answer; the hold as it ended where it has ended. */
async function answer(app: Instance, registries: Registries, given: Given): Promise<HoldRow | null> {
  const over = await transact(app.db, async tx => {
    const [hold] = await lockHolds(tx, [given.hold])
    if (!hold) throw new Refused('request.not_found')
    const [action] = hold.action_id ? await lockActions(tx, [hold.action_id]) : []
    await guardShared(tx)
    const [{ at, registry }, reviews, contents] = await Promise.all([
      present(tx, registries),
      readReviews(tx, [hold.id]),
      readContentOfHolds(tx, app.vault, [hold.id]),
    ])
    const me = registry.people.find(one => one.id === given.by.id)
    if (!given.may(matterOf(hold, action ?? null, registry, at), me)) throw new Refused('request.not_found')
    const subject = hold.action_id ?? hold.id
    const parts = contents.get(subject)?.parts ?? new Map<string, string>()
    const question = reviews.find(one => one.id === given.question && one.verdict === 'ask')
    // What people ask each other is not the agent's to read, and so not to answer.
    if (!question || (given.by.kind === 'agent' && !isForAgent(parts, question.id))) throw noQuestion()
    const before = answersIn(parts)
    if (isSaid(before, given)) return false
    const now = standing(timed(hold, registry), registry.containments, at)
    if (now.is === 'over') return true
    if (now.is === 'closed') return hold
    if (before.filter(one => one.to === question.id).length >= mostAnswers)
      throw new Refused('hold.thread_full', `A question takes ${mostAnswers} answers.`)
    const id = newId('ans')
    const { kind } = given.by
    await saveContent(
      tx,
      app.vault,
      subject,
      answerOf({
        id,
        to: question.id,
        text: given.text,
        at: at.toISOString(),
        by: { kind, id: given.by.id },
        key: given.key,
      }),
    )
    if (question.person_id !== given.by.id) {
      const why = kind === 'agent' ? 'You asked its agent about it.' : 'You asked about it.'
      const payload = JSON.stringify({ kind: 'hold.answered', hold: hold.id, why })
      const message = { subject_id: hold.id, kind: `hold.answered.${id}`, person_id: question.person_id, payload }
      await enqueue(tx, at, [message], app.config.smtp !== null)
    }
    tx.hint('hold', [hold.id])
    await record(tx, at, [
      {
        type: 'hold.answered',
        by: given.by,
        subjects: [hold.id, ...(hold.action_id ? [hold.action_id] : []), ...(hold.agent_id ? [hold.agent_id] : [])],
        data: { hold: hold.id, review: question.id, answer: id },
      },
    ])
    return false
  })
  if (over === false) return null
  if (over !== true) return over
  return settled(app, registries, given.hold)
}

/** Was exactly this said before with this key? @throws Refused idempotency.conflict: the key said something else */
function isSaid(before: readonly ThreadAnswer[], { key, by, question, text }: Given): boolean {
  const same = key === null ? undefined : before.find(one => one.key === key && one.by.id === by.id)
  if (same && (same.to !== question || same.text !== text))
    throw new Refused('idempotency.conflict', 'This Idempotency-Key was used with another body.')
  return same !== undefined
}
