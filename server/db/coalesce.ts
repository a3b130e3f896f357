import { batcher } from './batcher'

/**
 * Turns many single reads that arrive together into few: what is asked while earlier reads run is read next, in one go, and
 * what many ask for is read once. A read always begins after it was asked for, so nothing stale is ever handed out.
 * @param load reads many keys at once; a key it leaves out was not found
 * @param most how many loads may run at once
 */
export function coalesce<K, V>(
  load: (keys: K[]) => Promise<ReadonlyMap<K, V>>,
  most = 2,
  batch = 500,
): (key: K) => Promise<V | undefined> {
  /** Reads that have not begun: whoever comes now may join. */
  const open = new Map<K, Promise<{ readonly found: V | undefined }>>()
  const ask = batcher<K, { readonly found: V | undefined }>(
    async keys => {
      for (const key of keys) open.delete(key)
      const found = await load([...new Set(keys)])
      return keys.map(key => ({ found: found.get(key) }))
    },
    batch,
    most,
    undefined,
    // Whoever is woken together asks together; a read begins before anything that comes later in this turn.
    process.nextTick,
  )
  const begin = (key: K) => {
    const read = ask(key)
    open.set(key, read)
    // One that was refused before it began is nothing to join.
    read.catch(() => void (open.get(key) === read && open.delete(key)))
    return read
  }
  return async key => (await (open.get(key) ?? begin(key))).found
}
