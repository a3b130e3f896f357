import { z } from 'zod'
import { sourceKinds } from './source'

/** What may be recorded of sessions, by type. The texts are content and stay out. */
export const sessionEvents = {
  'session.recorded': z.strictObject({
    agent: z.string(),
    session: z.string(),
    as: z.enum(['gateway', 'harness', 'agent']),
    sources: z.array(z.strictObject({ id: z.string(), kind: z.enum(sourceKinds), length: z.number().int() })),
  }),
  /** What was recorded of it until then is gone, whoever recorded it; how much it was stays. */
  'session.erased': z.strictObject({ agent: z.string(), session: z.string(), sources: z.number().int() }),
} as const
