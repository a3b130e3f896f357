import type { Ask } from '@/lib/agent/agent'
import type { Classification, Environment, Operation } from '@/lib/kernel/scale'
import { type Fact, factTable } from './fact-table'

/** Where an argument's value came from; `none` where the tool has no such argument, or it was left out. */
export type Origin = 'person' | 'trusted' | 'untrusted' | 'agent' | 'unknown' | 'none'

type Window = 'minute' | 'hour' | 'day' | 'week' | 'month'

/** How often this agent asked for this tool, and for how much (decimal, four digits), within each window. */
export type History = { readonly [W in Window as `count_${W}` | `denied_${W}`]: number } & {
  readonly [W in Window as `sum_${W}`]: string
}

/** What the session has seen so far. */
export interface SessionFacts {
  readonly session_tools: readonly string[]
  readonly session_highest: Classification
  readonly session_untrusted: boolean
  readonly session_led: boolean
}

/** Where the arguments came from. */
export interface ArgumentFacts {
  readonly recipient_from: Origin
  readonly amount_from: Origin
  readonly untrusted_arguments: readonly string[]
  readonly any_untrusted: boolean
  readonly untrusted_text: boolean
  readonly asked_for: boolean
}

/** Who stands behind the action besides its agent. */
export interface Behind {
  readonly delegated_by: readonly string[]
  readonly delegation_depth: number
  readonly acting_for_confirmed: boolean
}

/** What was true when the action was asked for and stays with it: its past, its session, where its arguments came from. */
export type Pinned = History & SessionFacts & ArgumentFacts & Behind

/** What stands now: read afresh when people have decided. */
export interface Present {
  readonly hour: number
  readonly weekday: number
  readonly off_hours: boolean
  readonly containment: string
  readonly observing: boolean
}

/** What policy may judge (see fact-table.ts, which says who reports each). */
export interface Facts extends Pinned, Present {
  readonly agent: string
  readonly operation: Operation
  readonly agent_kind: string
  readonly agent_age_days: number
  readonly application: string
  readonly team: string
  readonly tier: string
  readonly tool: string
  readonly tool_known: boolean
  readonly asks_person: boolean
  readonly meanings: readonly string[]
  readonly external: boolean
  readonly reversible: boolean
  readonly environment: Environment
  readonly tenant?: string
  readonly classification: Classification
  readonly resource_type: string
  readonly resource_team?: string
  readonly in_scope: boolean
  readonly tenant_in_scope: boolean
  readonly above_ceiling: boolean
  readonly ask: Ask
  /** Decimal with at most four digits, e.g. `98.7000`; absent when the tool names no amount. */
  readonly amount?: string
  /** The parameter that the catalogue names as amount does not hold one. */
  readonly amount_unreadable: boolean
  /** A parameter names something whose content can change, without its digest. */
  readonly unpinned: boolean
  readonly currency?: string
  readonly acting_for?: string
}

/** How policy is asked: as if people had agreed, and as if it had been narrowed. */
export interface Supposed {
  readonly approved: boolean
  readonly constrained: boolean
}

type Plain = string | boolean | number | readonly string[]
/** A value as Cedar's JSON writes it. */
type CedarValue = string | boolean | number | string[] | { __extn: { fn: string; arg: string } }

/** No past, no session, no sources. */
export const nothingPinned: Pinned = {
  count_minute: 0,
  count_hour: 0,
  count_day: 0,
  count_week: 0,
  count_month: 0,
  denied_minute: 0,
  denied_hour: 0,
  denied_day: 0,
  denied_week: 0,
  denied_month: 0,
  sum_minute: '0.0000',
  sum_hour: '0.0000',
  sum_day: '0.0000',
  sum_week: '0.0000',
  sum_month: '0.0000',
  session_tools: [],
  session_highest: 'public',
  session_untrusted: false,
  session_led: false,
  recipient_from: 'none',
  amount_from: 'none',
  untrusted_arguments: [],
  any_untrusted: false,
  untrusted_text: false,
  asked_for: false,
  delegated_by: [],
  delegation_depth: 0,
  acting_for_confirmed: false,
}

type Read = readonly (readonly [Fact, Plain | undefined])[]

const listed = new WeakMap<ReadonlySet<string>, readonly Fact[]>()

/** The facts that a set of policies reads, in the table's order: two actions that agree in these are judged alike. */
export function readOf(facts: Facts & Supposed, reads: ReadonlySet<string>): Read {
  let list = listed.get(reads)
  if (!list) {
    list = factTable.filter(fact => reads.has(fact.name))
    listed.set(reads, list)
  }
  const all: Readonly<Record<string, Plain | undefined>> = { ...facts }
  return list.map(fact => [fact, all[fact.name]] as const)
}

/** One Cedar request in the shape that the WASM build takes, with what is read alone. */
export function cedarRequest(
  { agent, operation, resource_type }: Pick<Facts, 'agent' | 'operation' | 'resource_type'>,
  read: Read,
) {
  return {
    principal: { type: 'Agent', id: agent },
    action: { type: 'Action', id: operation },
    resource: { type: 'Resource', id: resource_type },
    context: Object.fromEntries(read.flatMap(([fact, value]) => attribute(fact, value))),
  }
}

function attribute(fact: Fact, value: Plain | undefined): [string, CedarValue][] {
  if (value === undefined) return []
  if (fact.type === 'decimal') return [[fact.name, { __extn: { fn: 'decimal', arg: String(value) } }]]
  return [[fact.name, typeof value === 'object' ? [...value] : value]]
}
