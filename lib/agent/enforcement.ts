import type { Operation } from '@/lib/kernel/scale'

/** The longest that an agent or a team is watched only, before two people have to agree again. */
export const longestWatch = 30

/** Watching only (observe): from `from` until `until`, unless it was ended. What policy says is written down, not enforced. */
export interface EnforcementWindow {
  readonly id: string
  readonly target: { readonly type: 'agent' | 'team'; readonly id: string }
  readonly from: Date
  readonly until: Date
  readonly by_id: string
  readonly reason: string
  readonly ended_at: Date | null
}

/** Is the window open at this time? */
export function isOpen({ from, until, ended_at }: Pick<EnforcementWindow, 'from' | 'until' | 'ended_at'>, at: Date) {
  return ended_at === null && from <= at && at < until
}

/** The window that reaches this agent now: its own before its team's, the one that ends last. Null: enforced. */
export function windowFor(
  windows: readonly EnforcementWindow[],
  agent: { readonly agent_id: string; readonly team_id: string },
  at: Date,
): EnforcementWindow | null {
  let found: EnforcementWindow | null = null
  for (const one of windows) {
    if (!isOpen(one, at)) continue
    if (one.target.id !== (one.target.type === 'agent' ? agent.agent_id : agent.team_id)) continue
    if (!found || rank(one) > rank(found) || (rank(one) === rank(found) && one.until > found.until)) found = one
  }
  return found
}

const rank = (one: EnforcementWindow) => (one.target.type === 'agent' ? 1 : 0)

/** Enforced whoever is watched: payments, privileges, secrets. */
const alwaysEnforced: ReadonlySet<Operation> = new Set(['pay', 'privilege', 'secret'])

/** What an action is, for whether it may be watched only. */
interface Watched {
  /** As the catalogue has it. */
  readonly operation: Operation
  /** As the agent calls it: a claim can only tighten. */
  readonly claimed: Operation | null
  /** False for whatever nobody has classified. */
  readonly reversible: boolean
}

/**
 * The window under which this action is only watched, or null: enforced. Payments, privileges, secrets and whatever cannot
 * be undone are enforced at any time.
 */
export function isObserved(
  windows: readonly EnforcementWindow[],
  agent: { readonly agent_id: string; readonly team_id: string },
  { operation, claimed, reversible }: Watched,
  at: Date,
): EnforcementWindow | null {
  if (windows.length === 0 || !reversible) return null
  if (alwaysEnforced.has(operation) || (claimed !== null && alwaysEnforced.has(claimed))) return null
  return windowFor(windows, agent, at)
}

/** What would have happened, had it been enforced. `requirement` is a hold's, as it would have been asked. */
export interface WouldBe<R = unknown> {
  readonly status: 'held' | 'denied'
  readonly code: string
  readonly rules: readonly string[]
  readonly requirement: R | null
}

/** What binds an agent even while it is watched only: containment, its scope, and a run that nobody has reconciled. */
export interface Binding {
  readonly guarded: boolean
  readonly in_scope: boolean
  readonly tenant_in_scope: boolean
  readonly above_ceiling: boolean
  readonly outcome_unknown: boolean
}

/** The only denials that watching turns into "would have been": what policy's own rules say, and what nobody could approve. */
const observable: ReadonlySet<string> = new Set(['policy.denied', 'hold.unapprovable'])

/** The answer to an action that was only watched. */
export interface Observed<R> {
  readonly code: 'policy.observed'
  readonly reason: string
  readonly enforced: false
  readonly would_be: WouldBe<R>
  readonly window_id: string
}

/**
 * The ruling while watching only, by this table. Null: as ruled.
 *
 * | ruled                                            | while watching             |
 * | ------------------------------------------------ | -------------------------- |
 * | allowed                                          | allowed                    |
 * | held by policy                                   | allowed, would be held     |
 * | denied by a rule, or because nobody may approve  | allowed, would be denied   |
 * | any other denial (scope, memory, errors, owner)  | denied                     |
 * | out of scope, tenant or ceiling; guarded         | as ruled                   |
 * | an earlier run of it ended unknown               | as ruled                   |
 *
 * @param would what was ruled, null where it was allowed or refused
 */
export function observedRuling<R>(
  window: EnforcementWindow,
  would: WouldBe<R> | null,
  binding: Binding,
): Observed<R> | null {
  if (!would || binds(binding)) return null
  if (would.status === 'denied' && !observable.has(would.code)) return null
  const had = would.status === 'held' ? 'waited for people' : 'been denied'
  return {
    code: 'policy.observed',
    reason: `Watching only: enforced, it would have ${had}.`,
    enforced: false,
    would_be: would,
    window_id: window.id,
  }
}

function binds({ guarded, in_scope, tenant_in_scope, above_ceiling, outcome_unknown }: Binding): boolean {
  return guarded || !in_scope || !tenant_in_scope || above_ceiling || outcome_unknown
}
