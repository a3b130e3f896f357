import { z } from 'zod'
import type { EventDraft } from '@/lib/kernel/event'
import type { Principal } from '@/lib/kernel/principal'

const team = z.strictObject({ team_id: z.string(), name: z.string() })
const application = z.strictObject({
  application_id: z.string(),
  name: z.string(),
  purpose: z.string(),
  team_id: z.string(),
  owner_id: z.string(),
  backup_id: z.string().nullable(),
})

/** What may be recorded of teams and applications; each carries the whole new state, so that folding the log gives them back. */
export const applicationEvents = {
  'team.created': team,
  'team.updated': team,
  'team.calendar_set': z.strictObject({ team_id: z.string(), time_zone: z.string(), working_hours: z.string() }),
  'application.registered': application,
  'application.updated': application,
} as const

export type ApplicationEventType = keyof typeof applicationEvents

/** Drafts one of these events; the type decides what its data must be. */
export function applicationEvent<T extends ApplicationEventType>(
  type: T,
  by: Principal,
  subjects: readonly string[],
  data: z.output<(typeof applicationEvents)[T]>,
): EventDraft {
  return { type, by, subjects, data }
}
