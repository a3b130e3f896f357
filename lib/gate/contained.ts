import { inForce } from '@/lib/containment/containment'
import { Refused } from '@/lib/kernel/problem'
import { agentIn, type Registry, reachOf } from './registry'

/** An identity, by the key that it shows. */
interface Shown {
  readonly agent: { readonly id: string }
  readonly credential: { readonly id: string }
}

/** Is this identity itself paused, quarantined or killed: by its key, its name, whoever answers for it, or all? */
function isContained(registry: Registry, { agent, credential }: Shown): boolean {
  const known = agentIn(registry, agent.id)
  if (!known) return false
  const itself = { credential_id: credential.id, tool: '', session: '', instance: null }
  const strictest = inForce(registry.containments, reachOf(known, { ...itself, environment: known.agent.environment }))
  return strictest !== null && strictest.level !== 'watched' && strictest.level !== 'guarded'
}

/** What is contained tells Holdpoint nothing that counts for others, and asks nobody for anything. @throws Refused agent.contained */
export function demandUncontained(registry: Registry, shown: Shown): void {
  if (isContained(registry, shown)) throw new Refused('agent.contained')
}
