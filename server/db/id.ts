import { randomBytes } from 'node:crypto'
import { formatId, type Id } from '@/lib/kernel/id'

/** A fresh id. Its time part only keeps pages roughly in order; nothing is decided by it. */
export function newId<P extends string>(prefix: P): Id<P> {
  return formatId(prefix, performance.timeOrigin + performance.now(), randomBytes(10))
}
