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

/** The facts of one decision as they are stored beside its columns: what is there already, and what is nothing, is left out. */
export type Kept = Partial<Omit<Facts, keyof InColumns>>
type InColumns = Pick<
  Facts,
  'agent' | 'tool' | 'operation' | 'environment' | 'classification' | 'resource_type' | 'amount' | 'currency'
>

const isNothing = (name: string, value: unknown): boolean => {
  const none = Object.entries(nothingPinned).find(([pinned]) => pinned === name)?.[1]
  return none !== undefined && (none === value || (Array.isArray(value) && value.length === 0))
}
const pinnedNames = new Set(Object.keys(nothingPinned))

/** What is stored of the facts that policy saw. */
export function keep(facts: Facts): Kept {
  const { agent, tool, operation, environment, classification, resource_type, amount, currency, ...rest } = facts
  return Object.fromEntries(
    Object.entries(rest).filter(([name, value]) => !pinnedNames.has(name) || !isNothing(name, value)),
  )
}

/** The facts that policy saw, from what was stored. Null where none were: the action was stopped before policy, or is older. */
export function recall(columns: Columns, kept: Kept | undefined): Facts | null {
  if (!kept || kept.agent_kind === undefined) return null
  const whole: Kept & Pinned & InColumns = {
    ...nothingPinned,
    ...kept,
    agent: columns.agent_id,
    tool: columns.tool,
    operation: columns.operation,
    environment: columns.environment,
    classification: columns.classification,
    resource_type: columns.resource_type ?? '',
    ...(columns.amount === null ? {} : { amount: columns.amount }),
    ...(columns.currency === null ? {} : { currency: columns.currency }),
  }
  return isWhole(whole) ? whole : null
}

/** What stays with an action when it is judged again: its past, its session and its arguments' origins. */
export function pinnedIn(kept: Kept | undefined): Pinned {
  const named = Object.entries(kept ?? {}).filter(([name]) => pinnedNames.has(name))
  return { ...nothingPinned, ...Object.fromEntries(named) }
}

const always = [
  'agent_kind',
  'agent_age_days',
  'application',
  'team',
  'tier',
  'tool_known',
  'asks_person',
  'meanings',
  'external',
  'reversible',
  'in_scope',
  'tenant_in_scope',
  'above_ceiling',
  'ask',
  'amount_unreadable',
  'hour',
  'weekday',
  'off_hours',
  'containment',
  'observing',
] as const satisfies readonly (keyof Kept)[]

function isWhole(facts: Kept & Pinned & InColumns): facts is Facts {
  return always.every(name => facts[name] !== undefined)
}
