import { z } from 'zod'
import { count, etag, moment, named, pageOf, perhapsNamed } from '@/lib/kernel/answers'

/** What the doors about teams and applications answer (api §4). */

const times = z.tuple([z.string(), z.string()])
/** When a team works, by weekday (1 is Monday), in its time zone (IANA). */
export const calendar = z.object({ time_zone: z.string(), working_hours: z.record(z.string(), times) })

export const team = z.object({ id: z.string(), name: z.string(), calendar, created_at: moment, etag })
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
