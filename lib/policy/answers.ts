import { z } from 'zod'
import { count, etag, moment, named, pageOf } from '@/lib/kernel/answers'

/** What the doors about policy answer (api §4). */

const rule = z.object({
  id: z.string(),
  rule: z.string(),
  effect: z.enum(['permit', 'forbid', 'hold']),
  sentence: z.string(),
  approval: z.object({ approvals: count, who: z.string(), requirement: z.string(), timeout_seconds: count }).nullable(),
  cedar: z.string(),
})

export const policy = z.object({
  id: z.string(),
  etag,
  created_at: moment,
  version: count,
  digest: z.string(),
  note: z.string(),
  published_at: moment,
  published_by: named,
  source: z.string(),
  rules: z.array(rule),
  pending_hold_id: z.string().nullable(),
})

export const policyVersions = pageOf(
  z.object({
    id: z.string(),
    created_at: moment,
    etag: z.string(),
    version: count,
    digest: z.string(),
    note: z.string(),
    hold_id: z.string().nullable(),
    published_by: z.string(),
    published_at: moment,
  }),
)
