import { z } from 'zod'
import { idSchema } from '@/lib/kernel/id-schema'
import { roles } from './permission'

/** The kind of the change by which somebody gets roles that decide; its subject is the person (A27). */
export const roleChangeKind = 'member.roles'

/** What such a change would do. */
export const roleChange = z.strictObject({
  /** The roles that they would get; where they are let in again, those that would count again too. */
  roles: z.array(z.strictObject({ role: z.enum(roles), team_id: idSchema('tea').nullable() })).min(1),
  /** They are shut out, and would be let in again by it. */
  lets_in: z.boolean(),
  /** They were invited with these roles, and have joined. */
  invited: z.boolean(),
  reason: z.string().nullable(),
  proposed_by: idSchema('usr'),
})
export type RoleChange = z.output<typeof roleChange>
