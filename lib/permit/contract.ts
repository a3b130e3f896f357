import { z } from 'zod'
import { resourceContract, toolName } from '@/lib/action/contract'
import { operations } from '@/lib/kernel/scale'
import { enforcementLevels } from './coverage'

/** What the executing system says that it is about to do, and the permit that it was handed. */
export const verifyContract = z.strictObject({
  /** A compact JWS. Whatever else stands here is a permit that is not valid, not a malformed request. */
  permit: z.union([z.string(), z.unknown()]),
  tool: toolName,
  operation: z.enum(operations).optional(),
  resource: resourceContract.nullish(),
  params: z.record(z.string(), z.unknown()),
  /** True: use it, once. False: only ask whether it could be used now. */
  consume: z.boolean(),
  /** Who executes, as the permit should name it; left out, it is what the catalogue says of the tool. */
  audience: z.string().max(1_000).optional(),
})
export type Verification = z.infer<typeof verifyContract>

/**
 * Why a permit is not valid. `invalid` is all that is said of one that we did not sign, or to a caller that it is no
 * business of; the others are told to whoever may use it.
 */
export const permitRefusals = [
  'invalid',
  'expired',
  'already_used',
  'params_mismatch',
  'tool_mismatch',
  'operation_mismatch',
  'audience_mismatch',
  'environment_mismatch',
  'agent_changed',
  'key_revoked',
  'policy_changed',
  'epoch_stale',
  'contained',
  'too_late',
  'outcome_unknown',
  'decision_missing',
] as const
export type PermitRefusal = (typeof permitRefusals)[number]

/** `POST /api/v1/permits/verify`: 200 for every permit, valid or not. */
export const verifyAnswer = z.object({
  valid: z.boolean(),
  reason: z.enum(permitRefusals).nullable(),
  action_id: z.string().nullable(),
  permit_id: z.string().nullable(),
  agent_id: z.string().nullable(),
  expires_at: z.string().nullable(),
  /** Of the one use; the same again for the same caller with the same Idempotency-Key. */
  receipt: z.object({ id: z.string(), consumed_at: z.string() }).nullable(),
})
export type VerifyAnswer = z.infer<typeof verifyAnswer>

/** What an executing system was asked for, or has found done, that no permit covers. */
export const ungatedContract = z.strictObject({
  tool: toolName,
  /** True: it has happened. False: it was asked for and refused there. */
  done: z.boolean(),
  /** What was presented in place of a permit, if anything. */
  permit: z.string().max(16_384).optional(),
})
export const ungatedAnswer = z.object({
  /** People are told of the first in an hour of the same tool at the same system; all are in the log. */
  told: z.boolean(),
})

/** RFC 7517 key set, with the issuer that its permits name. */
export const keySet = z.object({
  issuer: z.string(),
  keys: z.array(
    z.object({
      kty: z.literal('OKP'),
      crv: z.literal('Ed25519'),
      alg: z.literal('EdDSA'),
      use: z.literal('sig'),
      kid: z.string(),
      x: z.string(),
    }),
  ),
})

export const rotateContract = z.strictObject({
  reason: z.string().min(1).max(2_000),
  /** The old key is known to somebody: permits that it signed are worth nothing from now on. */
  at_once: z.boolean().default(false),
})
export const rotateAnswer = z.object({ kid: z.string(), replaced: z.string() })

/** One agent × tool: what was allowed lately, and how much of it was executed against its permit. */
export const coverageAnswer = z.object({
  items: z.array(
    z.object({
      id: z.string(),
      agent: z.object({ id: z.string(), name: z.string() }),
      tool: z.string(),
      enforcement: z.enum(enforcementLevels),
      allowed: z.number().int(),
      verified: z.number().int(),
      last_allowed_at: z.string(),
      last_verified_at: z.string().nullable(),
    }),
  ),
  next_cursor: z.string().nullable(),
})
