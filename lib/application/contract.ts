import { z } from 'zod'
import { isTimeZone, minutesOf } from '@/lib/access/calendar'
import { shownName } from '@/lib/access/contract'
import { idSchema } from '@/lib/kernel/id-schema'

export const teamBody = z.strictObject({ name: shownName(80) })
export type TeamBody = z.output<typeof teamBody>

const clock = z.string().regex(/^(([01]\d|2[0-3]):[0-5]\d|24:00)$/, 'A time of day, 08:00 to 24:00')
const hours = z
  .tuple([clock, clock])
  .refine(([from, to]) => minutesOf(from) < minutesOf(to), 'It ends after it begins, on the same day')
  .optional()
/** When a team works: days that are left out are free. */
export const calendarBody = z.strictObject({
  time_zone: z.string().max(64).refine(isTimeZone, 'A time zone such as Europe/Berlin'),
  working_hours: z.strictObject({ 1: hours, 2: hours, 3: hours, 4: hours, 5: hours, 6: hours, 7: hours }),
})

const purpose = z.string().max(500)
export const applicationBody = z.strictObject({
  name: shownName(80),
  purpose: purpose.default(''),
  team_id: idSchema('tea'),
  owner_id: idSchema('usr'),
  backup_id: idSchema('usr').nullable().default(null),
})
export type ApplicationBody = z.output<typeof applicationBody>

export const applicationPatch = z
  .strictObject({
    name: shownName(80),
    purpose,
    team_id: idSchema('tea'),
    owner_id: idSchema('usr'),
    backup_id: idSchema('usr').nullable(),
  })
  .partial()
  .refine(patch => Object.keys(patch).length > 0, 'Nothing to change')
export type ApplicationPatch = z.output<typeof applicationPatch>
