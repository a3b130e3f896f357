import { isOutage, Unavailable } from './tx'

/** A batch that meets an outage takes up to 1.5 s to know it; what has waited behind it for most of that is told as well. */
const longestBehind = 500

/**
 * Gathers what arrives in one turn of the event loop, and while earlier batches run, into batches: beside one that runs
 * another begins only when a quarter of one has gathered, because many small ones cost both sides more. One that fails is halved
 * until what poisons it is alone; an outage fails all of it at once, because its outcome is unknown, and with it what has
 * waited behind it for more than `behindMs`: one outage after the other would keep it past the 2 s in which it must be told (K03).
 * @param work answers as many as it was given, in their order
 * @param most how many make one batch
 * @param atOnce how many batches may run side by side
 * @param begin when a batch begins: at the end of the turn, so that what arrives over other connections is in it as well
 */
export function batcher<I, O>(
  work: (items: readonly I[]) => Promise<readonly O[]>,
  most: number,
  atOnce: number,
  behindMs = longestBehind,
  begin: (start: () => void) => void = setImmediate,
): (item: I) => Promise<O> {
  interface Waiting {
    readonly item: I
    readonly since: number
    readonly resolve: (answer: O) => void
    readonly reject: (error: unknown) => void
  }
  let queue: Waiting[] = []
  let running = 0
  let scheduled = false

  const schedule = (): void => {
    if (scheduled || queue.length === 0 || running >= atOnce || (running > 0 && queue.length * 4 < most)) return
    scheduled = true
    begin(() => {
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

  const tellBehind = (error: unknown): void => {
    const now = performance.now()
    const late = queue.findLastIndex(one => now - one.since >= behindMs)
    for (const one of queue.splice(0, late + 1)) one.reject(error)
  }

  const run = async (batch: readonly Waiting[]): Promise<void> => {
    let answers: readonly O[]
    try {
      answers = await work(batch.map(one => one.item))
      if (answers.length !== batch.length) throw new Unavailable('a batch did not answer all that it was asked')
    } catch (error) {
      if (isOutage(error) || batch.length === 1) {
        for (const one of batch) one.reject(error)
        if (isOutage(error)) tellBehind(error)
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
      queue.push({ item, since: performance.now(), resolve, reject })
      schedule()
    })
}
