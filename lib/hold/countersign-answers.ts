import { z } from 'zod'
import { free, moment } from '@/lib/kernel/answers'

/**
 * What a person is asked to sign. `options` go to `navigator.credentials.get`; their challenge is SHA-256 over the canonical
 * form of `statement`, whose digest is `sha256:` + hex SHA-256(salt ‖ digest of what is approved).
 */
export const countersignatureAsked = z.object({
  statement: z.object({
    hold: z.string(),
    verdict: z.literal('approve'),
    digest: z.string(),
    reviewer: z.string(),
    nonce: z.string(),
    expires_at: moment,
  }),
  /** Hex. */
  salt: z.string(),
  options: free,
})
