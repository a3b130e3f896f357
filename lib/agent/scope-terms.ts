import { z } from 'zod'
import { classifications, environments, operations } from '@/lib/kernel/scale'

/** What a line of a scope says, wherever it is written down: in an answer as in the log. */
export const scopeTerms = {
  agent_id: z.string(),
  tool_pattern: z.string(),
  resource_pattern: z.string(),
  operations: z.array(z.enum(operations)),
  ceiling: z.enum(classifications),
  environments: z.array(z.enum(environments)),
  tenants: z.array(z.string()),
  ask: z.enum(['never', 'high_impact', 'writes']),
} as const
