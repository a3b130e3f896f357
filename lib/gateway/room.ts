/** Something that is kept for an agent, and whether it is at work now. */
export interface KeptFor {
  readonly agent: string
  readonly busy: boolean
}

/** How many are kept of one agent, and of all of them together. */
export interface Caps {
  readonly ofOne: number
  readonly all: number
}

/**
 * What has to go so that one more of `agent` can be kept: of its own when it has as many as one may have, else, when there are
 * too many in all, of whoever has most. So no agent pushes out one that has fewer. What is at work stays.
 * @param kept in the order in which they were last used
 * @returns null: nothing has to go; `full`: there is no room, as all that might go is at work
 */
export function roomFor<K>(
  kept: ReadonlyMap<K, KeptFor>,
  agent: string,
  caps: Caps,
): { readonly forget: K } | 'full' | null {
  const counts = new Map<string, number>()
  for (const one of kept.values()) counts.set(one.agent, (counts.get(one.agent) ?? 0) + 1)
  const own = counts.get(agent) ?? 0
  if (own < caps.ofOne && kept.size < caps.all) return null
  const most = Math.max(...counts.values())
  const goes =
    own >= caps.ofOne
      ? (one: KeptFor) => one.agent === agent
      : (one: KeptFor) => one.agent === agent || counts.get(one.agent) === most
  let mine: { readonly forget: K } | 'full' = 'full'
  for (const [key, one] of kept) {
    if (one.busy || !goes(one)) continue
    if (counts.get(one.agent) === most || own >= caps.ofOne) return { forget: key }
    if (mine === 'full') mine = { forget: key }
  }
  return mine
}
