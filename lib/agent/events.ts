import { z } from 'zod'
import type { EventDraft } from '@/lib/kernel/event'
import type { Principal } from '@/lib/kernel/principal'
import { environments } from '@/lib/kernel/scale'
import { agentKinds, tiers } from './agent'
import { scopeTerms } from './scope-terms'

const when = z.string().nullable()
const limits = z.record(z.string(), z.number())
const scope = z.strictObject({
  scope_id: z.string(),
  ...scopeTerms,
  expires_at: when,
})
const registration = z.strictObject({
  agent_id: z.string(),
  name: z.string(),
  kind: z.enum(agentKinds),
  purpose: z.string(),
  application_id: z.string(),
  environment: z.enum(environments),
  tier: z.enum(tiers),
  owner_id: z.string().nullable(),
  backup_id: z.string().nullable(),
  limits,
})
const credential = z.strictObject({
  credential_id: z.string(),
  agent_id: z.string(),
  name: z.string(),
  expires_at: when,
})

/**
 * What may be recorded of agents, by type. Each carries the whole new state of what it is about, so that folding the log
 * gives the registry back (INV-36). No key and no hash of one is ever in here.
 */
export const agentEvents = {
  'agent.registered': registration,
  'agent.updated': registration,
  'agent.activated': z.strictObject({ agent_id: z.string() }),
  'agent.retired': z.strictObject({ agent_id: z.string(), reason: z.string() }),
  'credential.issued': credential,
  'credential.rotated': z.strictObject({
    credential_id: z.string(),
    agent_id: z.string(),
    expires_at: z.string(),
    replaced_by: z.string(),
  }),
  'credential.revoked': z.strictObject({ credential_id: z.string(), agent_id: z.string(), reason: z.string() }),
  'credential.exposed': z.strictObject({
    credential_id: z.string(),
    agent_id: z.string(),
    exposed_at: z.string(),
    where: z.string(),
  }),
  'scope.granted': scope,
  'scope.revoked': z.strictObject({ scope_id: z.string(), agent_id: z.string() }),
} as const

export type AgentEventType = keyof typeof agentEvents

/** Drafts one of these events; the type decides what its data must be. */
export function agentEvent<T extends AgentEventType>(
  type: T,
  by: Principal,
  subjects: readonly string[],
  data: z.output<(typeof agentEvents)[T]>,
): EventDraft {
  return { type, by, subjects, data }
}
