import { randomBytes } from 'node:crypto'
import { defaultLimits } from '@/lib/agent/agent'
import { type Bucket, take } from '@/lib/gate/bucket'
import type { Registry } from '@/lib/gate/registry'
import { askedMark } from '@/lib/hold/thread'
import { Refused } from '@/lib/kernel/problem'
import { batcher } from '@/server/db/batcher'
import { regressionOf } from '@/server/db/checkpoint'
import { coalesce } from '@/server/db/coalesce'
import { countParts } from '@/server/db/content-store'
import { reader, Unavailable } from '@/server/db/tx'
import { openClassification } from '@/server/hold/classify'
import type { Instance } from '@/server/instance'
import { registerFirstUse } from '@/server/tool/first-use'
import { runBatch } from './batch'
import type { Submitted } from './candidates'
import type { Settled } from './decide-batch'
import { type HoldRead, openHoldReads } from './hold-read'
import { expireParked } from './parked'
import { type ReadAction, readByIds } from './read'
import { openRegistries, type Registries } from './registry'
import { openReviews, type Reviews } from './review'
import { settle } from './settle'
import { Touched } from './touched'
import { openWaiters, type Waiters } from './waiters'

/** Where submissions wait for their decision. */
export interface Gate {
  /** Decides one submission together with all that arrive now. @throws Refused, Unavailable */
  submit(given: Submitted): Promise<Settled>
  /** Takes one request from the limits of the credential with this hash. @throws Refused limit.exceeded */
  limit(keyHash: string): void
  /** Takes from the same limits what looking where arguments came from took: as much as a request for every two milliseconds. */
  owe(keyHash: string, ms: number): void
  readonly registries: Registries
  readonly reviews: Reviews
  readonly waiters: Waiters
  /** One action as it stands now; reads that arrive together are one. */
  read(id: string): Promise<ReadAction | undefined>
  /** How often its agent has been asked about this action; reads that arrive together are one. */
  timesAsked(id: string): Promise<number>
  /** One hold as its page shows it; reads that arrive together are one. */
  hold(id: string): Promise<HoldRead | undefined>
  /** Writes what time has ended of this hold, or of this parked call, before anybody is told. */
  end(what: { hold: string } | { parked: string }): Promise<void>
  /** What was used lately; the engine writes it down now and then. */
  readonly touched: Touched
  /** By which this process knows the gateway that it hosts when that submits: made at its start, and written nowhere. */
  readonly hostedKey: string
}

/** A second batch begins beside one when a quarter of this has gathered: with fewer, both sides work more for each. */
const mostInBatch = 128
const batchesAtOnce = 4
/** What a request may take of the process's one thread before it counts as more than one, in milliseconds. */
const msPerRequest = 2

/** Opens the gate of one instance. */
export function openGate(app: Instance): Gate {
  const registries = openRegistries(app.db)
  const waiters = openWaiters(app, registries)
  const buckets = new Map<string, Bucket>()
  const touched = new Touched()
  const decide = batcher(
    async (batch: readonly Submitted[]) => {
      const settled = await runBatch(app, registries, batch)
      for (const one of settled) {
        if (one.is === 'new') touched.note(one.action, one.scopes)
      }
      return settled
    },
    mostInBatch,
    batchesAtOnce,
  )

  /** The same key in two batches at once: the one that lost finds the other's row. */
  const settled = async (given: Submitted): Promise<Settled> => {
    const first = await decide(given)
    return first.is === 'raced' ? decide(given) : first
  }

  const limitsOf = (registry: Registry | null, hash: string) => {
    const agent = registry?.credentialsByHash.get(hash)?.agent_id
    return (agent && registry?.agents.get(agent)?.limits) ?? defaultLimits
  }

  const read = coalesce(
    async (ids: string[]) => new Map((await readByIds(app, registries, ids)).map(one => [one.row.id, one])),
  )
  const asked = coalesce((ids: string[]) => countParts(reader(app.db.pool), ids, askedMark))
  const ended = (work: (ids: string[]) => Promise<unknown>) =>
    coalesce(async (ids: string[]) => {
      await work(ids)
      return new Map<string, never>()
    }, 1)
  const holds = ended(ids => settle(app, registries, ids))
  const parked = ended(ids => expireParked(app, registries, ids))
  return {
    registries,
    reviews: openReviews(app, registries, waiters),
    waiters,
    touched,
    hostedKey: randomBytes(32).toString('base64url'),
    read,
    timesAsked: async id => (await asked(id)) ?? 0,
    hold: openHoldReads(app, registries),
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
    owe(hash, ms) {
      const bucket = buckets.get(hash)
      const { burst } = limitsOf(registries.latest(), hash)
      // Never so deep that it is not out again in a few seconds.
      if (bucket) bucket.tokens = Math.max(-burst, bucket.tokens - Math.floor(ms / msPerRequest))
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
