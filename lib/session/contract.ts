import { z } from 'zod'
import { classifications } from '@/lib/kernel/scale'
import { sourceKinds } from './source'

/** What a recorder hands in: texts that an agent has before it, in the order in which it got them. */
export const recordContract = z.strictObject({
  /** As the agent names it in `context.session`. */
  session: z.string().min(1).max(200),
  agent: z.string().regex(/^agt_[0-9A-HJKMNP-TV-Z]{26}$/, 'the id of an agent'),
  /** A program around the agent calls itself a harness; whatever stands between it and its tools is a gateway. */
  as: z.enum(['gateway', 'harness']).default('gateway'),
  sources: z
    .array(
      z.strictObject({
        kind: z.enum(sourceKinds),
        /** What it is called: the tool and its call, a document, or who spoke. */
        ref: z.string().max(200).optional(),
        text: z.string().max(262_144),
        classification: z.enum(classifications).optional(),
      }),
    )
    .min(1)
    .max(50),
})

/** Ids of what was recorded, in order. */
export const recordedAnswer = z.strictObject({ ids: z.array(z.string()), recorded_at: z.iso.datetime() })
