import type { AgentId, GrantId, GrantLineId, PersonId, ScopeId } from '@/lib/kernel/id'
import type { Environment, Operation } from '@/lib/kernel/scale'
import type { Constraint } from './constraint'

/** A standing approval made by people; what one task needs, asked for by its agent; or a loud, short one in an emergency. */
export const grantKinds = ['standing', 'envelope', 'break_glass'] as const
export type GrantKind = (typeof grantKinds)[number]

/** How long each kind may live, in seconds. */
export const longest: Readonly<Record<GrantKind, number>> = {
  standing: 30 * 86_400,
  envelope: 86_400,
  break_glass: 3_600,
}
export const mostLines = 20
export const mostUses = 10_000

/** Which resource a line is about. Both null: only actions that name none. A wildcard alone cannot be written (P15). */
export interface ResourceLine {
  readonly type: string | null
  readonly id: string | null
  /** `prefix`: the id begins with `id`. */
  readonly match: 'exact' | 'prefix'
}

/** One exact class of action that may be repeated. Every parameter of a covered action is named here, and no other. */
export interface GrantLine {
  readonly id: GrantLineId
  readonly tool: string
  readonly operation: Operation
  readonly environment: Environment
  readonly resource: ResourceLine
  readonly params: Readonly<Record<string, Constraint>>
  /** How often, in all. */
  readonly count: number
  /** How much, in all: a decimal with at most four digits, of this currency. Null: amounts are not summed. */
  readonly amount: { readonly value: string; readonly currency: string } | null
}

/** What it was based on when it was proposed: any difference ends it. */
export interface GrantBasis {
  readonly owner_id: PersonId
  /** The agent's scope lines, sorted. A line is never edited, only given and taken away. */
  readonly scope_ids: readonly ScopeId[]
  /** The version of each tool's catalogue entry, by name: moved by every change of schema or classification. */
  readonly tools: Readonly<Record<string, number>>
  /** Every switch with a younger epoch that reaches the agent ends it. */
  readonly epoch: number
}

/** Bounded permission to repeat, as the gate knows it: active and not ended; its time is judged at the action. */
export interface Grant {
  readonly id: GrantId
  readonly kind: GrantKind
  readonly agent_id: AgentId
  /** Bound to one session or task of the agent; null: to none. */
  readonly session: string | null
  readonly task: string | null
  readonly lines: readonly GrantLine[]
  /** How many people agreed to it: it lifts no hold that asks for more. */
  readonly approvals: number
  /** Who agreed to it: it lifts no hold that asks for others. */
  readonly approved_by: readonly PersonId[]
  readonly from: Date
  readonly expires_at: Date
}

/** How much of one line has been used; `amount` is scaled by 10,000. */
export interface Used {
  readonly count: number
  readonly amount: bigint
}
