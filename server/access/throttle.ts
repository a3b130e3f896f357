import { createHash } from 'node:crypto'
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'
import { Refused } from '@/lib/kernel/problem'

/** Slows down guessing, per address and per account. An attempt is counted before it is checked, and given back when it was right. */
export interface Throttle {
  /** @throws Refused `limit.exceeded` (429) */
  attempt(remote: string, account: string): Promise<void>
  succeeded(remote: string, account: string): Promise<void>
}

export function openThrottle(): Throttle {
  const byAddress = new RateLimiterMemory({ points: 60, duration: 60 })
  const byAccount = new RateLimiterMemory({ points: 10, duration: 300 })
  const name = (account: string) => createHash('sha256').update(account.toLowerCase()).digest('base64url')
  return {
    async attempt(remote, account) {
      try {
        await byAddress.consume(remote)
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
      await byAccount.delete(name(account))
    },
  }
}
