import { timingSafeEqual } from 'node:crypto'
import { agentIn, type Registry } from '@/lib/gate/registry'
import { eventBody } from '@/lib/kernel/event'
import { stopped } from '@/lib/permit/stopped'
import { hashKey, parseKey } from '@/server/agent/key'
import { newId } from '@/server/db/id'
import type { Instance } from '@/server/instance'
import type { NewUse } from '@/server/permit/at-once-store'
import { usedEvent } from '@/server/permit/used'
import type { Named } from './candidates'
import type { Composed } from './compose'
import { type Consumer, hostedConsumer, identityConsumer } from './consume'
import { permittedAs } from './permit'
import { prefers, type SentHeaders } from './request-headers'

/** Whoever submits is about to execute: what the gate allows by itself it is to use up in the same transaction. */
export interface AtOnce {
  /** The hash of the executing system's key; null: the key that submits. */
  readonly executor: string | null
  /** It is Holdpoint itself that executes, as the gateway that it hosts. */
  readonly hosted?: true
}

const executorHeader = 'holdpoint-executor'

/**
 * `Prefer: consume` (RFC 7240), and whose use it is: `Holdpoint-Executor` carries the key of a system that executes for the agent.
 * A key that cannot be one is nobody's: nothing is used then, and whoever asked sees that it was not.
 * @param hostedKey by which this process knows the gateway that it hosts
 */
export function preferredUse(headers: SentHeaders, hostedKey: string): AtOnce | null {
  if (!prefers(headers, 'consume')) return null
  const presented = headers.get(executorHeader)
  if (presented === null) return { executor: null }
  if (isSame(presented, hostedKey)) return { executor: null, hosted: true }
  return parseKey(presented) ? { executor: hashKey(presented).toString('hex') } : null
}

function isSame(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)]
  return a.length === b.length && timingSafeEqual(a, b)
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
  const by = consume.hosted ? hostedConsumer : executorOf(consume, named, record, registry, at)
  if (!by) return null
  const use = {
    permit_id: claims.jti,
    action_id: record.id,
    agent_id: record.agent_id,
    tool: record.tool,
    consumer_id: by.id,
    credential_id: by.credential_id ?? claims.cnf.kid,
    key,
    receipt: newId('rcp'),
    at,
  }
  const event = usedEvent(use, by.by)
  return { ...use, event_subjects: event.subjects.join(','), event_body: eventBody(newId('evt'), event, at) }
}

/** Whose key came with it, where that may execute this now. */
function executorOf(
  { executor }: AtOnce,
  named: Named,
  record: Composed['record'],
  registry: Registry,
  at: Date,
): Consumer | null {
  const credential = executor === null ? named.credential : registry.credentialsByHash.get(executor)
  const known = credential && agentIn(registry, credential.agent_id)
  if (!known || (credential.expires_at && credential.expires_at <= at)) return null
  const by = identityConsumer({ agent: known.agent, credential })
  const reach = by.reach(record.tool, registry)
  const decided = { operation: record.operation, decided_at: at, by_people: false }
  return by.may(record, registry, at) && reach && !stopped(registry.containments, reach, decided) ? by : null
}
