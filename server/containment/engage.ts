import { RateLimiterMemory, type RateLimiterRes } from 'rate-limiter-flexible'
import type { SignedIn } from '@/lib/access/permission'
import type { Containment } from '@/lib/containment/containment'
import type { ContainBody } from '@/lib/containment/contract'
import { Refused } from '@/lib/kernel/problem'
import { assertFresh } from '@/server/access/fresh'
import { clock, transactExclusive } from '@/server/db/guard'
import type { Database } from '@/server/db/pool'
import { record } from '@/server/db/record'
import type { Instance } from '@/server/instance'
import { demandMayContain, visibleTarget } from './authority'
import { containWithin } from './contain'

const limiters = new WeakMap<Database, RateLimiterMemory>()

/** 30 switches a minute and person: far more than anybody needs, too few to be a weapon (K15). */
async function demandPace(db: Database, person: SignedIn): Promise<void> {
  const limiter = limiters.get(db) ?? new RateLimiterMemory({ points: 30, duration: 60 })
  limiters.set(db, limiter)
  await limiter.consume(person.id).catch((over: RateLimiterRes) => {
    throw new Refused('limit.exceeded', 'You have thrown 30 switches within a minute.', {
      carries: { retry_after: Math.ceil(over.msBeforeNext / 1_000) },
    })
  })
}

/**
 * Throws a switch, on the connections that are kept for it. The same again is the same; weaker than what is in force is 409.
 * @returns the containment in force, and whether it is new.
 * @throws Refused `request.not_found`, `request.forbidden`, `session.stale` (quarantine and kill ask for a fresh sign-in),
 * `containment.weaker`, `limit.exceeded`.
 */
export async function engage(
  app: Pick<Instance, 'db'>,
  person: SignedIn,
  body: ContainBody,
): Promise<{ containment: Containment; fresh: boolean }> {
  await demandPace(app.db, person)
  return transactExclusive(app.db, async tx => {
    const home = await visibleTarget(tx, person, body.target)
    demandMayContain(person, body.target, body.level, home)
    if (body.level === 'quarantined' || body.level === 'killed') assertFresh(person, await clock(tx))
    const done = await containWithin(tx, { ...body, by: person.id })
    if (done.outcome === 'weaker') {
      throw new Refused('containment.weaker', `This is ${done.containment.level} already.`, {
        carries: { containment: { id: done.containment.id, level: done.containment.level } },
      })
    }
    await record(tx, done.at, done.drafts)
    return { containment: done.containment, fresh: done.outcome === 'engaged' }
  })
}
