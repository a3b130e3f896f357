import { z } from 'zod'
import { idSchema } from '@/lib/kernel/id-schema'
import { countersignTiers } from './countersigning'
import { readEmail } from './email'
import { roles } from './permission'

const hidden = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Cn}\u115f\u1160\u2800\u3164\uffa0]|\u034f|[\ufe00-\ufe0f]/u

/** What people and things are called: 1 to `max` characters of text, nothing hidden in it, as it is written (NFC). */
export function shownName(max: number) {
  return z
    .string()
    .trim()
    .min(1, 'Give it a name')
    .max(max, `At most ${max} characters`)
    .refine(
      text => !hidden.test(text) && text === text.normalize('NFC') && !/\s{2}/.test(text),
      'Control, invisible and direction characters are not allowed',
    )
}

const email = z.string().transform((text, issues) => {
  const read = readEmail(text)
  if (read !== null) return read
  issues.addIssue({
    code: 'custom',
    message: 'Not an e-mail address we take: plain letters, digits and . _ + - before the @',
  })
  return z.NEVER
})
/** Long rather than odd (NIST SP 800-63B §3.1.1): no rules about its characters. */
const password = z.string().min(12, 'At least 12 characters').max(200, 'At most 200 characters')
const token = z.string().min(1).max(200)
const assignment = z.strictObject({ role: z.enum(roles), team_id: idSchema('tea').nullable().default(null) })
const assignments = z
  .array(assignment)
  .max(50)
  .refine(list => new Set(list.map(one => `${one.role}/${one.team_id}`)).size === list.length, 'Each role once a team')

export const setupBody = z.strictObject({ token, organisation: shownName(80), name: shownName(80), email, password })
export const inviteBody = z.strictObject({
  email,
  name: shownName(80).optional(),
  roles: assignments.min(1, 'Give at least one role'),
})
export type InviteBody = z.output<typeof inviteBody>
export const acceptBody = z.strictObject({ name: shownName(80), password })
export const confirmBody = z.strictObject({ password: z.string().min(1).max(1_000) })
export const passwordBody = z.strictObject({ current: z.string().min(1).max(1_000), password })
export const memberPatch = z
  .strictObject({
    name: shownName(80).optional(),
    roles: assignments.optional(),
    status: z.enum(['active', 'disabled']).optional(),
    reason: z.string().max(500).optional(),
  })
  .refine(
    patch => patch.name !== undefined || patch.roles !== undefined || patch.status !== undefined,
    'Nothing to change',
  )
export type MemberPatch = z.output<typeof memberPatch>
export const settingsPatch = z.strictObject({
  organisation: z.strictObject({ name: shownName(80) }).optional(),
  session_hours: z.number().int().min(1).max(168).optional(),
  /** From which risk on an approval is countersigned with a passkey. */
  countersign: z.enum(countersignTiers).optional(),
})
export type SettingsPatch = z.output<typeof settingsPatch>
