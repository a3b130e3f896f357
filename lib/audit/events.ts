import { z } from 'zod'

/** What may be recorded of the log itself: who took it, and that it was found shorter or other than it was sealed. */
export const auditEvents = {
  'log.exported': z.strictObject({ size: z.number().int() }),
  'log.regression_acknowledged': z.strictObject({
    sealed_size: z.number().int(),
    sealed_root: z.string(),
    epoch: z.number().int(),
  }),
} as const
