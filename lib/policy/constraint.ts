import { parseDecimal } from '@/lib/kernel/decimal'

/*
 * What a rule (`@constrain`) or a person may ask of an action instead of refusing it. Every one of them narrows:
 *
 *   cap           a number is at most so much, in this currency where one is named
 *   drop          a further recipient is left out
 *   restrict      a value, or every item of a list, is one of these, or begins like this
 *   mask          text that people read is replaced
 *   read_only     only what the catalogue says reads
 *   execute_within, row_limit   a shorter life, fewer rows
 *
 * In normal form two of them combine by the lower cap, both drops, what both sets hold: in any order, and however often,
 * to the same (INV-16).
 */

/** Which parameters: by name, or `$meaning` for all those to which the catalogue gives that meaning. */
export type Target = string

export interface Constraints {
  /** By target and currency; `most` is a decimal without trailing zeros. */
  readonly caps: readonly { readonly of: Target; readonly currency: string | null; readonly most: string }[]
  readonly drops: readonly Target[]
  readonly sets: readonly { readonly of: Target; readonly to: readonly string[] }[]
  readonly starts: readonly { readonly of: Target; readonly prefix: string }[]
  readonly masks: readonly Target[]
  readonly read_only: boolean
  /** Seconds after the decision; null as long as ever. */
  readonly execute_within: number | null
  readonly row_limit: number | null
}

/** Nothing is narrowed. */
export const unconstrained: Constraints = {
  caps: [],
  drops: [],
  sets: [],
  starts: [],
  masks: [],
  read_only: false,
  execute_within: null,
  row_limit: null,
}

/** Both at once: whatever either forbids is forbidden. Commutative, associative, idempotent. */
export function combine(a: Constraints, b: Constraints): Constraints {
  return {
    caps: merged([...a.caps, ...b.caps], capKey, (x, y) => (lower(y.most, x.most) ? y : x)),
    drops: merged([...a.drops, ...b.drops], one => one, same),
    sets: merged(
      [...a.sets, ...b.sets],
      one => one.of,
      (x, y) => ({ of: x.of, to: x.to.filter(value => y.to.includes(value)) }),
    ),
    starts: merged([...a.starts, ...b.starts], one => JSON.stringify([one.of, one.prefix]), same),
    masks: merged([...a.masks, ...b.masks], one => one, same),
    read_only: a.read_only || b.read_only,
    execute_within: least(a.execute_within, b.execute_within),
    row_limit: least(a.row_limit, b.row_limit),
  }
}

/** All of them at once. */
export function combineAll(all: readonly Constraints[]): Constraints {
  return all.reduce(combine, unconstrained)
}

/** The smaller of two limits; null is none. */
export function least(a: number | null, b: number | null): number | null {
  return a === null ? b : b === null ? a : Math.min(a, b)
}

const capKey = (cap: Constraints['caps'][number]) => JSON.stringify([cap.of, cap.currency])
const same = <T>(one: T): T => one
const lower = (a: string, b: string) => (parseDecimal(a) ?? 0n) < (parseDecimal(b) ?? 0n)

/** One entry a key, sorted by key: the normal form. */
function merged<T>(all: readonly T[], key: (one: T) => string, both: (x: T, y: T) => T): T[] {
  const found = new Map<string, T>()
  for (const one of all) {
    const before = found.get(key(one))
    found.set(key(one), before === undefined ? one : both(before, one))
  }
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one)
}

const named = (target: Target) => (target.startsWith('$') ? `every ${target.slice(1)}` : target)

/** What they say, one short line each, for screens and answers. */
export function linesOf(constraints: Constraints): string[] {
  return [
    ...constraints.caps.map(one => `${named(one.of)} ≤ ${one.most}${one.currency ? ` ${one.currency}` : ''}`),
    ...constraints.drops.map(one => `${named(one)} left out`),
    ...constraints.sets.map(one => `${named(one.of)} is one of ${one.to.join(', ') || 'nothing'}`),
    ...constraints.starts.map(one => `${named(one.of)} begins with ${one.prefix}`),
    ...constraints.masks.map(one => `${named(one)} masked`),
    ...(constraints.read_only ? ['only reading'] : []),
    ...(constraints.execute_within === null ? [] : [`within ${constraints.execute_within} s`]),
    ...(constraints.row_limit === null ? [] : [`at most ${constraints.row_limit} rows`]),
  ]
}
