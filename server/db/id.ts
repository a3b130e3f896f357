import { formatId, type Id } from '@/lib/kernel/id'
import { freshBytes } from './random'

/** A fresh id. Its time part only keeps pages roughly in order; nothing is decided by it. */
export function newId<P extends string>(prefix: P): Id<P> {
  return formatId(prefix, performance.timeOrigin + performance.now(), freshBytes(10))
}
