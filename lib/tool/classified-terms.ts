import { z } from 'zod'
import { classifications, operations } from '@/lib/kernel/scale'
import { meanings } from './tool'

/** What a person has said that a tool is, wherever it is written down: in an answer as in the log. */
export const classifiedTerms = {
  operation: z.enum(operations),
  reversible: z.boolean(),
  external: z.boolean(),
  asks_person: z.boolean(),
  sensitivity: z.enum(classifications).nullable(),
  parameters: z.record(z.string(), z.enum(meanings)),
  sentence: z.string().nullable(),
} as const
