import { mayIn, teamsFor } from '@/lib/access/permission'
import { agentIn } from '@/lib/gate/registry'
import type { Call } from './door'

/** The agents whose actions this person may see: null is all of them. */
export async function visibleAgents(call: Pick<Call<'signed_in'>, 'app' | 'by'>): Promise<Set<string> | null> {
  const teams = teamsFor(call.by, 'hold.read')
  if (teams === 'all') return null
  const registry = await call.app.gate.registries.refresh()
  const mine = [...registry.agents.keys()].filter(id => {
    const known = agentIn(registry, id)
    return (
      known && (mayIn(call.by, 'hold.read', known.team) || known.owner === call.by.id || known.backup === call.by.id)
    )
  })
  return new Set(mine)
}
