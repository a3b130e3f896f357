import { z } from 'zod'
import type { EventDraft } from '@/lib/kernel/event'
import type { Principal } from '@/lib/kernel/principal'
import { roles } from './permission'

const assignment = z.strictObject({ role: z.enum(roles), team_id: z.string().nullable() })
const person = z.strictObject({
  person_id: z.string(),
  status: z.enum(['active', 'disabled']),
  roles: z.array(assignment),
})
const granted = z.strictObject({ person_id: z.string(), role: z.enum(roles), team_id: z.string().nullable() })

/**
 * What may be recorded of people, by type. Ids, roles and states only: no name and no e-mail address is ever in the log,
 * so that a person can be forgotten without touching it.
 */
export const accessEvents = {
  'organisation.set_up': z.strictObject({ person_id: z.string() }),
  'organisation.restored': z.strictObject({ epoch: z.number().int() }),
  'organisation.updated': z.strictObject({ fields: z.array(z.string()) }),
  'person.invited': z.strictObject({ invitation_id: z.string(), roles: z.array(assignment), expires_at: z.string() }),
  'person.invitation_revoked': z.strictObject({ invitation_id: z.string() }),
  'person.joined': person,
  'person.updated': person.extend({ reason: z.string().nullable() }),
  'person.manager_set': z.strictObject({ person_id: z.string(), manager_id: z.string().nullable() }),
  'person.password_changed': z.strictObject({ person_id: z.string() }),
  'person.linked': z.strictObject({ person_id: z.string(), method: z.literal('oidc') }),
  'role.granted': granted,
  'role.revoked': granted,
  'person.signed_in': z.strictObject({ person_id: z.string(), sign_in_id: z.string(), method: z.string() }),
  'person.confirmed': z.strictObject({ person_id: z.string(), sign_in_id: z.string() }),
  'person.signed_out': z.strictObject({ person_id: z.string(), sign_in_id: z.string() }),
  'sign_in.revoked': z.strictObject({ person_id: z.string(), sign_in_ids: z.array(z.string()) }),
  'device.allowed': z.strictObject({ person_id: z.string(), device_id: z.string(), read_only: z.boolean() }),
  'device.denied': z.strictObject({ person_id: z.string(), device_id: z.string() }),
  /** `person_id` is null where nobody has that address: what was typed is not recorded, it may be a password. */
  'sign_in.failed': z.strictObject({ person_id: z.string().nullable(), method: z.string() }),
} as const

export type AccessEventType = keyof typeof accessEvents

/** Drafts one of these events; the type decides what its data must be. */
export function accessEvent<T extends AccessEventType>(
  type: T,
  by: Principal,
  subjects: readonly string[],
  data: z.output<(typeof accessEvents)[T]>,
): EventDraft {
  return { type, by, subjects, data }
}
