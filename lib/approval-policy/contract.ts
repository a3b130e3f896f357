import { z } from 'zod'
import { roles } from '@/lib/access/permission'
import { idSchema } from '@/lib/kernel/id-schema'

export const policyName = z.string().regex(/^[a-z0-9-]{1,60}$/, 'lower-case letters, digits and dashes')

const asked = z.discriminatedUnion('relation', [
  z.strictObject({ relation: z.literal('agent_team') }),
  z.strictObject({ relation: z.literal('resource_team') }),
  z.strictObject({ relation: z.literal('resource_owner') }),
  z.strictObject({ relation: z.literal('manager_of_acting_for') }),
  z.strictObject({ relation: z.literal('any_approver') }),
  z.strictObject({ relation: z.literal('governing') }),
  z.strictObject({ relation: z.literal('team_approvers'), team_id: idSchema('tea') }),
  z.strictObject({ relation: z.literal('role'), role: z.enum(roles), team_id: idSchema('tea').nullable() }),
  z.strictObject({ relation: z.literal('person'), person_id: idSchema('usr') }),
])

const group = z.strictObject({ approvals: z.int().min(1).max(9), who: z.array(asked).min(1).max(10) })
const choice = <T extends z.ZodType>(inner: T) =>
  z.strictObject({ at_least: z.int().min(1).max(6), of: z.array(inner).min(1).max(6) })
/** Groups in groups, two deep and no deeper. */
const need = z.union([group, choice(z.union([group, choice(group)]))])
const label = z.string().trim().min(1).max(80)

export const stageContract = z.union([
  z.strictObject({ label, confirm: z.literal(true), who: z.array(z.never()).max(0).default([]) }),
  z.strictObject({ label, need }),
])

/** What an approval policy says, without its name. */
export const approvalPolicyText = z.strictObject({
  title: z.string().trim().min(1).max(120),
  stages: z.array(stageContract).min(1).max(5),
  rejects: z.int().min(1).max(9).default(1),
})

/** `POST …/retire`: why; it is kept beside the policy. */
export const retirementBody = z.strictObject({ reason: z.string().trim().min(1).max(500) })

/** `PUT /approval-policies/{name}`: what shall be in force. `based_on` is the version that it replaces; 0: there is none. */
export const approvalPolicyBody = approvalPolicyText.extend({
  based_on: z.int().min(0),
  note: z.string().trim().max(2_000).default(''),
})
