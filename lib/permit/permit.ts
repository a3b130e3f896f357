import { z } from 'zod'
import { environments, operations } from '@/lib/kernel/scale'

/** The `typ` of a permit (RFC 7515 §4.1.9, RFC 8725 §3.11): no other token of ours, or of anybody else's, is one. */
export const permitType = 'holdpoint-permit+jwt'
/** The one algorithm (RFC 8037). A permit that names another is none. */
export const permitAlgorithm = 'EdDSA'
/** How long one permit lasts. The decided action is read for another as long as its second clock runs. */
export const permitSeconds = 60
/** The type of our member of `authorization_details` (RFC 9396 §2). */
export const detailType = 'holdpoint_action'

const digest = z.string().regex(/^sha256:[0-9a-f]{64}$/)

/**
 * Everything that a permit is bound to (INV-22). Times are seconds since 1970 by the clock of the database. An unknown
 * claim makes it no permit of ours.
 */
export const permitClaims = z.strictObject({
  /** The deployment: made of the key in HOLDPOINT_HOME, the same for all its instances. */
  iss: z.string(),
  /** The agent. */
  sub: z.string(),
  /** The system that executes. */
  aud: z.string(),
  /** The permit's id: one a decision, however often it is minted. */
  jti: z.string(),
  iat: z.number().int(),
  nbf: z.number().int(),
  exp: z.number().int(),
  /** The agent's key that asked (RFC 7800): its id, and a thumbprint of it that is not what is stored. */
  cnf: z.strictObject({ kid: z.string(), thumbprint: z.string() }),
  team: z.string(),
  environment: z.enum(environments),
  action: z.string(),
  policy: z.strictObject({ version: z.number().int(), digest: z.string() }),
  /** The youngest containment when it was minted: a younger one in its reach ends it. */
  containment_epoch: z.number().int(),
  /** Raised by every restore of the database: what was handed out before is worth nothing after. */
  instance_epoch: z.number().int(),
  /** The second clock: nothing mints a permit of this action past it. */
  execute_by: z.number().int(),
  authorization_details: z.tuple([
    z.strictObject({
      type: z.literal(detailType),
      locations: z.tuple([z.string()]),
      actions: z.tuple([z.enum(operations)]),
      /** The tool. */
      identifier: z.string(),
      /** The digest of exactly what may be executed (api §2). */
      digest,
    }),
  ]),
})
export type PermitClaims = z.infer<typeof permitClaims>

/** A permit's id is made of its action's: it exists if and only if the action was allowed, and needs no row (INV-20). */
export function permitIdOf(actionId: string): string {
  return `pmt_${actionId.slice(-26)}`
}

/** The system that executes a tool: what the catalogue calls its source; the tool itself where that is not known. */
export function audienceOf(tool: string, source: string | null | undefined): string {
  return source ? source : `tool:${tool}`
}

/** What a permit says of one allowed action. Null where its second clock has run out, or leaves less than a second. */
export function claimsOf(of: {
  readonly issuer: string
  readonly source: string | null | undefined
  readonly action: {
    readonly id: string
    readonly agent_id: string
    readonly credential_id: string
    readonly tool: string
    readonly operation: PermitClaims['authorization_details'][0]['actions'][0]
    readonly environment: PermitClaims['environment']
  }
  readonly digest: string
  readonly execute_by: Date
  readonly team: string
  readonly thumbprint: string
  readonly policy: { readonly version: number; readonly digest: string }
  readonly containment_epoch: number
  readonly instance_epoch: number
  readonly at: Date
}): PermitClaims | null {
  const { action } = of
  const now = Math.floor(of.at.getTime() / 1_000)
  const last = Math.floor(of.execute_by.getTime() / 1_000)
  if (last <= now) return null
  const audience = audienceOf(action.tool, of.source)
  return {
    iss: of.issuer,
    sub: action.agent_id,
    aud: audience,
    jti: permitIdOf(action.id),
    iat: now,
    nbf: now,
    exp: Math.min(now + permitSeconds, last),
    cnf: { kid: action.credential_id, thumbprint: of.thumbprint },
    team: of.team,
    environment: action.environment,
    action: action.id,
    policy: { version: of.policy.version, digest: of.policy.digest },
    containment_epoch: of.containment_epoch,
    instance_epoch: of.instance_epoch,
    execute_by: last,
    authorization_details: [
      {
        type: detailType,
        locations: [audience],
        actions: [action.operation],
        identifier: action.tool,
        digest: of.digest,
      },
    ],
  }
}
