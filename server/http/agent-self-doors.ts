import * as answers from '@/lib/agent/answers'
import { windowFor } from '@/lib/agent/enforcement'
import { inForce } from '@/lib/containment/containment'
import { agentIn, reachOf } from '@/lib/gate/registry'
import { Refused } from '@/lib/kernel/problem'
import { type AnyDoor, door } from './door'

/** Who am I, for an agent: what it may do, whom it answers to and what holds it back. It stands here because it joins later concepts. */
export const agentSelfDoors: readonly AnyDoor[] = [
  door({
    method: 'GET',
    path: '/api/v1/agent',
    summary: 'Who this agent is: status, containment, scopes, owner',
    who: 'agent',
    answer: answers.self,
    handle: async ({ app, by }) => {
      const { registry, at } = await app.gate.registries.now()
      const known = agentIn(registry, by.agent.id)
      if (!known) throw new Refused('credential.invalid')
      const { agent, application } = known
      const reach = reachOf(known, {
        credential_id: by.credential.id,
        tool: '',
        environment: agent.environment,
        session: '',
        instance: null,
      })
      const held = inForce(registry.containments, reach)
      const window = windowFor(registry.observing, { agent_id: agent.id, team_id: known.team }, at)
      const owner = registry.people.find(one => one.id === known.owner)
      return {
        status: 200,
        body: {
          id: agent.id,
          name: agent.name,
          kind: agent.kind,
          status: agent.status,
          environment: agent.environment,
          tier: agent.tier,
          application: { id: application.id, name: application.name },
          owner: owner ? { id: owner.id, name: owner.name } : null,
          containment: held ? { level: held.level, since: held.from } : null,
          enforcement: { mode: window ? 'observe' : 'enforce', until: window?.until ?? null },
          // No release is pinned yet.
          release: null,
          scopes: (registry.scopes.get(agent.id) ?? []).map(({ agent_id: _, ...scope }) => scope),
          limits: agent.limits,
          credential: { id: by.credential.id, expires_at: by.credential.expires_at },
        },
      }
    },
  }),
]
