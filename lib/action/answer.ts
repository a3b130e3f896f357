import type { Classification, Environment, Operation } from '@/lib/kernel/scale'
import type { ActionAnswer, ActionStatus } from './contract'
import { type Decision, nextAction } from './decision'

/** An action as it is stored, without its content. */
export interface ActionRecord {
  readonly id: string
  readonly agent_id: string
  readonly credential_id: string
  readonly digest: string | null
  readonly tool: string
  readonly operation: Operation
  readonly environment: Environment
  readonly classification: Classification
  readonly session: string
  readonly status: ActionStatus
  readonly decision: Decision | null
  readonly decided_at: Date | null
  readonly execute_by: Date | null
  readonly hold_id: string | null
  readonly expires_at: Date | null
  readonly created_at: Date
  readonly outcome: string | null
}

/** What of the content an answer shows: the parameters that may be executed, and the reviewer's comment. */
export interface ShownContent {
  readonly params: Record<string, unknown> | null
  readonly comment: string | null
  readonly erased_at: Date | null
}

export interface ShownHold {
  readonly id: string
  readonly opened_at: Date
  readonly expires_at: Date
  readonly frozen_at: Date | null
  /** Absent: nobody has asked anything. */
  readonly questions?: readonly ShownQuestion[]
}

/** A question to the agent, with its own answers. */
export interface ShownQuestion {
  readonly id: string
  readonly question: string
  readonly asked_at: string
  readonly answers: readonly { readonly id: string; readonly text: string; readonly at: string }[]
}

/** The body that every gate route answers (api §2). The same row and content always give the same bytes (INV-02). */
export function answerOf(
  action: ActionRecord,
  content: ShownContent,
  hold: ShownHold | null,
  base: string,
  checkpoint: string | null,
): ActionAnswer {
  const { decision } = action
  return {
    id: action.id,
    digest: action.digest,
    resolved: { operation: action.operation, environment: action.environment, classification: action.classification },
    status: action.status,
    decision:
      decision && action.decided_at
        ? {
            verdict: decision.verdict,
            by: decision.by,
            code: decision.code,
            reason: (decision.reason_in_content ? content.comment : null) ?? decision.reason,
            policy_version: decision.policy_version,
            decided_at: action.decided_at.toISOString(),
            ...(decision.explain
              ? { explain: { trail: [...decision.explain.trail], reviewers: [...decision.explain.reviewers] } }
              : {}),
          }
        : null,
    params: content.params,
    modified: decision?.modified ?? false,
    executable_digest: content.erased_at ? null : (decision?.executable_digest ?? action.digest),
    enforced: decision?.enforced ?? true,
    would_be: decision?.would_be ? { status: decision.would_be.status, code: decision.would_be.code } : null,
    obligations: decision ? [...decision.obligations] : [],
    // Lists and people never see one: only the doors where the agent reads its own action mint it.
    permit: null,
    execute_by: action.execute_by?.toISOString() ?? null,
    checkpoint,
    hold: hold && {
      id: hold.id,
      opened_at: hold.opened_at.toISOString(),
      expires_at: hold.expires_at.toISOString(),
      frozen_at: hold.frozen_at?.toISOString() ?? null,
      url: `${base}/approvals/${hold.id}`,
      questions: (hold.questions ?? []).map(one => ({ ...one, answers: [...one.answers] })),
    },
    next_action: nextAction(action.status, decision?.code ?? null),
    outcome: action.outcome,
    erased_at: content.erased_at?.toISOString() ?? null,
  }
}
