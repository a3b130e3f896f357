import { agentIn, type Registry } from '@/lib/gate/registry'
import { eventBody } from '@/lib/kernel/event'
import { mayExecute } from '@/lib/permit/executor'
import { hashKey, parseKey } from '@/server/agent/key'
import { newId } from '@/server/db/id'
import type { Instance } from '@/server/instance'
import type { NewUse } from '@/server/permit/at-once-store'
import { usedEvent } from '@/server/permit/used'
import type { Named } from './candidates'
import type { Composed } from './compose'
import { permittedAs } from './permit'
import type { SentHeaders } from './request-headers'

/** Whoever submits is about to execute: what the gate allows by itself it is to use up in the same transaction. */
export interface AtOnce {
  /** The hash of the executing system's key; null: the key that submits. */
  readonly executor: string | null
}

const executorHeader = 'holdpoint-executor'

/**
 * `Prefer: consume` (RFC 7240), and whose use it is: `Holdpoint-Executor` carries the key of a system that executes for the agent.
 * A key that cannot be one is nobody's: nothing is used then, and whoever asked sees that it was not.
 */
export function preferredUse(headers: SentHeaders): AtOnce | null {
  const wanted = (headers.get('prefer') ?? '').split(',').some(one => one.trim().toLowerCase() === 'consume')
  if (!wanted) return null
  const presented = headers.get(executorHeader)
  if (presented === null) return { executor: null }
  return parseKey(presented) ? { executor: hashKey(presented).toString('hex') } : null
}

/**
 * The use of what this batch has just allowed: the same that `verifyPermit` would make of its permit a moment later, by the same
 * rules, under the same guard and in the same commit as the decision (INV-21, INV-26). Null where it is not asked for, or not
 * for this key: then there is a permit, to be used as always.
 */
export function atOnceUse(
  app: Instance,
  named: Named,
  composed: Composed,
  registry: Registry,
  at: Date,
): NewUse | null {
  const { consume, key } = named.given
  const { record, action } = composed
  // Without a key of its own, a lost answer could not be asked for again. What has no permit has no use.
  if (!consume || key === null || record.status !== 'allowed') return null
  const claims = permittedAs(app, registry, { ...record, instance: action.instance }, at)
  if (!claims) return null
  const credential = consume.executor === null ? named.credential : registry.credentialsByHash.get(consume.executor)
  const agent = credential && agentIn(registry, credential.agent_id)?.agent
  if (!agent || agent.status === 'retired' || (credential.expires_at && credential.expires_at <= at)) return null
  const scopes = registry.scopes.get(agent.id) ?? []
  if (!mayExecute({ agent, credential_id: credential.id, scopes }, record, at)) return null
  const use = {
    permit_id: claims.jti,
    action_id: record.id,
    agent_id: record.agent_id,
    tool: record.tool,
    consumer_id: agent.id,
    credential_id: credential.id,
    key,
    receipt: newId('rcp'),
    at,
  }
  const event = usedEvent(use, { kind: 'agent', id: agent.id, credential_id: credential.id })
  return { ...use, event_subjects: event.subjects.join(','), event_body: eventBody(newId('evt'), event, at) }
}
