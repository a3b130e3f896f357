import { hash } from 'node:crypto'
import type { EvaluationAnswer } from '@/lib/authzen/answers'
import { denied } from '@/lib/authzen/decision'
import { isCaller, submissionOf } from '@/lib/authzen/question'
import { reader } from '@/server/db/tx'
import { type Asking, ask, read, take } from './ask'
import { reevaluate } from './reevaluate'
import { usedWith } from './store'
import { bindingHash } from './tokens'

/**
 * Answers one question by the gate. Yes means that an action was allowed and that this very asking has used its permission up
 * (like a permit, which it is): one yes for one allow, whoever asks at the same moment. What waits for people is asked for
 * once, however often the question comes. @throws Refused what the gate refuses; Unavailable
 */
export async function evaluate(asking: Asking): Promise<EvaluationAnswer> {
  const { app, asked, by, requestId } = asking
  if (!isCaller(asked.subject, by.agent))
    return denied('subject.not_caller', 'The subject names another agent than the one whose key this is.')
  const question = { ...asking, hash: bindingHash(asked), submission: submissionOf(asked) }
  const claim = requestId === null ? null : `authzen ${hash('sha256', `${requestId}\n${question.hash}`, 'base64url')}`
  const used = claim && (await usedWith(reader(app.db.pool), by.agent.id, claim))
  if (used) {
    const again = await take({ ...question, claim }, await read(question, used, 0))
    if (again.is === 'taken') return again.answer
  }
  // A request id whose yes is over names nothing any more.
  const fresh = { ...question, claim: used ? null : claim }
  const { approval } = asked.context ?? {}
  return approval === undefined ? ask(fresh) : reevaluate(fresh, approval)
}
