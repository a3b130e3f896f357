import type { ActionStatus } from '@/lib/action/contract'
import type { Decision, Explained } from '@/lib/action/decision'
import { executeBy } from '@/lib/policy/constrained'
import { type Obligation, withinOf } from '@/lib/policy/obligation'

/** What a verb writes on an action when people, time or its agent have ended the waiting. */
export interface Ending {
  readonly status: ActionStatus
  readonly decision: Decision
  readonly execute_by: Date | null
}

/** A denial: nothing may be executed. */
export function denial(
  status: ActionStatus,
  by: Decision['by'],
  code: string,
  reason: string,
  policyVersion: number,
  rules: readonly string[] = [],
): Ending {
  return {
    status,
    execute_by: null,
    decision: {
      verdict: 'deny',
      by,
      code,
      reason,
      reason_in_content: false,
      policy_version: policyVersion,
      rules,
      modified: false,
      executable_digest: null,
      obligations: [],
    },
  }
}

/** People agreed, and the policy in force now agrees with them. */
export function approval(
  at: Date,
  given: {
    readonly rules: readonly string[]
    readonly obligations: readonly Obligation[]
    readonly explain: Explained | null
  },
  policyVersion: number,
  digest: string,
  modified: boolean,
  self: boolean,
): Ending {
  const { rules, obligations, explain } = given
  return {
    status: 'approved',
    execute_by: executeBy(at, withinOf(obligations)),
    decision: {
      verdict: 'allow',
      by: 'human',
      code: 'hold.approved',
      reason: self ? 'Approved by the agent’s own owner (self).' : modified ? 'Approved with changes.' : 'Approved.',
      reason_in_content: true,
      policy_version: policyVersion,
      rules,
      modified,
      executable_digest: digest,
      obligations,
      ...(explain ? { explain } : {}),
    },
  }
}

/** A reviewer said no; the comment, if any, is what the agent reads. */
export function rejection(policyVersion: number): Ending {
  const ending = denial('rejected', 'human', 'hold.rejected', 'Rejected by a reviewer.', policyVersion)
  return { ...ending, decision: { ...ending.decision, reason_in_content: true } }
}
