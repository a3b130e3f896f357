/** A token bucket: `tokens` left as of `at` (milliseconds of a monotone clock). */
export interface Bucket {
  tokens: number
  at: number
}

/**
 * Takes `n` tokens, refilled at `perSecond` up to `burst`.
 * @returns null when taken, else the seconds after which it is worth trying again.
 */
export function take(bucket: Bucket, now: number, perSecond: number, burst: number, n = 1): number | null {
  bucket.tokens = Math.min(burst, bucket.tokens + ((now - bucket.at) / 1_000) * perSecond)
  bucket.at = now
  if (bucket.tokens >= n) {
    bucket.tokens -= n
    return null
  }
  return Math.max(1, Math.ceil((n - bucket.tokens) / perSecond))
}
