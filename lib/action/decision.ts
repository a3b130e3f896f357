import type { WouldBe } from '@/lib/agent/enforcement'
import { step } from '@/lib/kernel/machine'
import type { ActionStatus, Outcome } from './contract'
import { outcomeMachine } from './machine'

/*
 * action status            verdict   decided by                       next_action
 * held, deferred           none      nobody yet                       wait
 * allowed                  allow     policy, grant                    execute
 * approved                 allow     human                            execute
 * denied                   deny      policy, containment, release     retry when paused, else stop
 * rejected                 deny      human                            revise
 * expired                  deny      timeout                          stop
 * cancelled                deny      agent                            stop
 * contained                deny      containment                      stop
 *
 * held ─▶ approved | rejected | expired | cancelled | contained | denied | allowed | deferred (a classified tool decided anew)
 * deferred ─▶ held | allowed | denied | expired | cancelled | contained (what it waits for is settled, or is not in time)
 * Everything else is final: the database refuses to change it.
 */

/** Which rules decided, and who reviewed. */
export interface Explained {
  readonly trail: readonly { readonly rule: string; readonly effect: string }[]
  readonly reviewers: readonly string[]
}

/** The gate's final answer, written once. The reviewer's comment is content: it stands apart, under `reason_in_content`. */
export interface Decision {
  readonly verdict: 'allow' | 'deny'
  readonly by: 'policy' | 'human' | 'grant' | 'timeout' | 'containment' | 'release' | 'agent'
  readonly code: string
  readonly reason: string
  readonly reason_in_content: boolean
  readonly policy_version: number
  readonly rules: readonly string[]
  readonly modified: boolean
  readonly executable_digest: string | null
  readonly obligations: readonly {
    readonly id: string
    readonly type: string
    readonly properties: Record<string, unknown>
  }[]
  /** What the agent may learn beside code and reason: only where every rule that decided says so. */
  readonly explain?: Explained
  /** An allow carries a mark that the database alone cannot make: no permit without it (T13). */
  readonly mark?: string
  /** False: it was only watched. Absent where it was enforced. */
  readonly enforced?: boolean
  /** What would have happened, had it been enforced. */
  readonly would_be?: WouldBe | null
}

export type NextAction = 'execute' | 'wait' | 'retry' | 'revise' | 'stop'

/** What the agent should do next (the table above). */
export function nextAction(status: ActionStatus, code: string | null): NextAction {
  switch (status) {
    case 'held':
    case 'deferred':
      return 'wait'
    case 'allowed':
    case 'approved':
      return 'execute'
    case 'rejected':
      return 'revise'
    case 'denied':
      return code === 'containment.paused' ? 'retry' : 'stop'
    case 'expired':
    case 'cancelled':
    case 'contained':
      return 'stop'
  }
}

/** May this outcome follow that one? Nothing reported yet takes any but `rolled_back`. */
export function mayFollow(
  before: Exclude<keyof typeof outcomeMachine, 'none'> | null,
  after: Outcome['status'],
): boolean {
  return step(outcomeMachine, before ?? 'none', after) !== null
}
