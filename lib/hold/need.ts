/** So many people of a group. `W` says who belongs to it. */
export interface Group<W> {
  readonly approvals: number
  readonly who: readonly W[]
}

/** At least so many of these are met: 1 is any of them, as many as there are is all of them. */
export interface Choice<W> {
  readonly at_least: number
  readonly of: readonly Need<W>[]
}

export type Need<W> = Group<W> | Choice<W>

export const isChoice = <W>(need: Need<W>): need is Choice<W> => 'of' in need

/** One stage of an approval policy: people agree, or whoever is acted for says yes, which is no approval. */
export type NamedStage<W> =
  | { readonly label: string; readonly confirm: true; readonly who: readonly W[] }
  | { readonly label: string; readonly need: Need<W> }

export const isConfirm = <W>(stage: NamedStage<W>): stage is Extract<NamedStage<W>, { confirm: true }> =>
  'confirm' in stage

/** Every group in a need, from left to right. */
export function groupsOf<W>(need: Need<W>): Group<W>[] {
  return isChoice(need) ? need.of.flatMap(one => groupsOf(one)) : [need]
}

/** Every way to choose what must be met: each a list of groups that are all needed. */
export function alternatives<W>(need: Need<W>): Group<W>[][] {
  if (!isChoice(need)) return [[need]]
  return chosen(need.of, need.at_least).flatMap(some => together(some.map(one => alternatives(one))))
}

/** One of each list, in every combination, joined. */
export function together<T>(lists: readonly (readonly (readonly T[])[])[]): T[][] {
  return lists.reduce<T[][]>((sofar, list) => sofar.flatMap(before => list.map(one => [...before, ...one])), [[]])
}

/** How many alternatives there are, without making them. */
export function alternativesIn<W>(need: Need<W>): number {
  if (!isChoice(need)) return 1
  // Elementary symmetric sums: the ways to take so many of these, each with its own ways.
  const ways = [1, ...new Array<number>(need.at_least).fill(0)]
  for (const one of need.of) {
    const own = alternativesIn(one)
    for (let taken = need.at_least; taken > 0; taken--) ways[taken] = (ways[taken] ?? 0) + (ways[taken - 1] ?? 0) * own
  }
  return ways[need.at_least] ?? 0
}

/** How deep choices stand in one another: a group alone is 0. */
export function depthOf<W>(need: Need<W>): number {
  return isChoice(need) ? 1 + Math.max(0, ...need.of.map(depthOf)) : 0
}

function chosen<T>(list: readonly T[], count: number): T[][] {
  if (count === 0) return [[]]
  const [first, ...rest] = list
  if (first === undefined || list.length < count) return []
  return [...chosen(rest, count - 1).map(some => [first, ...some]), ...chosen(rest, count)]
}
