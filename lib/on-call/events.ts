import { z } from 'zod'
import type { EventDraft } from '@/lib/kernel/event'
import type { Principal } from '@/lib/kernel/principal'

/** The whole new state; of a calendar the origin alone, since the rest of its address often is a secret. */
const schedule = z.strictObject({
  schedule_id: z.string(),
  name: z.string(),
  team_id: z.string().nullable(),
  time_zone: z.string(),
  /** JSON of the rota, or null. */
  rota: z.string().nullable(),
  calendar: z.string().nullable(),
})
const span = { person_id: z.string(), from: z.iso.datetime(), until: z.iso.datetime() }

/** What may be recorded of who is on call. */
export const onCallEvents = {
  'on_call.added': schedule,
  'on_call.changed': schedule,
  'on_call.removed': z.strictObject({ schedule_id: z.string(), name: z.string() }),
  'on_call.overridden': z.strictObject({ schedule_id: z.string(), override_id: z.string(), ...span }),
  'on_call.override_withdrawn': z.strictObject({ schedule_id: z.string(), override_id: z.string() }),
  /** Its calendar says something else than before, or can be read again. */
  'on_call.calendar_read': z.strictObject({ schedule_id: z.string(), digest: z.string(), entries: z.number().int() }),
  'on_call.calendar_failed': z.strictObject({ schedule_id: z.string(), reason: z.string() }),
  'absence.added': z.strictObject({ absence_id: z.string(), stand_in_id: z.string().nullable(), ...span }),
  'absence.withdrawn': z.strictObject({ absence_id: z.string(), person_id: z.string() }),
} as const

/** Drafts one of these events. */
export function onCallEvent<T extends keyof typeof onCallEvents>(
  type: T,
  by: Principal,
  subjects: readonly string[],
  data: z.output<(typeof onCallEvents)[T]>,
): EventDraft {
  return { type, by, subjects, data }
}
