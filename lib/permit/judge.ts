import type { PermitRefusal, Verification } from './contract'
import { audienceOf, type PermitClaims, permitIdOf, permitSeconds } from './permit'

/** What there is now, beside what the permit says. */
export interface Present {
  /** The digest of what the executing system says that it is about to do. */
  readonly digest: string
  /** By the clock of the database. */
  readonly at: Date
  readonly instance_epoch: number
  readonly policy: { readonly version: number; readonly digest: string }
  /** The agent as it is registered now; null when it has gone. */
  readonly agent: { readonly team: string; readonly retired: boolean } | null
  /** A thumbprint of the agent's key that asked; null when it is not live any more. */
  readonly thumbprint: string | null
  /** The source that the catalogue gives the tool. */
  readonly source: string | null | undefined
  /** The action that it is for, as it was decided; null unless an allow is stored and the log says so too (T13). */
  readonly decided: {
    readonly agent: string
    readonly credential: string
    readonly tool: string
    readonly operation: string
    readonly environment: string
    readonly digest: string | null
    readonly execute_by: Date
    /** Its agent has said how it ended: it has run. */
    readonly reported: boolean
  } | null
  /** A switch has ended the decision, or holds it. */
  readonly stopped: boolean
  /** A switch in its reach is younger than the permit. */
  readonly stale: boolean
  /** The same digest of the same agent has run with an outcome that nobody knows. */
  readonly unknown: boolean
}

/**
 * Why a permit that we signed is not valid for this use now; null when nothing speaks against it. Whether it has been used is
 * asked apart. `again` is true for the one who used it and has lost the answer: time alone takes nothing from that.
 */
export function refusalOf(
  claims: PermitClaims,
  asked: Pick<Verification, 'tool' | 'operation' | 'audience'>,
  now: Present,
  again: boolean,
): PermitRefusal | null {
  const [detail] = claims.authorization_details
  const seconds = now.at.getTime() / 1_000
  const { decided, agent } = now
  if (!isWhole(claims)) return 'invalid'
  if (claims.instance_epoch !== now.instance_epoch) return 'epoch_stale'
  if (!decided) return 'decision_missing'
  if (decided.agent !== claims.sub || !agent || agent.retired || agent.team !== claims.team) return 'agent_changed'
  if (decided.credential !== claims.cnf.kid || now.thumbprint !== claims.cnf.thumbprint) return 'key_revoked'
  if (decided.environment !== claims.environment) return 'environment_mismatch'
  if (asked.tool !== detail.identifier || decided.tool !== detail.identifier) return 'tool_mismatch'
  const operation = detail.actions[0]
  if (decided.operation !== operation || (asked.operation ?? operation) !== operation) return 'operation_mismatch'
  const audience = audienceOf(detail.identifier, now.source)
  if (claims.aud !== audience || detail.locations[0] !== audience || (asked.audience ?? audience) !== audience)
    return 'audience_mismatch'
  if (now.digest !== detail.digest || decided.digest !== detail.digest) return 'params_mismatch'
  if (now.stopped) return 'contained'
  if (now.stale) return 'epoch_stale'
  if (now.unknown && !again) return 'outcome_unknown'
  if (claims.policy.version !== now.policy.version || claims.policy.digest !== now.policy.digest)
    return 'policy_changed'
  if (again) return null
  if (decided.reported) return 'already_used'
  if (seconds >= claims.exp || seconds < claims.nbf || seconds < claims.iat) return 'expired'
  const last = Math.floor(decided.execute_by.getTime() / 1_000)
  return claims.execute_by !== last || seconds >= last ? 'too_late' : null
}

/** What no permit of ours says, whoever signed it with our key: another's id, a longer life, times that do not fit. */
function isWhole(claims: PermitClaims): boolean {
  const { iat, nbf, exp } = claims
  return claims.jti === permitIdOf(claims.action) && nbf === iat && exp > iat && exp - iat <= permitSeconds
}
