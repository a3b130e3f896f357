/** What a hold is given where neither a rule nor its agent says how long, in seconds. */
export const usualSeconds = 4 * 3_600
/** No hold waits longer than this from when it opened, however often it is given more time; in seconds. */
export const longestSeconds = 7 * 24 * 3_600

/** A hold as its limits are counted: `extended_from` is when it would have ended, had nobody given it more time. */
export interface Extendable {
  readonly opened_at: Date
  readonly expires_at: Date
  readonly extended_from: Date | null
}

/** What limits it beside the seven days, in seconds from its opening; null: nothing does. */
export interface Limits {
  /** The shortest `@timeout` of the rules that ask people today. */
  readonly policy: number | null
  /** The agent's own `deadline_seconds`. */
  readonly agent: number | null
}

/**
 * Until when this hold may wait at most. A time that a rule or the agent has set is a limit and not a suggestion: what did
 * not open with the usual four hours opened with such a time, and today's rules count beside it, the shorter wins.
 */
export function latestEnd({ opened_at, expires_at, extended_from }: Extendable, limits: Limits): Date {
  const first = ((extended_from ?? expires_at).getTime() - opened_at.getTime()) / 1_000
  const said = [limits.policy, limits.agent, first === usualSeconds ? null : first].filter(one => one !== null)
  return new Date(opened_at.getTime() + Math.min(longestSeconds, ...said) * 1_000)
}
