import { hash } from 'node:crypto'
import type { Reachable } from '@/lib/containment/containment'
import { agentIn, type Registry, reachOf } from '@/lib/gate/registry'
import { yesNeeded } from '@/lib/hold/kept-requirement'
import { actionDigest } from '@/lib/kernel/digest'
import type { Principal } from '@/lib/kernel/principal'
import { Refused } from '@/lib/kernel/problem'
import type { PermitRefusal, Verification, VerifyAnswer } from '@/lib/permit/contract'
import { isInLog, isUsedInLog } from '@/lib/permit/decided-in-log'
import { type Executed, mayExecute } from '@/lib/permit/executor'
import { type Present, refusalOf } from '@/lib/permit/judge'
import type { PermitClaims } from '@/lib/permit/permit'
import { isStale, type Standing, stopped } from '@/lib/permit/stopped'
import { hostedRecorder } from '@/lib/session/recorder'
import { readActions } from '@/server/action/store'
import type { KnownAgent } from '@/server/agent/authenticate'
import { regressionOf } from '@/server/db/checkpoint'
import { type Content, readContent } from '@/server/db/content-store'
import { guardShared } from '@/server/db/guard'
import { newId } from '@/server/db/id'
import { record } from '@/server/db/record'
import { Last, type Tx, transact } from '@/server/db/tx'
import type { Vault } from '@/server/db/vault'
import type { Instance } from '@/server/instance'
import { openKeyring } from '@/server/permit/keys'
import { isInForce, readSigned, type SignedPermit } from '@/server/permit/read-permit'
import { insertUse, type PermittedRow, readUseFacts, type UseFacts, wasTaken } from '@/server/permit/store'
import { usedEvent } from '@/server/permit/used'
import { again, finality } from './again'
import { isMarked } from './decision-mark'
import { thumbprintOf } from './permit'
import { paramsOf } from './read'
import type { Registries } from './registry'

const nobodys: VerifyAnswer = {
  valid: false,
  reason: 'invalid',
  action_id: null,
  permit_id: null,
  agent_id: null,
  expires_at: null,
  receipt: null,
}

/** Who brings a permit. */
export interface Consumer {
  readonly id: string
  /** The key that it shows; null: Holdpoint itself, which shows none. */
  readonly credential_id: string | null
  readonly by: Principal
  /** May it use the permit of this, as the registry stands? */
  may(executed: Executed, registry: Registry, at: Date): boolean
  /** What of its executing this tool switches can reach: those on the agent whose permit it is reach it besides. */
  reach(tool: string, registry: Registry): Reachable | null
}

/** An identity, by its key. */
export function identityConsumer({ agent, credential }: Pick<KnownAgent, 'agent' | 'credential'>): Consumer {
  return {
    id: agent.id,
    credential_id: credential.id,
    by: { kind: 'agent', id: agent.id, credential_id: credential.id },
    may(executed, registry, at) {
      const now = registry.agents.get(agent.id)
      const scopes = registry.scopes.get(agent.id) ?? []
      const isKnown = now && now.status !== 'retired' && registry.credentials.has(credential.id)
      return Boolean(isKnown && mayExecute({ agent: now, credential_id: credential.id, scopes }, executed, at))
    },
    reach(tool, registry) {
      const known = agentIn(registry, agent.id)
      const { environment } = agent
      return known && reachOf(known, { credential_id: credential.id, tool, environment, session: '', instance: null })
    },
  }
}

/**
 * Holdpoint as the gateway that it hosts, for what it passes on to its own servers: never for whoever comes by HTTP. It uses
 * the permit where its servers alone could run the tool, so that the tool counts as reached through it.
 */
export const hostedConsumer: Consumer = {
  id: hostedRecorder.agent_id,
  credential_id: null,
  by: { kind: 'system', id: 'gateway' },
  may: () => true,
  reach: () => null,
}

/**
 * Verifies a permit for the system that executes, and uses it where asked: at most once, ever, on whichever instance (INV-21).
 * One transaction under the guard: a switch that committed first wins, and everything else is read after it (INV-26). The
 * same consumer with the same key is told of the same receipt again; everyone else that it was used (T12).
 * @throws Refused service.unavailable while the log has gone back, idempotency.conflict
 */
export async function verifyPermit(
  app: Instance,
  registries: Registries,
  by: Consumer,
  asked: Verification,
  key: string | null,
): Promise<VerifyAnswer> {
  if (regressionOf(app) !== null)
    throw new Refused('service.unavailable', 'The audit log has gone back. An administrator must acknowledge it first.')
  const read = await readSigned(openKeyring(app), asked.permit)
  if (!read) return nobodys
  for (let tries = 1; ; tries++) {
    try {
      return await attempt(app, registries, by, read, asked, key)
    } catch (error) {
      // Somebody has been faster since the facts were read: their row is there now.
      if (!wasTaken(error) || tries >= mostTries) throw error
    }
  }
}

const mostTries = 3

/** One transaction of it. Its last statements go out with the commit: two ways to the database and back in all. */
function attempt(
  app: Instance,
  registries: Registries,
  by: Consumer,
  read: SignedPermit,
  asked: Verification,
  key: string | null,
): Promise<VerifyAnswer> {
  const { claims } = read
  return transact<VerifyAnswer>(app.db, async tx => {
    const [, facts, contents] = await Promise.all([
      guardShared(tx),
      readUseFacts(tx, claims.action, by.id, key),
      readContent(tx, app.vault, [claims.action]),
    ])
    if (!isInForce(read, facts.at)) return nobodys
    const registry = await registries.at(tx, facts.registry)
    const [detail] = claims.authorization_details
    const executed = {
      agent_id: claims.sub,
      credential_id: claims.cnf.kid,
      tool: detail.identifier,
      operation: detail.actions[0],
      environment: claims.environment,
    }
    // Whose business it is not learns nothing, not even that it is a permit (T07, T11).
    if (!by.may(executed, registry, facts.at)) return nobodys
    return use(tx, { vault: app.vault, by, claims, asked, key, facts, registry, content: contents.get(claims.action) })
  })
}

interface Use {
  readonly vault: Vault
  readonly by: Consumer
  readonly claims: PermitClaims
  readonly asked: Verification
  readonly key: string | null
  readonly facts: UseFacts
  readonly registry: Registry
  readonly content: Content | undefined
}

async function use(tx: Tx, given: Use): Promise<VerifyAnswer | Last<VerifyAnswer>> {
  const { by, claims, asked, key, facts } = given
  const mine = (one: { consumer_id: string; key: string | null } | null) =>
    one !== null && key !== null && one.consumer_id === by.id && one.key === key
  const repeated = asked.consume && mine(facts.use)
  const answer = (reason: PermitRefusal | null, receipt: VerifyAnswer['receipt'] = null): VerifyAnswer => ({
    valid: reason === null,
    reason,
    action_id: claims.action,
    permit_id: claims.jti,
    agent_id: claims.sub,
    expires_at: new Date(claims.exp * 1_000).toISOString(),
    receipt,
  })
  const refusal = refusalOf(claims, asked, await presentOf(tx, given), repeated)
  if (refusal) return answer(refusal)
  if (repeated && facts.use) return answer(null, receiptOf(facts.use))
  if (facts.use || isUsedInLog(facts.events, claims.jti)) return answer('already_used')
  if (!asked.consume) return answer(null)
  if (facts.keyed !== null) throw conflict()
  const made = {
    permit_id: claims.jti,
    action_id: claims.action,
    agent_id: claims.sub,
    tool: claims.authorization_details[0].identifier,
    consumer_id: by.id,
    credential_id: by.credential_id ?? claims.cnf.kid,
    key,
    receipt: newId('rcp'),
    at: facts.at,
  }
  const written = [insertUse(tx, made), record(tx, facts.at, [usedEvent(made, by.by)])]
  return new Last(Promise.all(written).then(() => answer(null, receiptOf(made))))
}

const receiptOf = (one: { receipt: string; at: Date }) => ({ id: one.receipt, consumed_at: one.at.toISOString() })
const conflict = () => new Refused('idempotency.conflict', 'This Idempotency-Key was used with another permit.')

const isStopped = (all: Registry['containments'], reached: readonly (Reachable | null)[], decided: Standing) =>
  reached.some(reach => reach !== null && stopped(all, reach, decided))

/** What there is now, beside what the permit says: all of it read after the guard. */
async function presentOf(tx: Tx, given: Use): Promise<Present> {
  const { claims, asked, facts, registry, content } = given
  const { action } = facts
  const known = agentIn(registry, claims.sub)
  const decided =
    action?.decision && isMarked(given.vault, action.id, action.decision) ? decidedAs(action, facts, content) : null
  const reach = action && known && reachOf(known, action)
  const digest = actionDigest({ tool: asked.tool, resource: asked.resource ?? null, params: asked.params }, text =>
    hash('sha256', text),
  )
  const credential = registry.credentials.get(claims.cnf.kid)
  const live = credential && (!credential.expires_at || credential.expires_at > facts.at)
  const still = decided && action ? await isStillAllowed(tx, action, given) : false
  return {
    digest,
    at: facts.at,
    instance_epoch: facts.instance_epoch,
    // A policy that would not allow it any more is another policy, whatever the permit was minted under.
    policy: still ? registry.policy : { version: -1, digest: 'none' },
    agent: known && { team: known.team, retired: known.agent.status === 'retired' },
    thumbprint: (live && thumbprintOf(registry, claims.cnf.kid)) || null,
    source: registry.tools.get(asked.tool)?.source,
    decided,
    stopped:
      reach && action.decided_at && action.decision
        ? isStopped(registry.containments, [reach, given.by.reach(action.tool, registry)], {
            operation: action.operation,
            decided_at: action.decided_at,
            by_people: action.decision.by === 'human',
          })
        : true,
    // An epoch that has not been yet is none of ours.
    stale:
      !reach ||
      claims.containment_epoch > registry.epoch ||
      isStale(registry.containments, reach, claims.containment_epoch),
    unknown: facts.unknown,
  }
}

/** The allow that is stored, if the log tells of it and those who had to approve have done so (T13). */
function decidedAs(action: PermittedRow, facts: UseFacts, content: Content | undefined): Present['decided'] {
  const { decision, execute_by } = action
  if (decision?.verdict !== 'allow' || !execute_by || !['allowed', 'approved'].includes(action.status)) return null
  const salted = action.digest === null || !content || content.erasedAt ? null : content.salted(action.digest)
  const logged = isInLog(facts.events, {
    action: action.id,
    agent: action.agent_id,
    credential: action.credential_id,
    tool: action.tool,
    salted,
    status: action.status,
    code: decision.code,
  })
  const needed = decision.by === 'human' ? Math.max(1, yesNeeded(facts.requirement)) : 0
  if (!logged || facts.approvals < needed) return null
  return {
    agent: action.agent_id,
    credential: action.credential_id,
    tool: action.tool,
    operation: action.operation,
    environment: action.environment,
    digest: decision.executable_digest,
    execute_by,
    reported: action.outcome !== null,
  }
}

/** Decided under another policy than today's: would today's allow it, with the approval that it has? (INV-08) */
async function isStillAllowed(
  tx: Tx,
  action: PermittedRow,
  { registry, facts, content }: Pick<Use, 'registry' | 'facts' | 'content'>,
): Promise<boolean> {
  if (!action.decision || action.decision.policy_version === registry.policy.version) return true
  const [row] = await readActions(tx, [action.id])
  const changed = content?.parts.get('params')
  const params = changed === undefined ? null : paramsOf(`{"params":${changed}}`)
  const rejudged = row && again(row, content?.parts.get('body'), params, registry, facts.at)
  if (!row || !rejudged) return false
  const now = finality(rejudged, row, registry, facts.at)
  return now.is === 'allowed' && (now.requirement === null || action.decision.by === 'human')
}
