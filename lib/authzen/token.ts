import { z } from 'zod'

/** The `typ` of what binds a request to a denial, and of what proves an approval (RFC 8725 §3.11): neither is the other, nor a permit. */
export const bindingType = 'holdpoint-denial+jwt'
export const stateType = 'holdpoint-approval+jwt'

/** Approval profile, "Denial Binding Claims": the hashed form, so that nothing of the question stands in it. */
export const bindingClaims = z.strictObject({
  iss: z.string(),
  aud: z.string(),
  iat: z.number().int(),
  exp: z.number().int(),
  jti: z.string(),
  evaluation_id: z.string(),
  denial_expires_at: z.string(),
  binding_context_members: z.array(z.string()),
  binding_hash: z.string(),
})
export type BindingClaims = z.infer<typeof bindingClaims>

/** Approval profile, "Approval State". */
export const stateClaims = z.strictObject({
  iss: z.string(),
  aud: z.string(),
  sub: z.string(),
  iat: z.number().int(),
  exp: z.number().int(),
  /** The approval's id. */
  jti: z.string(),
  task: z.string(),
  evaluation_id: z.string(),
  binding_hash: z.string(),
})
export type StateClaims = z.infer<typeof stateClaims>
