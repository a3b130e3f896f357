import type { ActionAnswer, Submission } from '@/lib/action/contract'
import type { BeforeCall, HookAnswer } from '@/lib/hook/contract'
import { allowed, denied, unavailable, unkept, waiting } from '@/lib/hook/said'
import { submissionOf } from '@/lib/hook/submission'
import { Refused } from '@/lib/kernel/problem'
import type { KnownAgent } from '@/server/agent/authenticate'
import { read, take } from '@/server/authzen/ask'
import { usedWith } from '@/server/authzen/store'
import { isOutage, reader } from '@/server/db/tx'
import type { Served } from '@/server/gate/served'
import { submitAndWait, submitted } from '@/server/gate/submit'
import { awaitPeople } from './await-people'
import { askedBefore, claimOf } from './store'

/** Who has called the hook, and whether they are still there. */
export interface Calling {
  readonly app: Served
  readonly by: KnownAgent
  readonly signal: AbortSignal
}

/** How a call is asked for: how long it may wait for people, and whether who sits in front has the last word. */
export interface Manner {
  readonly seconds: number
  readonly ask: boolean
  /** Once a session people are asked for all that is like the first call that waits. */
  readonly envelope: boolean
}

/**
 * Decides a call that Claude Code is about to make. Allowed is said once for each time that it was allowed: whoever says it
 * has used the permission up. What waits is waited for, then denied with words; the same call made again finds the decision.
 * Whatever cannot be decided is a denial too, since some versions go on after any other answer.
 * @throws Refused credential.invalid
 */
export async function beforeCall(call: Calling, event: BeforeCall, manner: Manner): Promise<HookAnswer> {
  try {
    return await decided(call, event, submissionOf(event), manner)
  } catch (error) {
    if (error instanceof Refused && error.status !== 401) return unavailable(error.code, error.detail ?? '')
    if (isOutage(error)) return unavailable('service.unavailable', 'Holdpoint cannot decide at this moment.')
    throw error
  }
}

async function decided(call: Calling, event: BeforeCall, submission: Submission, manner: Manner): Promise<HookAnswer> {
  const { app, by } = call
  const claim = claimOf(event)
  const given = submitted(by.key_hash, claim, JSON.stringify(submission), submission)
  const db = reader(app.db.pool)
  const asked = { agent: by.agent.id, session: event.session_id, digest: given.digest }
  const earlier = (await usedWith(db, by.agent.id, claim)) ?? (await askedBefore(db, asked))
  const found = earlier === null ? null : await read(call, earlier, 0)
  const answer = found?.digest === given.digest ? await ended(call, event, submission, found, manner) : null
  if (answer) return answer
  const { body } = await submitAndWait(call, given, 0)
  const anew = await ended(call, event, submission, body, manner)
  return anew ?? unavailable('permit.gone', 'It was allowed, and has been run or the time for it is over.')
}

/** What an action comes to within the time that it may wait; null as in `said`. */
async function ended(
  call: Calling,
  event: BeforeCall,
  submission: Submission,
  now: ActionAnswer,
  manner: Manner,
): Promise<HookAnswer | null> {
  if (now.decision !== null) return said(call, event, submission, now, manner)
  if (!manner.envelope) {
    const action = manner.seconds > 0 ? await read(call, now.id, manner.seconds) : now
    return said(call, event, submission, action, manner)
  }
  const { action, envelope } = await awaitPeople(call, event, submission, now, manner.seconds)
  const open = envelope?.status === 'proposed' && envelope.hold_status === 'pending'
  if (action.decision === null)
    return waiting(action, open ? `${call.app.config.url}/approvals/${envelope.hold_id}` : null)
  return said(call, event, submission, action, manner)
}

/** What an action says to this call; null where what it allowed is used up or over, and must be asked for anew. */
async function said(
  call: Calling,
  event: BeforeCall,
  submission: Submission,
  action: ActionAnswer,
  { ask }: Manner,
): Promise<HookAnswer | null> {
  if (action.decision === null) return waiting(action)
  if (action.decision.verdict === 'deny') return denied(action)
  const cannot = action.obligations.filter(one => one.type !== 'log' && one.type !== 'execute_within')
  if (cannot.length > 0) return unkept(cannot.map(one => one.type))
  // Whoever has hung up runs nothing: what was allowed stays to be used.
  if (call.signal.aborted) return waiting(action)
  const taken = await take({ ...call, submission, claim: claimOf(event) }, action)
  if (taken.is === 'spent') return null
  if (taken.is === 'refused')
    return unavailable(`permit.${taken.reason}`, 'It was allowed, and may not go on any more.')
  const id = taken.answer.context?.action_id ?? action.id
  return allowed(event, id === action.id ? action : await read(call, id, 0), ask)
}
