import { z } from 'zod'
import { count, etag, moment, named, pageOf, perhapsNamed } from '@/lib/kernel/answers'

/** What the doors about teams and applications answer (api §4). */

export const team = z.object({ id: z.string(), name: z.string(), created_at: moment, etag })
export const teams = pageOf(team.extend({ members: count, agents: count }))

export const application = z.object({
  id: z.string(),
  name: z.string(),
  purpose: z.string(),
  team: named,
  owner: named,
  backup: perhapsNamed.nullable(),
  agents: count,
  created_at: moment,
  etag,
})
export const applications = pageOf(application)
