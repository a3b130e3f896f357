import { z } from 'zod'
import { count, etag, moment, named, pageOf } from '@/lib/kernel/answers'
import { stageContract } from './contract'

/** What the doors about approval policies answer. */

const version = z.object({
  version: count,
  title: z.string(),
  stages: z.array(stageContract),
  rejects: count,
  note: z.string(),
  published_at: moment,
  published_by: named,
  hold_id: z.string().nullable(),
  /** Each stage in words, in order. */
  sentences: z.array(z.string()),
})

export const approvalPolicy = version.extend({
  id: z.string(),
  name: z.string(),
  created_at: moment,
  etag,
  /** Rules in force that name it. */
  rules: z.array(z.string()),
  /** The change of it that waits for people. */
  waiting: z.string().nullable(),
  /** Rules may name it no more. */
  retired: z.object({ at: moment, by: named, reason: z.string() }).nullable(),
})
export const approvalPolicies = pageOf(approvalPolicy)
export const approvalPolicyDetail = approvalPolicy.extend({ versions: z.array(version) })

const day = z.number().int().min(1).max(7)

/** Who could meet a policy today. */
export const checkedPolicy = z.object({
  faults: z.array(z.string()),
  possible: z.boolean(),
  stages: z.array(
    z.object({
      label: z.string(),
      sentence: z.string(),
      groups: z.array(
        z.object({ who: z.string(), approvals: count, least: count, most: count, free_days: z.array(day) }),
      ),
    }),
  ),
  unmet_in: z.array(z.string()),
})
