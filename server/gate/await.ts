import type { ActionAnswer } from '@/lib/action/contract'
import { isAsked } from '@/lib/hold/thread'
import { Refused } from '@/lib/kernel/problem'
import { gateMeter } from './meter'
import type { ReadAction } from './read'
import type { Served } from './served'
import { isLive, type Waiting } from './waiters'

/** What a wait ends with: the action as it stands, and for how long it was asked to wait. */
export interface Awaited {
  readonly body: ActionAnswer
  readonly waited: number
  /** Its permit was used with the decision, by the key that `Prefer: consume` named. */
  readonly used?: boolean
}

/** The body that the agent itself is answered: with the permit, where the action was allowed. */
const toAgent = ({ answer, permit }: ReadAction): ActionAnswer => ({ ...answer, permit: permit() })

interface Asked extends Waiting {
  readonly id: string
  readonly seconds: number
  readonly signal: AbortSignal
  /** End the wait also at a question that the agent has not answered. */
  readonly questions?: boolean
}

/** How far this process's clock may be from the database's, in milliseconds. */
const nearEnd = 300_000

/** A hint that a question was asked may be lost: who waits for questions looks again, in milliseconds. */
const lookForQuestions = 2_000

/** Is this key still good? Asked again when something about its agent has changed while it waited (K12). @throws Refused credential.invalid */
export async function demandLive(app: Served, asked: Waiting): Promise<void> {
  const { at, registry } = await app.gate.registries.now()
  if (!isLive(registry, asked, at)) throw new Refused('credential.invalid')
}

/** Time is up by the database's clock: the end is written before anybody is told of it. */
async function settleOver(app: Served, { row }: ReadAction): Promise<void> {
  if (row.expires_at) await app.gate.end({ parked: row.id })
  else if (row.hold_id) await app.gate.end({ hold: row.hold_id })
}

/**
 * Subscribes, reads, then sleeps until a hint, the hold's end or the time asked for. Waiting holds no connection.
 * @throws Refused request.not_found, credential.invalid
 */
export async function awaitDecision(app: Served, asked: Asked): Promise<Awaited> {
  const { waiting } = gateMeter(app)
  waiting.inc()
  try {
    const answer = await follow(app, asked)
    // A key may come to its end while it waits, and nobody is told that it has: near it, the database's clock is asked.
    const ends = app.gate.registries.latest()?.credentials.get(asked.credential)?.expires_at
    if (ends && ends.getTime() - Date.now() < nearEnd) await demandLive(app, asked)
    return answer
  } finally {
    waiting.dec()
  }
}

async function follow(app: Served, asked: Asked): Promise<Awaited> {
  const end = performance.now() + asked.seconds * 1_000
  const full = app.gate.waiters.isFull(asked.agent)
  /** How it stood when it was last read, if nothing has been heard since: how often its agent was asked, and when it ends. */
  let seen: { readonly questions: number; readonly until: number } | null = null
  for (;;) {
    const left = full ? 0 : Math.max(0, end - performance.now())
    const nap = asked.questions ? Math.min(left, lookForQuestions) : left
    const waiter = app.gate.waiters.wait(asked.id, asked, nap, asked.signal)
    try {
      const over = left === 0 || asked.signal.aborted || app.gate.waiters.draining()
      if (
        !seen ||
        over ||
        performance.now() >= seen.until ||
        (await app.gate.timesAsked(asked.id)) !== seen.questions
      ) {
        const read = await app.gate.read(asked.id)
        if (read?.row.agent_id !== asked.agent) throw new Refused('request.not_found')
        const questions = read.answer.hold?.questions ?? []
        const done = read.answer.decision !== null || (asked.questions && isAsked(questions)) || over
        if (read.remaining_ms !== null && read.remaining_ms <= 0) {
          await settleOver(app, read)
          const settled = await app.gate.read(asked.id)
          if (settled && (settled.answer.decision || done)) return { body: toAgent(settled), waited: asked.seconds }
          seen = null
          continue
        }
        if (done) return { body: toAgent(read), waited: asked.seconds }
        const until = read.remaining_ms === null ? Number.POSITIVE_INFINITY : performance.now() + read.remaining_ms
        seen = { questions: questions.length, until }
      }
      const rest = seen.until - performance.now()
      const clock = rest < nap ? setTimeout(() => waiter.stop(), rest + 2) : undefined
      const woken = await waiter.woken
      clearTimeout(clock)
      if (typeof woken === 'object') return { body: toAgent(woken), waited: asked.seconds }
      if (woken === 'recheck') await demandLive(app, asked)
      // Nothing but its nap is over: then whether somebody asks is all there is to look for.
      if (woken !== 'over') seen = null
    } finally {
      waiter.stop()
    }
  }
}
