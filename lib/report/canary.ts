/** How a test request ended: rejected or passed on by nobody is caught, approved is missed, anything else undecided. */
export const canaryOutcomes = ['caught', 'missed', 'undecided'] as const
export type CanaryOutcome = (typeof canaryOutcomes)[number]

/** What the end of its hold says of a test request; null while it is open. */
export function canaryOutcome(status: string): CanaryOutcome | null {
  if (status === 'pending') return null
  if (status === 'rejected') return 'caught'
  return status === 'approved' ? 'missed' : 'undecided'
}
