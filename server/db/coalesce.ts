import { batcher } from './batcher'

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
  const ask = batcher<K, { readonly found: V | undefined }>(
    async keys => {
      const found = await load([...new Set(keys)])
      return keys.map(key => ({ found: found.get(key) }))
    },
    batch,
    most,
  )
  return async key => (await ask(key)).found
}
