import { z } from 'zod'
import type { EventDraft } from '@/lib/kernel/event'
import type { Principal } from '@/lib/kernel/principal'
import { classifications, environments } from '@/lib/kernel/scale'
import { classifiedTerms } from './classified-terms'

const known = z.strictObject({
  tool_id: z.string(),
  name: z.string(),
  source: z.string(),
  schema_digest: z.string().nullable(),
})
const pattern = z.strictObject({
  pattern_id: z.string(),
  type_pattern: z.string(),
  id_pattern: z.string(),
  environment: z.enum(environments).nullable(),
  tenant: z.string().nullable(),
  classification: z.enum(classifications).nullable(),
})

/** What may be recorded of tools and resource patterns. Descriptions and schemas are content of their source: digests only. */
export const toolEvents = {
  'tool.created': known,
  'tool.imported': known,
  'tool.updated': known,
  'tool.first_used': z.strictObject({ tool_id: z.string(), name: z.string(), agent_id: z.string() }),
  'tool.drifted': z.strictObject({
    tool_id: z.string(),
    name: z.string(),
    source: z.string(),
    from_digest: z.string().nullable(),
    schema_digest: z.string(),
  }),
  'tool.classified': z.strictObject({
    tool_id: z.string(),
    ...classifiedTerms,
  }),
  'resource_pattern.created': pattern,
  'resource_pattern.updated': pattern,
  'resource_source.agreed': z.strictObject({
    source_id: z.string(),
    name: z.string(),
    type_pattern: z.string(),
    id_pattern: z.string(),
    /** The host that is asked; what else stands in the address is no business of the log. */
    host: z.string(),
    version: z.number().int(),
  }),
  'resource_source.removed': z.strictObject({ source_id: z.string() }),
  'resource_pattern.deleted': z.strictObject({ pattern_id: z.string() }),
} as const

export type ToolEventType = keyof typeof toolEvents

/** Drafts one of these events. */
export function toolEvent<T extends ToolEventType>(
  type: T,
  by: Principal,
  subjects: readonly string[],
  data: z.output<(typeof toolEvents)[T]>,
): EventDraft {
  return { type, by, subjects, data }
}
