import type { CutProxy } from './cut-proxy'

/** A kill that is waiting for its moment. */
export interface Aim {
  /** Has it happened? */
  fired(): boolean
  /** It is too late for it. */
  lower(): void
}

/**
 * Kills once, at the so-manieth message that arrives at a receiver or, where a pattern is given, statement of a transaction that
 * has one which matches.
 * @param onArrival is given what to call when a message has arrived and is not answered yet; null: nothing any more
 */
export function takeAim(
  { kill, between }: { readonly kill: () => void; readonly between: CutProxy },
  after: number,
  at: RegExp | 'arrival',
  onArrival: (hear: (() => void) | null) => void,
): Aim {
  let left = after
  let fired = false
  const lower = () => {
    between.judge(null)
    onArrival(null)
  }
  const count = () => {
    if (fired || --left > 0) return
    lower()
    kill()
    fired = true
  }
  if (at === 'arrival') onArrival(count)
  else
    between.judge(({ transaction }) => {
      if (transaction.some(sql => at.test(sql))) count()
      return 'pass'
    })
  return { fired: () => fired, lower }
}
