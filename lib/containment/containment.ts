import type { ContainmentId, PersonId } from '@/lib/kernel/id'

/** Levels in order of strictness. */
export const levels = ['watched', 'guarded', 'paused', 'quarantined', 'killed'] as const
export type Level = (typeof levels)[number]
export const targetTypes = [
  'organisation',
  'team',
  'owner',
  'agent',
  'session',
  'instance',
  'tool',
  'environment',
  'credential',
] as const
export type TargetType = (typeof targetTypes)[number]

/** What a switch reaches. A session's and an instance's id are `agent_id/session`, so that agents never share one. */
export interface Target {
  readonly type: TargetType
  /** Empty for the organisation. */
  readonly id: string
}

/** One switch that was thrown: in force until it is lifted. Rows stay for ever; a pause gives its interval back. */
export interface Containment {
  readonly id: ContainmentId
  readonly target: Target
  readonly level: Level
  readonly reason: string
  readonly by_id: PersonId
  /** Monotone. A hold opened under an older epoch of a kill or quarantine in its reach is contained for ever. */
  readonly epoch: number
  readonly from: Date
  readonly lifted_at: Date | null
}

/** What of an action a switch can reach. */
export interface Reachable {
  readonly agent_id: string
  readonly team_id: string
  readonly owner_id: string
  readonly credential_id: string
  readonly tool: string
  readonly environment: string
  readonly session: string
  readonly instance: string | null
}

/** Does this target reach this action? */
export function reaches(target: Target, action: Reachable): boolean {
  switch (target.type) {
    case 'organisation':
      return true
    case 'team':
      return target.id === action.team_id
    case 'owner':
      return target.id === action.owner_id
    case 'agent':
      return target.id === action.agent_id
    case 'session':
      return target.id === `${action.agent_id}/${action.session}`
    case 'instance':
      return action.instance !== null && target.id === `${action.agent_id}/${action.instance}`
    case 'tool':
      return target.id === action.tool
    case 'environment':
      return target.id === action.environment
    case 'credential':
      return target.id === action.credential_id
  }
}

/** The strictest containment in force that reaches the action, or null. */
export function inForce(all: readonly Containment[], action: Reachable): Containment | null {
  let strictest: Containment | null = null
  for (const one of all) {
    if (one.lifted_at || !reaches(one.target, action)) continue
    if (!strictest || levels.indexOf(one.level) > levels.indexOf(strictest.level)) strictest = one
  }
  return strictest
}

/** Intervals in which a pause reached the action; an open one ends at `now`. For the time a hold gets back. */
export function pauses(all: readonly Containment[], action: Reachable, now: Date): { from: Date; to: Date }[] {
  return all
    .filter(one => one.level === 'paused' && reaches(one.target, action))
    .map(one => ({ from: one.from, to: one.lifted_at ?? now }))
}

/** Is there a kill or quarantine in reach, lifted or not, younger than this epoch? Then the hold is contained for ever. */
export function endedSince(all: readonly Containment[], action: Reachable, epoch: number): Containment | null {
  return (
    all.find(
      one =>
        (one.level === 'killed' || one.level === 'quarantined') && one.epoch > epoch && reaches(one.target, action),
    ) ?? null
  )
}
