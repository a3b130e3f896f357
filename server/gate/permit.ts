import { hash } from 'node:crypto'
import type { ActionRecord } from '@/lib/action/answer'
import { agentIn, type Registry, reachOf } from '@/lib/gate/registry'
import { claimsOf, type PermitClaims } from '@/lib/permit/permit'
import { stopped } from '@/lib/permit/stopped'
import { regressionOf } from '@/server/db/checkpoint'
import type { Instance } from '@/server/instance'
import { openKeyring } from '@/server/permit/keys'
import { isMarked } from './decision-mark'

/** By credential, for as long as a registry is in use: made when first asked for. */
const thumbprints = new WeakMap<Registry, Map<string, () => string>>()

/** What a permit says of an agent's key: made of the hash that is stored, and not that hash. Undefined: not live. */
export function thumbprintOf(registry: Registry, credentialId: string): string | undefined {
  let known = thumbprints.get(registry)
  if (!known) {
    known = new Map([...registry.credentialsByHash].map(([stored, { id }]) => [id, thumbprint(stored)]))
    thumbprints.set(registry, known)
  }
  return known.get(credentialId)?.()
}

function thumbprint(stored: string): () => string {
  let made: string | undefined
  return () => {
    made ??= hash('sha256', `holdpoint key thumbprint ${stored}`, 'base64url')
    return made
  }
}

/** An action as its row or its decision has just made it. `instance` is what its agent said that it is. */
export type Permitted = Pick<
  ActionRecord,
  | 'id'
  | 'agent_id'
  | 'credential_id'
  | 'digest'
  | 'tool'
  | 'operation'
  | 'environment'
  | 'session'
  | 'status'
  | 'decision'
  | 'decided_at'
  | 'execute_by'
  | 'outcome'
> & { readonly instance?: string | null }

/** The permit of an action as its row has it. Null as well where the gate's mark is missing from its decision (T13). */
export function permitOf(app: Instance, registry: Registry, action: Permitted, at: Date): string | null {
  return action.decision && isMarked(app.vault, action.id, action.decision)
    ? permitFor(app, registry, action, at)
    : null
}

/**
 * What the permit of an action says that this process has just allowed; the same id whenever it is minted. Null for everything
 * else, once its second clock has run out, once it was reported how it ended, while a switch reaches it or has since it was
 * decided, when its key or its agent has gone, and while the log has gone back. `registry` and `at` must be of this request:
 * nothing cached (INV-27).
 */
export function permittedAs(app: Instance, registry: Registry, action: Permitted, at: Date): PermitClaims | null {
  const { decision, decided_at, execute_by } = action
  if (decision?.verdict !== 'allow' || (action.status !== 'allowed' && action.status !== 'approved')) return null
  const digest = decision.executable_digest
  if (!decided_at || !execute_by || execute_by <= at || !digest || action.outcome !== null) return null
  const known = agentIn(registry, action.agent_id)
  const credential = registry.credentials.get(action.credential_id)
  const thumbprint = thumbprintOf(registry, action.credential_id)
  if (!known || known.agent.status === 'retired' || !credential || !thumbprint || regressionOf(app) !== null)
    return null
  if (credential.expires_at && credential.expires_at <= at) return null
  const reach = reachOf(known, { ...action, instance: action.instance ?? null })
  if (
    registry.containments.length > 0 &&
    stopped(registry.containments, reach, {
      operation: action.operation,
      decided_at,
      by_people: decision.by === 'human',
    })
  )
    return null
  return claimsOf({
    issuer: openKeyring(app).issuer,
    source: registry.tools.get(action.tool)?.source,
    action,
    digest,
    execute_by,
    team: known.team,
    thumbprint,
    policy: registry.policy,
    containment_epoch: registry.epoch,
    instance_epoch: registry.organisation.instance_epoch,
    at,
  })
}

/** The permit itself, signed. Null where there is none to be had: see `permittedAs`. */
export function permitFor(app: Instance, registry: Registry, action: Permitted, at: Date): string | null {
  const claims = permittedAs(app, registry, action, at)
  return claims && openKeyring(app).sign(claims)
}
