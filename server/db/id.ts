import { formatId, type Id } from '@/lib/kernel/id'
import { freshBytes } from './random'

let last = 0
let within = 0

/**
 * A fresh id. Those of one process keep the order in which they were made, also within a millisecond; across processes
 * the time part only keeps pages roughly in order. Nothing is decided by it. 64 bits are random at least.
 */
export function newId<P extends string>(prefix: P): Id<P> {
  const now = Math.floor(performance.timeOrigin + performance.now())
  const random = freshBytes(10)
  if (now > last) {
    last = now
    within = random.readUInt16BE() & 0x7fff
  } else within++
  random.writeUInt16BE(within & 0xffff)
  return formatId(prefix, last, random)
}
