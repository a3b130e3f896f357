import { afterEach, type TestContext } from 'vitest'

declare module 'vitest' {
  interface TaskMeta {
    /** What the campaign's ledger keeps of a test. */
    rounds?: number
    requests?: number
  }
}

let requests = 0

/** One more request was sent. */
export function countRequest(): void {
  requests++
}

/** Every test of this file says how many requests it sent. Call at the top of a test file. */
export function tallyRequests(): void {
  let before = requests
  afterEach(({ task }) => {
    task.meta.requests = requests - before
    before = requests
  })
}

/** Says how many rounds a test played. */
export function tallyRounds(task: TestContext['task'], rounds: number): void {
  task.meta.rounds = rounds
}
