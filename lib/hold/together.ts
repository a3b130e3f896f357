import type { Requirement } from './requirement'

/** How many are decided together at most. */
export const mostTogether = 50

/** What makes a class: what differs in one of these is decided on its own. */
export interface Classed {
  readonly kind: 'action' | 'change'
  readonly agent_id: string | null
  readonly tool: string | null
  readonly operation: string | null
  readonly environment: string | null
  readonly requirement: Requirement
  readonly is_grave: boolean
}

const classOf = ({ agent_id, tool, operation, environment, requirement }: Classed): string =>
  JSON.stringify([agent_id, tool, operation, environment, requirement])

/**
 * Why these cannot be decided together, in a sentence; null: they can (A15). One agent, tool, operation, environment and
 * requirement; changes never; and what is of high risk is approved on its own.
 */
export function whyNotTogether(holds: readonly Classed[], verdict: 'approve' | 'reject'): string | null {
  if (holds.some(one => one.kind === 'change')) return 'Changes are decided one by one.'
  if (new Set(holds.map(classOf)).size > 1)
    return 'They are not of one class: the same agent, tool, operation, environment and people asked.'
  if (verdict === 'approve' && holds.some(one => one.is_grave)) return 'What is of high risk is approved on its own.'
  return null
}
