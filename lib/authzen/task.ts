import type { ActionAnswer, ActionStatus } from '@/lib/action/contract'
import type { Approval, Task, TaskStatus } from './answers'

/*
 * The access requests of the approval profile are the actions that wait, seen from outside: no second record of one thing.
 *
 * action                        task
 * held, deferred                pending
 * allowed, approved             approved    (denied where only something narrower is allowed)
 * denied, rejected              denied
 * expired                       expired
 * cancelled, contained          cancelled   (by who asked; by a switch)
 */
const statuses = {
  held: 'pending',
  deferred: 'pending',
  allowed: 'approved',
  approved: 'approved',
  denied: 'denied',
  rejected: 'denied',
  expired: 'expired',
  cancelled: 'cancelled',
  contained: 'cancelled',
} as const satisfies Record<ActionStatus, TaskStatus>

/** How long the handle of a task that has ended is good for. */
const keptMs = 7 * 86_400_000

const swap = (id: string, prefix: string) => `${prefix}_${id.slice(-26)}`
/** Ids of one request: 80 bits of each are random, and nobody is expected to read them. */
export const taskIdOf = (actionId: string): string => swap(actionId, 'arq')
export const approvalIdOf = (actionId: string): string => swap(actionId, 'apr')
export const actionIdOf = (id: string): string => swap(id, 'act')

/** Is it allowed, but not as it was asked for? Who asks here runs what it asked for: it may not. */
export const isNarrowed = (action: Pick<ActionAnswer, 'modified' | 'obligations'>): boolean =>
  action.modified || action.obligations.length > 0

/** The status of a task (the table above). */
export function statusOf(action: Pick<ActionAnswer, 'status' | 'modified' | 'obligations'>): TaskStatus {
  const status = statuses[action.status]
  return status === 'approved' && isNarrowed(action) ? 'denied' : status
}

/** When its handle ends: with the time that people have, or a week after it was decided. Null while that is not known. */
export function handleEnds({ decision, hold }: Pick<ActionAnswer, 'decision' | 'hold'>): Date | null {
  if (decision) return new Date(new Date(decision.decided_at).getTime() + keptMs)
  return hold && hold.frozen_at === null ? new Date(hold.expires_at) : null
}

const words: Readonly<Record<TaskStatus, string>> = {
  pending: 'People have been asked',
  approved: 'Approved',
  denied: 'Not approved',
  expired: 'Nobody decided in time',
  cancelled: 'Ended before it was decided',
}

/** The handle of an action's access request. `endpoint` is that of all access requests. */
export function taskOf(action: ActionAnswer, endpoint: string): Task {
  const id = taskIdOf(action.id)
  const status = statusOf(action)
  const ends = handleEnds(action)
  return {
    id,
    status,
    status_endpoint: `${endpoint}/${id}`,
    ...(ends ? { expires_at: ends.toISOString() } : {}),
    display: {
      title: words[status],
      description: isNarrowed(action)
        ? 'Only something narrower than what was asked for is allowed.'
        : (action.decision?.reason ?? 'Ask again with “Prefer: wait=30”: the answer comes when it is decided.'),
    },
    ...(status === 'pending' ? { links: { cancel: `${endpoint}/${id}/cancel` } } : {}),
  }
}

/** What names the approval of an action that was allowed; without the signed state. Null where it was not. */
export function approvalOf(action: ActionAnswer): Approval | null {
  if (statusOf(action) !== 'approved' || !action.decision || !action.execute_by) return null
  return {
    id: approvalIdOf(action.id),
    approved_at: action.decision.decided_at,
    approved_until: action.execute_by,
  }
}
