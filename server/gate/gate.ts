import { defaultLimits } from '@/lib/agent/agent'
import { type Bucket, take } from '@/lib/gate/bucket'
import type { Registry } from '@/lib/gate/registry'
import { Refused } from '@/lib/kernel/problem'
import { readActions } from '@/server/action/store'
import { regressionOf } from '@/server/db/checkpoint'
import { coalesce } from '@/server/db/coalesce'
import { isOutage, reader, Unavailable } from '@/server/db/tx'
import { openClassification } from '@/server/hold/classify'
import type { Instance } from '@/server/instance'
import { registerFirstUse } from '@/server/tool/first-use'
import { runBatch, type Settled, type Submitted } from './batch'
import { expireParked } from './parked'
import { type ReadAction, readAll } from './read'
import { openRegistries, type Registries } from './registry'
import { settle } from './settle'
import { Touched } from './touched'

/** Where submissions wait for their decision. */
export interface Gate {
  /** Decides one submission together with all that arrive now. @throws Refused, Unavailable */
  submit(given: Submitted): Promise<Settled>
  /** Takes one request from the limits of the credential with this hash. @throws Refused limit.exceeded */
  limit(keyHash: string): void
  readonly registries: Registries
  /** One action as it stands now; reads that arrive together are one. */
  read(id: string): Promise<ReadAction | undefined>
  /** Writes what time has ended of this hold, or of this parked call, before anybody is told. */
  end(what: { hold: string } | { parked: string }): Promise<void>
  /** What was used lately; the engine writes it down now and then. */
  readonly touched: Touched
}

const mostInBatch = 64
const batchesAtOnce = 3

interface Waiting {
  readonly given: Submitted
  readonly resolve: (settled: Settled) => void
  readonly reject: (error: unknown) => void
}

/** Opens the gate of one instance. */
export function openGate(app: Instance): Gate {
  const registries = openRegistries(app.db)
  const buckets = new Map<string, Bucket>()
  let queue: Waiting[] = []
  let running = 0
  let scheduled = false

  const schedule = (): void => {
    if (scheduled || queue.length === 0 || running >= batchesAtOnce) return
    scheduled = true
    setImmediate(() => {
      scheduled = false
      const batch = queue.slice(0, mostInBatch)
      queue = queue.slice(mostInBatch)
      running++
      void run(batch).finally(() => {
        running--
        schedule()
      })
      schedule()
    })
  }

  /** A batch that fails is halved until the poisoned submission is alone; an outage answers all of it 503. */
  const run = async (batch: readonly Waiting[]): Promise<void> => {
    if (batch.length === 0) return
    try {
      const settled = await runBatch(
        app,
        registries,
        batch.map(one => one.given),
      )
      batch.forEach((one, at) => {
        const outcome = settled[at]
        if (outcome?.is === 'new') {
          const { action } = outcome
          touched.note(action.agent_id, action.credential_id, action.session, action.created_at)
        }
        if (outcome) one.resolve(outcome)
        else one.reject(new Unavailable('the batch did not answer'))
      })
    } catch (error) {
      if (isOutage(error) || batch.length === 1) {
        for (const one of batch) one.reject(error)
        return
      }
      const half = Math.ceil(batch.length / 2)
      await run(batch.slice(0, half))
      await run(batch.slice(half))
    }
  }

  const decide = (given: Submitted): Promise<Settled> =>
    new Promise((resolve, reject) => {
      queue.push({ given, resolve, reject })
      schedule()
    })

  /** The same key in two batches at once: the one that lost finds the other's row. */
  const settled = async (given: Submitted): Promise<Settled> => {
    const first = await decide(given)
    return first.is === 'raced' ? decide(given) : first
  }

  const limitsOf = (registry: Registry | null, hash: string) => {
    const agent = registry?.credentialsByHash.get(hash)?.agent_id
    return (agent && registry?.agents.get(agent)?.limits) ?? defaultLimits
  }

  const touched = new Touched()
  const read = coalesce(
    async (ids: string[]) =>
      new Map(
        (await readAll(app, registries, await readActions(reader(app.db.pool), ids))).map(one => [one.row.id, one]),
      ),
  )
  const ended = (work: (ids: string[]) => Promise<unknown>) =>
    coalesce(async (ids: string[]) => {
      await work(ids)
      return new Map<string, never>()
    }, 1)
  const holds = ended(ids => settle(app, registries, ids))
  const parked = ended(ids => expireParked(app, registries, ids))
  return {
    registries,
    touched,
    read,
    end: async what => void ('hold' in what ? await holds(what.hold) : await parked(what.parked)),
    async submit(given) {
      // The log has gone back behind a head that was handed out: nothing is decided until a person has acknowledged it (K14).
      if (regressionOf(app) !== null)
        throw new Refused(
          'service.unavailable',
          'The audit log has gone back. An administrator must acknowledge it first.',
        )
      const first = await settled(given)
      if (first.is !== 'first_use') return first
      // A name nobody has seen: it becomes one item of work, in a transaction of its own, and then everything is asked again.
      const tool =
        registries.latest()?.tools.get(given.submission.tool) ??
        (await registerFirstUse(app, {
          name: given.submission.tool,
          agent_id: first.agent_id,
          parameters: Object.keys(given.submission.params),
        }))
      if (tool) await openClassification(app, tool)
      await registries.refresh()
      const again = await settled({ ...given, too_many_tools: !tool })
      if (again.is === 'first_use') throw new Unavailable('the tool could not be registered')
      return again
    },
    limit(hash) {
      const { per_second, burst } = limitsOf(registries.latest(), hash)
      const now = performance.now()
      let bucket = buckets.get(hash)
      if (!bucket) {
        if (buckets.size > 50_000) buckets.clear()
        bucket = { tokens: burst, at: now }
        buckets.set(hash, bucket)
      }
      const seconds = take(bucket, now, per_second, burst)
      if (seconds !== null)
        throw new Refused('limit.exceeded', `More than ${per_second} requests a second.`, {
          carries: { retry_after: seconds },
        })
    },
  }
}
