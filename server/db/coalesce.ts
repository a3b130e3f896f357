/**
 * Turns many single reads that arrive together into few: what is asked while earlier reads run is read next, in one go. A
 * read always begins after it was asked for, so nothing stale is ever handed out.
 * @param load reads many keys at once; a key it leaves out was not found
 * @param most how many loads may run at once
 */
export function coalesce<K, V>(
  load: (keys: K[]) => Promise<ReadonlyMap<K, V>>,
  most = 2,
  batch = 500,
): (key: K) => Promise<V | undefined> {
  interface Asked {
    readonly key: K
    readonly resolve: (value: V | undefined) => void
    readonly reject: (error: unknown) => void
  }
  let queue: Asked[] = []
  let running = 0
  let scheduled = false

  const schedule = (): void => {
    if (scheduled || queue.length === 0 || running >= most) return
    scheduled = true
    setImmediate(() => {
      scheduled = false
      const asked = queue.slice(0, batch)
      queue = queue.slice(batch)
      running++
      load([...new Set(asked.map(one => one.key))])
        .then(
          found => {
            for (const one of asked) one.resolve(found.get(one.key))
          },
          (error: unknown) => {
            for (const one of asked) one.reject(error)
          },
        )
        .finally(() => {
          running--
          schedule()
        })
      schedule()
    })
  }

  return key =>
    new Promise((resolve, reject) => {
      queue.push({ key, resolve, reject })
      schedule()
    })
}
