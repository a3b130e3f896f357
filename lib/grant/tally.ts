import { type Asked, afterUse, type Covered, cover, takenOf } from './cover'
import type { Grant, Used } from './grant'

/** What a batch uses of grants: each action is judged by the uses that those before it have left. */
export interface Tally {
  /** The line that covers this action, counted at once; null leaves the action held. */
  use(grants: readonly Grant[], asked: Asked): Covered | null
  /** What has been used here, a row for each line, in the order of their ids. */
  taken(): { readonly line_id: string; readonly count: number; readonly amount: bigint }[]
}

/** Begins with what is stored, as it was locked. */
export function openTally(locked: ReadonlyMap<string, Used>): Tally {
  let uses = locked
  const taken = new Map<string, Used>()
  return {
    use(grants, asked) {
      const covered = cover(grants, uses, asked)
      if (covered) {
        uses = afterUse(uses, covered, asked.amount)
        const before = taken.get(covered.line.id) ?? { count: 0, amount: 0n }
        taken.set(covered.line.id, {
          count: before.count + 1,
          amount: before.amount + takenOf(covered.line, asked.amount),
        })
      }
      return covered
    },
    taken: () =>
      [...taken].map(([line_id, used]) => ({ line_id, ...used })).sort((a, b) => (a.line_id < b.line_id ? -1 : 1)),
  }
}
