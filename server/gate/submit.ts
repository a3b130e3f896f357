import { hash as digest } from 'node:crypto'
import { answerOf, type ShownContent } from '@/lib/action/answer'
import type { Submission } from '@/lib/action/contract'
import { dependenciesOf } from '@/lib/action/defer'
import { canonical } from '@/lib/kernel/canonical'
import { actionDigest } from '@/lib/kernel/digest'
import { Refused } from '@/lib/kernel/problem'
import { type Indexed, indexed } from '@/lib/session/indexed'
import type { Effort } from '@/lib/session/match'
import { traceIn, untraced } from '@/lib/session/provenance'
import { hasSpoken, isRecorded } from '@/lib/session/recorder'
import { reportedSources } from '@/lib/session/source'
import { mayNotify } from '@/server/agent/webhook-store'
import { latestCheckpoint } from '@/server/db/checkpoint'
import { reader, Unavailable } from '@/server/db/tx'
import { lastRecorded, recordedSources } from '@/server/session/recorded'
import { resourceFacts } from '@/server/tool/resource-facts'
import { type Awaited, awaitDecision } from './await'
import type { Submitted } from './candidates'
import type { Settled } from './decide-batch'
import { gateMeter } from './meter'
import { permitFor } from './permit'
import { readOne } from './read'
import type { Served } from './served'

/**
 * A submission as the gate takes it. The schema takes nothing away and adds nothing: what it let through is the body.
 * Those of one batch share the `effort` of looking where their arguments came from.
 * @throws Refused request.invalid: what it depends on cannot be read
 */
export function submitted(
  hash: string,
  key: string | null,
  body: string,
  submission: Submission,
  effort?: Effort,
): Submitted {
  const waits = dependenciesOf(submission.context)
  if (typeof waits === 'string')
    throw new Refused('request.invalid', waits, { errors: [{ pointer: '/context/after', message: waits }] })
  return {
    key_hash: hash,
    key,
    body,
    body_digest: digest('sha256', canonical(submission), 'buffer'),
    digest: actionDigest(
      { tool: submission.tool, resource: submission.resource ?? null, params: submission.params },
      text => digest('sha256', text),
    ),
    submission,
    traced_by: null,
    ...tracedWith(submission, [], effort),
  }
}

/** Where its arguments came from: what others recorded of its session comes before what the agent itself reports. */
function tracedWith(
  { params, context }: Submission,
  recorded: readonly Indexed[],
  effort?: Effort,
): Pick<Submitted, 'trace' | 'sources' | 'person_spoke' | 'looked_ms'> {
  const began = performance.now()
  const reported = indexed(reportedSources(context))
  const all = [...recorded, ...reported].map((one, at) => (one.at === at ? one : { ...one, at }))
  const sources = all.map(one => one.source)
  const trace = all.length === 0 ? untraced : traceIn(params, all, false, effort)
  const person_spoke = hasSpoken(sources, context?.acting_for)
  return { trace, sources, person_spoke, looked_ms: performance.now() - began }
}

/** The action that a refusal of the batch names. */
function carriedAction({ more }: Refused): string | undefined {
  const named = more.carries?.action
  return typeof named === 'object' && named !== null && 'id' in named && typeof named.id === 'string'
    ? named.id
    : undefined
}

/** A conflict carries the action as it is now (api §1). It is the asking agent's own. */
export async function withAction<T>(app: Served, work: () => Promise<T>, known?: string): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof Refused) || error.status !== 409) throw error
    const read = known === undefined ? null : await readOne(app, app.gate.registries, known)
    throw read ? new Refused(error.code, error.detail, { ...error.more, carries: { action: read.answer } }) : error
  }
}

/**
 * With what the system of its resource says, where one is to be asked, and what was recorded of its session: before the batch,
 * since nothing waits for the network in a transaction. What is known of a session here is not asked for: the batch sees whether
 * it still holds. Only for keys that are known: nobody else makes Holdpoint call or open anything.
 */
async function withOutside(app: Served, given: Submitted): Promise<Submitted> {
  const registry = app.gate.registries.latest()
  const agent = registry?.credentialsByHash.get(given.key_hash)?.agent_id
  if (!registry || agent === undefined) return given
  const { submission } = given
  const session = submission.context?.session
  if (submission.notify !== undefined && !(await mayNotify(reader(app.db.pool), agent, submission.notify, given.key))) {
    const message = 'This agent has no such webhook.'
    throw new Refused('request.invalid', message, { errors: [{ pointer: '/notify', message }] })
  }
  const [fact, recorded] = await Promise.all([
    registry.sources.length > 0 ? resourceFacts(app, registry.sources, submission.resource) : null,
    session !== undefined && isRecorded(registry.scopes, agent)
      ? (lastRecorded(app, agent, session) ?? recordedSources(app, agent, session))
      : null,
  ])
  const seen = { ...given, ...(fact ? { fact } : {}), ...(recorded ? { traced_by: recorded.mark } : {}) }
  return recorded && recorded.sources.length > 0 ? tracedBy(app, seen, recorded.sources) : seen
}

function tracedBy(app: Served, given: Submitted, recorded: readonly Indexed[]): Submitted {
  const traced = tracedWith(given.submission, recorded)
  app.gate.owe(given.key_hash, traced.looked_ms)
  return { ...given, ...traced }
}

/** Traced by what is recorded of its session now. */
async function tracedAnew(app: Served, given: Submitted): Promise<Submitted> {
  const agent = app.gate.registries.latest()?.credentialsByHash.get(given.key_hash)?.agent_id
  const session = given.submission.context?.session
  if (agent === undefined || session === undefined) return given
  const { sources } = await recordedSources(app, agent, session)
  return tracedBy(app, { ...given, traced_by: 'now' }, sources)
}

/** Asks the gate, and measures it. More, or less, may be recorded than was known here, or a recorder has come: then it is asked again. */
async function ruled(app: Served, given: Submitted): Promise<Settled> {
  const end = gateMeter(app).begin()
  try {
    const first = await app.gate.submit(given)
    const settled = first.is === 'unlooked' ? await app.gate.submit(await tracedAnew(app, given)) : first
    end(settled.is === 'refused' ? 'refused' : settled.is === 'new' && !settled.action.decision ? 'held' : 'decided')
    return settled
  } catch (error) {
    end('refused')
    throw error
  }
}

/** The content of what has just been written: as it was sent, or as a rule narrowed it. */
const asSent = ({ submission }: Submitted, narrowed?: Record<string, unknown> | null): ShownContent => ({
  params: { ...(narrowed ?? submission.params) },
  comment: null,
  erased_at: null,
})

/** Submits one and waits; the same path serves one action and each of a batch. */
export async function submitAndWait(
  call: { readonly app: Served; readonly signal: AbortSignal },
  given: Submitted,
  seconds: number,
): Promise<Awaited> {
  const { app } = call
  app.gate.owe(given.key_hash, given.looked_ms)
  const settled = await ruled(app, await withOutside(app, given))
  switch (settled.is) {
    case 'refused':
      return withAction(app, () => Promise.reject(settled.refusal), carriedAction(settled.refusal))
    case 'first_use':
    case 'raced':
    case 'unlooked':
      throw new Unavailable('what it stands on has changed again')
    case 'new': {
      const { action } = settled
      // Who does not wait is told what was committed, as a reading would tell it.
      if (!action.decision && seconds === 0)
        return { body: answerOf(action, asSent(given), settled.hold, app.config.url, latestCheckpoint(app)), waited: 0 }
      if (!action.decision)
        return awaitDecision(app, {
          id: action.id,
          agent: action.agent_id,
          credential: action.credential_id,
          seconds,
          signal: call.signal,
        })
      const content = asSent(given, settled.params)
      const body = answerOf(action, content, null, app.config.url, latestCheckpoint(app))
      // What was used with the decision needs no permit any more.
      if (settled.used) return { body: { ...body, permit: null }, waited: seconds, used: true }
      const registry = app.gate.registries.latest()
      const instance = given.submission.context?.instance ?? null
      // Decided a moment ago by this clock and under this registry, or under a younger one.
      const permit = registry && permitFor(app, registry, { ...action, instance }, action.created_at)
      return { body: { ...body, permit }, waited: seconds }
    }
    case 'same':
      return awaitDecision(app, {
        id: settled.action_id,
        agent: settled.agent_id,
        credential: settled.credential_id,
        seconds,
        signal: call.signal,
      })
  }
}
