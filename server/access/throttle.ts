import { createHash } from 'node:crypto'
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'
import { Refused } from '@/lib/kernel/problem'

/** Slows down guessing. An attempt is counted before it is checked, and given back when it was right. */
export interface Throttle {
  /** @throws Refused `limit.exceeded` (429) */
  attempt(remote: string, account: string): Promise<void>
  succeeded(remote: string, account: string): Promise<void>
}

/**
 * Counts per address, per address and account, and per account: the last is high, or a stranger who types ten wrong
 * passwords would lock somebody out.
 */
export function openThrottle(): Throttle {
  const byAddress = new RateLimiterMemory({ points: 60, duration: 60 })
  const byPair = new RateLimiterMemory({ points: 10, duration: 300 })
  const byAccount = new RateLimiterMemory({ points: 100, duration: 300 })
  const name = (...parts: string[]) => createHash('sha256').update(parts.join('\n').toLowerCase()).digest('base64url')
  return {
    async attempt(remote, account) {
      try {
        await byAddress.consume(remote)
        await byPair.consume(name(remote, account))
        await byAccount.consume(name(account))
      } catch (error) {
        if (!(error instanceof RateLimiterRes)) throw error
        throw new Refused('limit.exceeded', 'Too many attempts. Wait a while, then try again.', {
          carries: { retry_after: Math.ceil(error.msBeforeNext / 1_000) },
        })
      }
    },
    async succeeded(remote, account) {
      await byAddress.reward(remote)
      await byPair.delete(name(remote, account))
      await byAccount.reward(name(account))
    },
  }
}
