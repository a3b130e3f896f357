import { type Facts, nothingPinned, type Pinned } from './facts'

/** What a row says of an action in columns of its own. */
export interface Columns {
  readonly agent_id: string
  readonly tool: string
  readonly operation: Facts['operation']
  readonly environment: Facts['environment']
  readonly classification: Facts['classification']
  readonly resource_type: string | null
  readonly amount: string | null
  readonly currency: string | null
}

type InColumns = Pick<
  Facts,
  'agent' | 'tool' | 'operation' | 'environment' | 'classification' | 'resource_type' | 'amount' | 'currency'
>
type Beside = Omit<Facts, keyof InColumns>

/** Facts that the table has gained since decisions were first stored: in which generation. Older ones say nothing of them. */
const since: Readonly<Record<string, 2>> = {
  delegated_by: 2,
  delegation_depth: 2,
  acting_for_confirmed: 2,
  resource_team: 2,
  unpinned: 2,
}
const generation = 2

/** What most actions are. What is so is not written: it stays for as long as there are decisions that were stored by it. */
export const usual: Omit<
  Beside,
  'team' | 'application' | 'agent_age_days' | 'hour' | 'weekday' | 'tenant' | 'acting_for' | 'resource_team'
> = {
  ...nothingPinned,
  agent_kind: 'ai_agent',
  tier: 'standard',
  tool_known: true,
  asks_person: false,
  meanings: [],
  external: false,
  reversible: true,
  in_scope: true,
  tenant_in_scope: true,
  above_ceiling: false,
  ask: 'high_impact',
  amount_unreadable: false,
  unpinned: false,
  off_hours: false,
  containment: 'none',
  observing: false,
}
const usually = new Map<string, unknown>(Object.entries(usual))
const columns: ReadonlySet<string> = new Set<keyof InColumns>([
  'agent',
  'tool',
  'operation',
  'environment',
  'classification',
  'resource_type',
  'amount',
  'currency',
])
const pinned: ReadonlySet<string> = new Set(Object.keys(nothingPinned))

const same = (one: unknown, other: unknown): boolean =>
  one === other || (Array.isArray(one) && Array.isArray(other) && one.length === 0 && other.length === 0)

/**
 * The facts of one decision as they are stored beside its columns: what a column says already, and what is as usual, is
 * left out. `of` is the generation; `past` says that counts and sums were looked at.
 */
export type Kept = Partial<Beside> & { readonly of?: 1 | 2; readonly past?: true }

/** What is stored of the facts that policy saw. `past`: counts and sums were looked at for it. */
export function keep(facts: Facts, past = true): Kept {
  const kept: Record<string, unknown> = past ? { of: generation, past } : { of: generation }
  const all: Readonly<Record<string, unknown>> = { ...facts }
  for (const name of Object.keys(all)) {
    const value = all[name]
    if (!columns.has(name) && !(usually.has(name) && same(usually.get(name), value))) kept[name] = value
  }
  return kept
}

/** The facts that policy saw, from what was stored. Null where none were: the action was stopped before policy, or is older. */
export function recall(row: Columns, kept: Kept | undefined): Facts | null {
  const { of, past: _, team, application, agent_age_days, hour, weekday, ...rest } = kept ?? {}
  if ((of !== 1 && of !== 2) || team === undefined || application === undefined || agent_age_days === undefined)
    return null
  if (hour === undefined || weekday === undefined) return null
  return {
    ...usual,
    ...rest,
    team,
    application,
    agent_age_days,
    hour,
    weekday,
    agent: row.agent_id,
    tool: row.tool,
    operation: row.operation,
    environment: row.environment,
    classification: row.classification,
    resource_type: row.resource_type ?? '',
    ...(row.amount === null ? {} : { amount: row.amount }),
    ...(row.currency === null ? {} : { currency: row.currency }),
  }
}

/** What stays with an action when it is judged again: its past, its session and its arguments' origins. */
export function pinnedIn(kept: Kept | undefined): Pinned {
  const named = Object.entries(kept ?? {}).filter(([name]) => pinned.has(name))
  return { ...nothingPinned, ...Object.fromEntries(named) }
}

/** The facts that are known of a decision: those of its time, and counts and sums only where somebody looked at these. */
export function isKept(kept: Kept | undefined, fact: string): boolean {
  if ((since[fact] ?? 1) > (kept?.of ?? 1)) return false
  return kept?.past === true || !/^(count|denied|sum)_/.test(fact)
}
