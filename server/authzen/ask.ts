import type { ActionAnswer, Submission } from '@/lib/action/contract'
import type { EvaluationAnswer } from '@/lib/authzen/answers'
import type { Evaluation } from '@/lib/authzen/contract'
import { denied, narrowed, pending, permitted, refused } from '@/lib/authzen/decision'
import { isNarrowed } from '@/lib/authzen/task'
import { Refused } from '@/lib/kernel/problem'
import type { KnownAgent } from '@/server/agent/authenticate'
import { reader, Unavailable } from '@/server/db/tx'
import { awaitDecision } from '@/server/gate/await'
import { identityConsumer, verifyPermit } from '@/server/gate/consume'
import type { Served } from '@/server/gate/served'
import { submitAndWait, submitted } from '@/server/gate/submit'
import { inLine } from './line'
import { lastTurn, turnKey, usedWith } from './store'
import { endpointOf, signBinding } from './tokens'

/** One question, and who asks. */
export interface Asking {
  readonly app: Served
  readonly by: KnownAgent
  readonly signal: AbortSignal
  readonly asked: Evaluation
  /** The client's own id of its request: with the same one it is the same asking, and gets the same yes again. */
  readonly requestId: string | null
  /** So long it may wait for people. */
  readonly seconds: number
}

export interface Question extends Asking {
  readonly hash: string
  readonly submission: Submission
  /** Under which the one use of a permission is taken. */
  readonly claim: string | null
}

/** What using a permission up needs of who asks. */
export type Taking = Pick<Question, 'app' | 'by' | 'signal' | 'submission' | 'claim'>

/** In one process they go one after another: more than this many instances never ask the same thing at one moment. */
const mostTurns = 50

/** Why the permission of an allowed action could not be taken: it is used or over, or something speaks against it now. */
export type Taken =
  | { readonly is: 'taken'; readonly answer: EvaluationAnswer }
  | { readonly is: 'spent' }
  | { readonly is: 'refused'; readonly reason: string }

/** Answers a question as it stands, or as it ends within the time that it may wait for people. */
export async function ask(question: Question): Promise<EvaluationAnswer> {
  const { app, by, signal, seconds } = question
  const until = performance.now() + seconds * 1_000
  for (;;) {
    const found = await inLine(app, `${by.agent.id} ${question.hash}`, signal, () => turnOf(question))
    const left = Math.min(300, Math.ceil((until - performance.now()) / 1_000))
    if (found.waits === null || left <= 0 || signal.aborted) return found.answer
    const answer = await said(question, await read(question, found.waits, left))
    if (answer) return answer
  }
}

/** What a question comes to now; `waits` is the action that people must decide, if it is one. */
interface Found {
  readonly answer: EvaluationAnswer
  readonly waits: string | null
}

/** Follows the turns of the question to one that can be answered: that waits, that is allowed and unused, or is new. */
async function turnOf(question: Question): Promise<Found> {
  const { app, by } = question
  const last = await lastTurn(reader(app.db.pool), by.agent.id, question.hash)
  if (last?.status === 'held' || last?.status === 'deferred') {
    const action = await read(question, last.id, 0)
    const answer = await said(question, action)
    if (answer) return { answer, waits: action.decision === null ? action.id : null }
  } else if (last?.status === 'allowed' || last?.status === 'approved') {
    const action = await read(question, last.id, 0)
    if (isNarrowed(action) && action.permit !== null) return { answer: narrowed(action), waits: null }
    const taken = await take(question, action)
    if (taken.is === 'taken') return { answer: taken.answer, waits: null }
  }
  for (let turn = (last?.turn ?? 0) + 1, end = turn + mostTurns; turn < end; turn++) {
    const action = await submit(question, turn)
    const answer = await said(question, action)
    if (answer) return { answer, waits: action.decision === null ? action.id : null }
  }
  throw new Unavailable('too many ask the same at once')
}

/** What an action says to this asking; null where its permission is used up and it must be asked for anew. */
async function said(question: Question, action: ActionAnswer): Promise<EvaluationAnswer | null> {
  const { app, asked } = question
  if (action.erased_at !== null) return null
  if (action.decision === null) {
    const opened = new Date(action.hold?.opened_at ?? 0)
    return pending(action, endpointOf(app), until => signBinding(app, asked, action.id, opened, until))
  }
  if (action.decision.verdict === 'deny') return refused(action)
  if (isNarrowed(action)) return narrowed(action)
  const taken = await take(question, action)
  if (taken.is === 'spent') return null
  if (taken.is === 'taken') return taken.answer
  return denied(`permit.${taken.reason}`, 'It was allowed, and may not go on any more.', { action_id: action.id })
}

/** Uses the permission of an allowed action up: by whatever a permit is judged by, in the same transaction (INV-21, INV-26). */
export async function take(question: Taking, action: ActionAnswer): Promise<Taken> {
  const { app, by, submission, claim } = question
  const { permit, params, outcome, execute_by } = action
  if (permit === null || params === null) {
    const { at } = await app.gate.registries.now()
    const over = outcome !== null || execute_by === null || new Date(execute_by) <= at
    return over ? { is: 'spent' } : { is: 'refused', reason: 'stopped' }
  }
  const using = { permit, tool: submission.tool, resource: submission.resource ?? null, params, consume: true }
  try {
    const { valid, reason } = await verifyPermit(app, app.gate.registries, identityConsumer(by), using, claim)
    if (valid) return { is: 'taken', answer: permitted(action) }
    return reason === 'already_used' || reason === 'too_late'
      ? { is: 'spent' }
      : { is: 'refused', reason: reason ?? 'invalid' }
  } catch (error) {
    if (!(error instanceof Refused) || error.code !== 'idempotency.conflict' || claim === null) throw error
    // The same request twice at once, and the other one has been told of another turn: that is the answer of both.
    const used = await usedWith(reader(app.db.pool), by.agent.id, claim)
    if (!used || used === action.id) throw error
    return take(question, await read(question, used, 0))
  }
}

export async function read(
  { app, by, signal }: Pick<Asking, 'app' | 'by' | 'signal'>,
  id: string,
  seconds: number,
): Promise<ActionAnswer> {
  const asked = { id, agent: by.agent.id, credential: by.credential.id, seconds, signal }
  return (await awaitDecision(app, asked)).body
}

async function submit({ app, by, signal, submission, hash: question }: Question, turn: number) {
  const given = submitted(by.key_hash, turnKey(question, turn), JSON.stringify(submission), submission)
  // What is shown beside the question (times, addresses) does not make it another one.
  const same = { ...given, body_digest: Buffer.from(question, 'base64url') }
  return (await submitAndWait({ app, signal }, same, 0)).body
}
