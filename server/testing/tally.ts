import type { TestContext } from 'vitest'

declare module 'vitest' {
  interface TaskMeta {
    /** What the campaign's ledger keeps of a test. */
    rounds?: number
    requests?: number
  }
}

/** Says how much a test did, for the ledger that `npm run campaign` keeps. */
export function tally(task: TestContext['task'], { rounds, requests }: { rounds?: number; requests?: number }): void {
  if (rounds !== undefined) task.meta.rounds = rounds
  if (requests !== undefined) task.meta.requests = requests
}
