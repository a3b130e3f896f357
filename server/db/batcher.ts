import { isOutage, Unavailable } from './tx'

/**
 * Gathers what arrives in one turn of the event loop, and while earlier batches run, into batches. One that fails is halved
 * until what poisons it is alone; an outage fails all of it at once, because its outcome is unknown.
 * @param work answers as many as it was given, in their order
 * @param most how many make one batch
 * @param atOnce how many batches may run side by side
 */
export function batcher<I, O>(
  work: (items: readonly I[]) => Promise<readonly O[]>,
  most: number,
  atOnce: number,
): (item: I) => Promise<O> {
  interface Waiting {
    readonly item: I
    readonly resolve: (answer: O) => void
    readonly reject: (error: unknown) => void
  }
  let queue: Waiting[] = []
  let running = 0
  let scheduled = false

  const schedule = (): void => {
    if (scheduled || queue.length === 0 || running >= atOnce) return
    scheduled = true
    setImmediate(() => {
      scheduled = false
      const batch = queue.slice(0, most)
      queue = queue.slice(most)
      running++
      void run(batch).finally(() => {
        running--
        schedule()
      })
      schedule()
    })
  }

  const run = async (batch: readonly Waiting[]): Promise<void> => {
    let answers: readonly O[]
    try {
      answers = await work(batch.map(one => one.item))
      if (answers.length !== batch.length) throw new Unavailable('a batch did not answer all that it was asked')
    } catch (error) {
      if (isOutage(error) || batch.length === 1) {
        for (const one of batch) one.reject(error)
        return
      }
      const half = Math.ceil(batch.length / 2)
      await run(batch.slice(0, half))
      await run(batch.slice(half))
      return
    }
    batch.forEach((one, at) => {
      const answer = answers[at]
      if (answer !== undefined) one.resolve(answer)
      else one.reject(new Unavailable('a batch left one out'))
    })
  }

  return item =>
    new Promise((resolve, reject) => {
      queue.push({ item, resolve, reject })
      schedule()
    })
}
