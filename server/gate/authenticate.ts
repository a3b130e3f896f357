import { Refused } from '@/lib/kernel/problem'
import type { KnownAgent } from '@/server/agent/authenticate'
import { hashKey, parseKey } from '@/server/agent/key'
import type { Registries } from './registry'
import type { SentHeaders } from './request-headers'

/** Asked for twice in one request: before its body is read, and by the door. */
const presented = new WeakMap<SentHeaders, string>()

/** The key that an agent presents, as the hash that is stored of it; form and checksum only. @throws Refused credential.* */
export function presentedHash(headers: SentHeaders): string {
  const known = presented.get(headers)
  if (known !== undefined) return known
  const header = headers.get('authorization')
  if (!header) throw new Refused('credential.missing')
  const key = /^Bearer ([!-~]+)$/i.exec(header.trim())?.[1]
  if (!key || !parseKey(key)) throw new Refused('credential.invalid')
  const hash = hashKey(key).toString('hex')
  presented.set(headers, hash)
  return hash
}

/**
 * Refuses a key that nobody has before its body is read: only the batch judges it for good, under the guard.
 * @throws Refused credential.missing, credential.invalid
 */
export async function demandKnownKey(registries: Registries, headers: SentHeaders): Promise<void> {
  const known = registries.latest()?.credentialsByHash
  if (!known?.has(presentedHash(headers))) await authenticate(registries, headers)
}

/**
 * Finds the agent behind a key in the registry as it is now: the version is read after the request came, so that a key
 * revoked a moment ago on another instance is refused (K12, I02). A thousand agents that ask together cost one query.
 * @throws Refused credential.missing, credential.invalid
 */
export async function authenticate(registries: Registries, headers: SentHeaders): Promise<KnownAgent> {
  const key_hash = presentedHash(headers)
  const { at, registry } = await registries.now()
  const credential = registry.credentialsByHash.get(key_hash)
  const agent = credential && registry.agents.get(credential.agent_id)
  const application = agent && registry.applications.get(agent.application_id)
  if (
    !credential ||
    !agent ||
    !application ||
    agent.status === 'retired' ||
    (credential.expires_at && credential.expires_at <= at)
  ) {
    throw new Refused('credential.invalid')
  }
  return { agent, application, credential, key_hash }
}
