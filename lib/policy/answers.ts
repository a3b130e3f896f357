import { z } from 'zod'
import { count, etag, moment, named, pageOf, perhapsNamed } from '@/lib/kernel/answers'

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

const version = z.object({
  id: z.string(),
  created_at: moment,
  etag: z.string(),
  version: count,
  digest: z.string(),
  note: z.string(),
  hold_id: z.string().nullable(),
  published_by: z.string(),
  published_at: moment,
})

export const policyVersions = pageOf(version)

export const policyVersion = version.extend({ source: z.string() })

export const draft = z.object({
  id: z.string(),
  etag,
  title: z.string(),
  source: z.string(),
  /** The version in force when it was begun, or last brought up to date. */
  based_on: count,
  status: z.enum(['draft', 'proposed', 'published']),
  /** The change that was last proposed of it. */
  hold_id: z.string().nullable(),
  created_by: perhapsNamed,
  created_at: moment,
  updated_by: perhapsNamed,
  updated_at: moment,
})

export const drafts = pageOf(draft.omit({ source: true }))

export const policyCheck = z.object({
  ok: z.boolean(),
  rules: count,
  faults: z.array(
    z.object({
      severity: z.enum(['error', 'warning']),
      message: z.string(),
      line: count,
      column: count,
      end_line: count,
      end_column: count,
    }),
  ),
})
