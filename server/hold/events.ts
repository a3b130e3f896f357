import type { ActionStatus } from '@/lib/action/contract'
import type { Decision } from '@/lib/action/decision'
import type { EventDraft } from '@/lib/kernel/event'
import type { Principal } from '@/lib/kernel/principal'
import type { HoldRow, HoldStatus } from './store'

const subjectsOf = (hold: Pick<HoldRow, 'id' | 'action_id' | 'agent_id' | 'subject_id'>) =>
  [...new Set([hold.id, hold.action_id, hold.agent_id, hold.subject_id])].filter(one => one !== null)

/** `hold.approved`, `hold.rejected`, `hold.expired`, …: how a hold ended, and the action's decision with it. */
export function holdEnded(
  hold: HoldRow,
  status: HoldStatus,
  by: Principal,
  action: { status: ActionStatus; decision: Decision } | null,
  more: Record<string, unknown> = {},
): EventDraft {
  return {
    type: `hold.${status}`,
    by,
    subjects: subjectsOf(hold),
    data: {
      hold: hold.id,
      kind: hold.kind,
      ...(hold.action_id ? { action: hold.action_id } : { change: hold.change_kind, subject: hold.subject_id }),
      ...(action
        ? {
            status: action.status,
            verdict: action.decision.verdict,
            by: action.decision.by,
            code: action.decision.code,
            rules: action.decision.rules,
            policy_version: action.decision.policy_version,
            modified: action.decision.modified,
          }
        : {}),
      ...more,
    },
  }
}

/** A parked call that was settled without a hold of its own. */
export function actionDecided(
  action: { id: string; agent_id: string; hold_id: string | null },
  status: ActionStatus,
  decision: Decision,
): EventDraft {
  return {
    type: 'action.decided',
    by: { kind: 'system', id: 'engine' },
    subjects: [action.id, action.agent_id, ...(action.hold_id ? [action.hold_id] : [])],
    data: {
      action: action.id,
      agent: action.agent_id,
      status,
      verdict: decision.verdict,
      by: decision.by,
      code: decision.code,
      rules: decision.rules,
      policy_version: decision.policy_version,
    },
  }
}

/** An approved change was carried out, or could not be. */
export function changeEnded(
  hold: HoldRow,
  status: 'applied' | 'failed',
  failure: string | null,
  by: Principal = { kind: 'system', id: 'engine' },
): EventDraft {
  return {
    type: `change.${status}`,
    by,
    subjects: subjectsOf(hold),
    data: { hold: hold.id, change: hold.change_kind, subject: hold.subject_id, failure },
  }
}

/**
 * One person's verdict. Comments are content and stay out. `digest` is what the verdict is about; `shown` is what was shown
 * before, where the person changed it; `dwell` for how long they had had that before them, in ms, null: never.
 */
export function reviewGiven(
  hold: HoldRow,
  by: Principal,
  review: { id: string; verdict: string; self: boolean; digest: string; shown: string; dwell: number | null },
): EventDraft {
  const { digest, shown, dwell } = review
  return {
    type: 'hold.reviewed',
    by,
    subjects: subjectsOf(hold),
    data: {
      hold: hold.id,
      review: review.id,
      verdict: review.verdict,
      digest,
      ...(shown === digest ? {} : { shown }),
      self: review.self,
      ...(dwell === null ? {} : { dwell_ms: dwell }),
    },
  }
}
