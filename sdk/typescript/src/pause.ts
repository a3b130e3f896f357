export type Sleep = (milliseconds: number, signal?: AbortSignal) => Promise<void>

const longestRetry = 15_000

/** Waits; ends early, and without an error, when `signal` fires. */
export const sleep: Sleep = (milliseconds, signal) =>
  new Promise(resolve => {
    const end = () => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', end)
      resolve()
    }
    const timer = setTimeout(end, milliseconds)
    if (signal?.aborted) end()
    else signal?.addEventListener('abort', end)
  })

/**
 * Milliseconds until the next try: never before what the server asked for (Retry-After), else doubling from a quarter of
 * a second to fifteen; with jitter, so that agents that lost one server do not return to it at one moment.
 */
export function backoff(failures: number, retryAfter: number | null, random: number): number {
  if (retryAfter !== null) return retryAfter * 1_000 + random * 500
  return Math.min(longestRetry, 125 * 2 ** Math.min(failures, 10)) * (0.5 + random / 2)
}
