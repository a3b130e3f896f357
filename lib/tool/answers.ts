import { z } from 'zod'
import { count, etag, moment, named, pageOf, perhapsNamed } from '@/lib/kernel/answers'
import { classifications, environments } from '@/lib/kernel/scale'
import { classifiedTerms } from './classified-terms'

/** What the doors about tools answer (api §4). */

const classified = z.object({
  ...classifiedTerms,
})

const definition = z.object({ description: z.string(), schema: z.unknown(), rest: z.unknown() })

const toolItem = z.object({
  id: z.string(),
  name: z.string(),
  description: z.string(),
  source: z.string(),
  status: z.enum(['unclassified', 'classified']),
  classified: classified.nullable(),
  classified_by: perhapsNamed.nullable(),
  classified_at: moment.nullable(),
  hints: z.unknown(),
  schema_digest: z.string().nullable(),
  parameters: z.array(z.object({ name: z.string(), type: z.string().nullable(), description: z.string().nullable() })),
  /** It is described otherwise than when it was classified: its calls wait until somebody has said it again. */
  drift: z.object({ at: moment, before: definition, after: definition }).nullable(),
  classify_hold_id: z.string().nullable(),
  waiting_calls: count,
  agents: z.array(named),
  first_seen_agent: perhapsNamed.nullable(),
  first_seen_at: moment,
  created_at: moment,
  etag,
})
export const tools = pageOf(toolItem)

export const tool = toolItem.extend({
  waiting: z.array(
    z.object({
      id: z.string(),
      agent: named,
      environment: z.enum(environments),
      session: z.string(),
      created_at: moment,
      expires_at: moment.nullable(),
    }),
  ),
  reached_by: z.array(named),
  reached_by_count: count,
})

/** What became of each definition that a gateway reported. */
export const reported = z.object({
  items: z.array(
    z.object({
      name: z.string(),
      status: z.enum(['unclassified', 'classified', 'drifted']),
      schema_digest: z.string(),
      /** The definition that people have classified, where what is reported is another. */
      accepted: definition.nullable(),
    }),
  ),
})

/** Names. */
const names = z.array(z.string())
/** `drifted`: classified tools among those that changed; their calls wait until people have said again what they are. */
export const imported = z.object({ added: names, changed: names, unchanged: names, drifted: names })

export const resourcePattern = z.object({
  id: z.string(),
  type_pattern: z.string(),
  id_pattern: z.string(),
  environment: z.enum(environments).nullable(),
  tenant: z.string().nullable(),
  classification: z.enum(classifications).nullable(),
  created_by: z.string(),
  created_at: moment,
  etag,
})
export const resourcePatterns = pageOf(resourcePattern)

/** A system that is asked what its resources are. */
export const resourceSource = z.object({
  id: z.string(),
  name: z.string(),
  type_pattern: z.string(),
  id_pattern: z.string(),
  url: z.string(),
  created_by: z.string(),
  created_at: moment,
  /** The open change about it, if one waits for a second person. */
  waiting_hold_id: z.string().nullable(),
  etag,
})
export const resourceSources = pageOf(resourceSource)
