import type { Named } from '@/components/data/me'
import type { Found } from '@/lib/session/provenance'
import type { Meaning } from '@/lib/tool/tool'

export interface Risk {
  readonly level: 'low' | 'medium' | 'high' | 'critical'
  readonly reasons: readonly string[]
}

/** An approval as a list shows it. */
export interface HoldItem {
  readonly id: string
  readonly kind: 'action' | 'change'
  /** The sentence that the product writes itself; never the agent's prose. */
  readonly title: string
  readonly action_id: string | null
  readonly agent: Named | null
  readonly tool: string | null
  readonly operation: string | null
  readonly environment: string | null
  readonly risk: Risk
  readonly opened_at: string
  readonly expires_at: string
  readonly frozen_at: string | null
  readonly remaining_ms: number
  /** Of calls that wait under it, the one whose time is over first. */
  readonly soonest_call: { readonly remaining_ms: number; readonly total_ms: number; readonly frozen: boolean } | null
  readonly approvals: { readonly received: number; readonly required: number }
  readonly may_decide: boolean
  readonly owner: Named | null
  readonly level: number
  readonly looking: readonly Named[]
  readonly status: string
  readonly decided_at?: string | null
  readonly decided_by?: Named | null
  readonly self?: boolean
}

export interface Review {
  readonly id: string
  readonly by: Named
  readonly verdict: 'approve' | 'reject' | 'ask' | 'pass'
  readonly comment: string | null
  readonly note: string | null
  readonly at: string
  readonly digest: string
  readonly counted: boolean
  readonly self: boolean
  readonly void_reason: string | null
  /** Of a question: was its comment put to the agent? */
  readonly to_agent: boolean
  readonly answers: readonly ThreadAnswer[]
}

/** What somebody answered to a question about a hold. */
export interface ThreadAnswer {
  readonly id: string
  readonly from: 'agent' | 'person'
  readonly by: Named | null
  readonly text: string
  readonly at: string
}

export interface Source {
  readonly kind: 'user' | 'system' | 'tool_result' | 'retrieval' | 'agent'
  readonly ref?: string
  readonly classification?: string
  readonly text?: string
}

/** The action as the agent sent it, and what we judged it to be. */
export interface HeldAction {
  readonly id: string
  readonly tool: string
  readonly operation?: string
  readonly resource?: {
    readonly type?: string
    readonly id?: string
    readonly environment?: string
    readonly [more: string]: unknown
  } | null
  readonly resolved?: { readonly operation: string; readonly environment: string; readonly classification: string }
  readonly params: Readonly<Record<string, unknown>>
  readonly modified?: boolean
  readonly original_params?: Readonly<Record<string, unknown>>
  readonly intent?: string | null
  readonly asked_with?: string | null
  readonly undo?: { readonly tool: string; readonly params: Readonly<Record<string, unknown>> } | null
  readonly context?: {
    readonly session?: string
    readonly acting_for?: string
    readonly prompt?: string
    readonly sources?: readonly Source[]
  } | null
  readonly decision?: {
    readonly verdict: 'allow' | 'deny'
    readonly by: string
    readonly code: string
    readonly reason: string
    readonly decided_at: string
  } | null
  readonly erased_at?: string | null
}

export interface Change {
  readonly kind: string
  readonly subject: string
  readonly before: unknown
  readonly after: unknown
  readonly reason?: string | null
  /** Why carrying it out failed after it was approved. */
  readonly failure?: string | null
  readonly waiting_calls?: readonly {
    readonly action_id: string
    readonly agent: Named
    readonly tool: string
    readonly params: Readonly<Record<string, unknown>>
    readonly at: string
  }[]
}

/** An approval as the decision screen shows it. */
export interface HoldDetail extends HoldItem {
  readonly etag: string
  readonly shown_digest: string
  readonly sentence?: string | null
  readonly action: HeldAction | null
  readonly tool_info: {
    readonly description: string
    readonly sensitivity: string | null
    readonly reversible: boolean
    readonly params: Readonly<Record<string, Meaning>>
  } | null
  readonly requirement: {
    readonly stages: readonly {
      readonly approvals: number
      readonly who: readonly { readonly relation: string; readonly label: string }[]
    }[]
    /** Approval policies that it needs besides. */
    readonly policies?: readonly {
      readonly name: string
      readonly title: string
      readonly version: number
      readonly stages: readonly {
        readonly label: string
        readonly kind: 'approve' | 'confirm'
        readonly turn: 'met' | 'open' | 'later'
        readonly sentence: string
        readonly open_to: readonly Named[]
      }[]
    }[]
    /** How long whoever approves must have had it before them; absent or null: no rule says so. */
    readonly reading_seconds?: number | null
    /** How many rejects end it. */
    readonly rejects?: number
  }
  readonly reviews: readonly Review[]
  readonly eligible: readonly (Named & { readonly why: string })[]
  readonly why: readonly {
    readonly kind: 'rule' | 'floor' | 'signal'
    readonly id: string
    readonly sentence: string
  }[]
  readonly timeline: readonly {
    readonly at: string
    readonly type: string
    readonly text: string
    readonly by: Named | null
  }[]
  readonly me: {
    readonly may_approve: boolean
    readonly may_reject: boolean
    readonly reason: string | null
    readonly why_you: string | null
    /** My approval of this is countersigned with my passkey. */
    readonly countersign: boolean
    /** How many seconds longer it must be before me before I may approve it; null: no rule asks for that. */
    readonly reading_left_seconds: number | null
  }
  readonly asker: {
    readonly agent: Named | null
    readonly owner: Named | null
    readonly backup: Named | null
    readonly application: Named | null
    readonly team: Named | null
    readonly environment: string | null
    readonly acting_for: string | null
    readonly session: string | null
    readonly release: string | null
  } | null
  readonly session_actions: readonly {
    readonly id: string
    readonly tool: string
    readonly operation: string
    readonly status: string
    readonly at: string
    readonly title?: string
    readonly outcome?: string | null
  }[]
  readonly attempts: readonly {
    readonly action_id: string
    readonly status: string
    readonly at: string
    readonly diff: readonly AttemptDiff[]
  }[]
  /** What people last approved of the like: none or one. */
  readonly approved_before: readonly {
    readonly action_id: string
    readonly at: string
    readonly diff: readonly AttemptDiff[]
  }[]
  /** Until when one may let it wait at most; null: not longer than now. */
  readonly extendable_until: string | null
  readonly change: Change | null
  readonly if: { readonly approve: string; readonly reject: string; readonly expire: string }
  readonly told: readonly (Named & { readonly at: string })[]
  readonly outcome: { readonly status: string; readonly summary?: string | null; readonly at: string } | null
  /** What the decision obliges to, and what the agent has reported of it. */
  readonly kept?: readonly KeptObligation[]
  /** Where each value of the arguments came from, by its place in them (RFC 6901); values that tell nothing are left out. */
  readonly provenance?: readonly Found[]
}

export interface KeptObligation {
  readonly id: string
  readonly sentence: string
  readonly state: 'done' | 'failed' | 'missing' | null
  readonly note: string | null
}

export interface AttemptDiff {
  readonly path: string
  readonly before: unknown
  readonly after: unknown
}

/** Is it still to be decided? */
export function isOpen(hold: Pick<HoldItem, 'status'>): boolean {
  return hold.status === 'pending' || hold.status === 'held' || hold.status === 'open'
}

/** One class of action: what may be decided together. Changes, and what is of high risk, are decided one by one. */
export function classOf(hold: HoldItem): string | null {
  if (hold.kind !== 'action' || hold.risk.level === 'high' || hold.risk.level === 'critical') return null
  return JSON.stringify([hold.agent?.id, hold.tool, hold.operation, hold.environment, hold.approvals.required])
}
