import type { Candidate } from '@/lib/gate/candidate'
import { granted } from '@/lib/gate/granted'
import { readsPast } from '@/lib/gate/past'
import type { Planned } from '@/lib/gate/plan-ruling'
import type { Registry } from '@/lib/gate/registry'
import type { Ruling } from '@/lib/gate/ruling'
import { linesFor } from '@/lib/grant/cover'
import type { Used } from '@/lib/grant/grant'
import type { Tally } from '@/lib/grant/tally'
import { guardShared } from '@/server/db/guard'
import type { Tx } from '@/server/db/tx'
import { lockUses } from '@/server/grant/gate-store'
import type { Submitted } from './candidates'
import { lockPasts } from './past-store'
import { type BatchPlans, openPlans, plansNamed } from './plan-step'

/** What a batch has to lock before the guard, as the registry that was last known says. */
export interface Locks {
  /** Policy reads the past: these agents are decided for by one batch at a time. */
  readonly past: boolean
  readonly agents: readonly string[]
  /** Lines of standing approvals that these submissions might use. */
  readonly lines: readonly string[]
  /** Plans that these submissions name. */
  readonly plans: readonly string[]
}

/** What was locked, as it stands. */
export interface Taken {
  readonly uses: ReadonlyMap<string, Used>
  readonly plans: BatchPlans | null
}

/** Of what needs no lock. */
export const nothingTaken: Taken = { uses: new Map(), plans: null }

/** What these submissions need. Nothing, in most organisations. */
export function locksFor(
  registry: Registry,
  batch: readonly Pick<Submitted, 'submission'>[],
  agents: readonly string[],
): Locks {
  const grants = registry.grants.size === 0 ? [] : agents.flatMap(agent => registry.grants.get(agent) ?? [])
  return {
    past: readsPast(registry.policy.reads),
    agents,
    lines: grants.length === 0 ? [] : linesFor(grants, new Set(batch.map(one => one.submission.tool)), new Date(0)),
    plans: plansNamed(batch),
  }
}

/** Does `now` need anything that was not locked? */
export function isMore(now: Locks, taken: Locks): boolean {
  return (now.past && !taken.past) || now.lines.some(id => !taken.lines.includes(id))
}

/** Takes the locks in the one order, the guard last. Asked for before anything is read. */
export async function take(tx: Tx, locks: Locks): Promise<Taken> {
  const [taken] = await Promise.all([takeLocks(tx, locks), guardShared(tx)])
  return taken
}

/** Without the guard: for those who lock something between these and it. */
export async function takeLocks(tx: Tx, locks: Locks): Promise<Taken> {
  const [plans, uses] = await Promise.all([
    locks.plans.length > 0 ? openPlans(tx, locks.plans) : null,
    locks.lines.length > 0 ? lockUses(tx, locks.lines) : new Map<string, Used>(),
    locks.past ? lockPasts(tx, locks.agents) : null,
  ])
  return { uses, plans }
}

/** The ruling after what people agreed to in advance: a plan that it names, or a standing approval. Uses are counted at once. */
export function ruled(
  taken: Taken,
  tally: Tally,
  ruling: Ruling,
  candidate: Candidate,
  registry: Registry,
  at: Date,
): Planned {
  return (
    taken.plans?.rule(ruling, candidate, registry, at) ?? {
      ruling: granted(ruling, candidate, registry, tally, at),
      pass: null,
    }
  )
}
