import { randomFillSync } from 'node:crypto'

const pool = Buffer.alloc(8_192)
let used = pool.length

/**
 * Fresh random bytes, at most 8 KiB at a time. They are drawn from the system some thousands at once, because each drawing
 * costs more than the bytes; what has been handed out is wiped here.
 */
export function freshBytes(size: number): Buffer {
  if (used + size > pool.length) {
    randomFillSync(pool)
    used = 0
  }
  const bytes = Buffer.from(pool.subarray(used, used + size))
  pool.fill(0, used, used + size)
  used += size
  return bytes
}
