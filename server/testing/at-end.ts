import { afterAll } from 'vitest'

const works: (() => unknown)[] = []

// What Vitest's own `afterAll` is given once tests run is forgotten without a word; this one is known before that, and as the
// first of its file it comes after all the others.
afterAll(async () => {
  const failures: unknown[] = []
  for (const work of works.splice(0).toReversed()) {
    try {
      await work()
    } catch (error) {
      failures.push(error)
    }
  }
  if (failures.length > 0) throw new AggregateError(failures, 'not everything of this file could be ended')
}, 120_000)

/** Does this after the file's last test, the newest first, wherever it is called: at the top of the file, in a hook, in a test. */
export function atEnd(work: () => unknown): void {
  works.push(work)
}
