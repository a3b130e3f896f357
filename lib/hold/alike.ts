/** What tells whether holds are alike. Risk and standing belong to it: nothing graver or still open hides in a group. */
export interface Alike {
  readonly kind: string
  readonly agent: { readonly id: string } | null
  readonly tool: string | null
  readonly operation: string | null
  readonly risk: { readonly level: string }
  /** Content that nobody vouches for led to it. */
  readonly doubted: boolean
  readonly may_decide: boolean
}

/** So many alike become one row: fewer are read one by one. */
const leastAlike = 6

function classOf({ kind, agent, tool, operation, risk, doubted, may_decide }: Alike): string | null {
  return kind === 'action' && agent
    ? JSON.stringify([agent.id, tool, operation, risk.level, doubted, may_decide])
    : null
}

/** One row of a queue: a hold, or several that are alike. */
export interface Row<T> {
  /** Names the group whichever of its holds comes and goes; null: it stands alone. */
  readonly group: string | null
  readonly first: T
  /** All of them, the first included, in their order. */
  readonly all: readonly T[]
}

/**
 * Rows of a queue in the order of their first hold: six or more of one agent, tool, operation and risk are one row, so that
 * a flood of one agent pushes nobody else's out of sight. A row stands where its gravest and soonest hold stood; all of it is
 * of that risk.
 */
export function grouped<T>(items: readonly T[], of: (item: T) => Alike): Row<T>[] {
  const classes = Map.groupBy(items, item => classOf(of(item)))
  const taken = new Set<string>()
  const rows: Row<T>[] = []
  for (const item of items) {
    const name = classOf(of(item))
    const all = name === null ? [] : (classes.get(name) ?? [])
    if (name === null || all.length < leastAlike) rows.push({ group: null, first: item, all: [item] })
    else if (!taken.has(name)) {
      taken.add(name)
      rows.push({ group: name, first: item, all })
    }
  }
  return rows
}
