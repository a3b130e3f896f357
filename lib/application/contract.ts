import { z } from 'zod'
import { shownName } from '@/lib/access/contract'
import { idSchema } from '@/lib/kernel/id-schema'

export const teamBody = z.strictObject({ name: shownName(80) })
export type TeamBody = z.output<typeof teamBody>

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
