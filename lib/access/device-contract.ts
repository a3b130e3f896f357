import { z } from 'zod'
import { shownName } from './contract'
import { deviceGrant, deviceScopes } from './device'

/** What a command line says of itself when it asks to be let in (RFC 8628 §3.1, and for how long). */
export const deviceBody = z.strictObject({
  client_id: z.literal('holdpoint-cli'),
  machine: shownName(80),
  scope: z.enum(deviceScopes).default('decide'),
  days: z.number().int().min(1).max(90).default(30),
})
export type DeviceBody = z.output<typeof deviceBody>

/** RFC 8628 §3.4. */
export const deviceTokenBody = z.strictObject({
  grant_type: z.literal(deviceGrant),
  client_id: z.literal('holdpoint-cli'),
  device_code: z.string().min(1).max(200),
})

export const deviceVerdictBody = z.strictObject({ verdict: z.enum(['allow', 'deny']) })
