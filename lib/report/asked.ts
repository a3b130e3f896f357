const statuses = ['allowed', 'approved', 'denied', 'rejected', 'expired', 'contained', 'cancelled'] as const

/** What agents asked and what became of it: by decision, and how many of what went on failed or was put back. */
export type Asked = Readonly<Record<(typeof statuses)[number] | 'waiting' | 'failed' | 'rolled_back', number>>

export interface AskedRow {
  readonly status: string
  readonly outcome: string | null
  readonly count: number
}

/** Sums rows of one agent, or of several. What is neither decided nor ended waits. */
export function askedOf(rows: readonly AskedRow[]): Asked {
  const sum = (of: (row: AskedRow) => boolean) => rows.reduce((all, row) => all + (of(row) ? row.count : 0), 0)
  const by = (status: string) => sum(row => row.status === status)
  return {
    allowed: by('allowed'),
    approved: by('approved'),
    denied: by('denied'),
    rejected: by('rejected'),
    expired: by('expired'),
    contained: by('contained'),
    cancelled: by('cancelled'),
    waiting: sum(row => !statuses.some(status => status === row.status)),
    failed: sum(row => row.outcome === 'failed'),
    rolled_back: sum(row => row.outcome === 'rolled_back'),
  }
}
