import { demandUncontained } from '@/lib/gate/contained'
import { Refused } from '@/lib/kernel/problem'
import * as answers from '@/lib/tool/answers'
import { reportBody } from '@/lib/tool/contract'
import { mayReport } from '@/lib/tool/reporter'
import { type AnyDoor, door } from '@/server/http/door'
import { reportTools } from '@/server/tool/report'

/** What reading its registry anew takes of an instance, of which there may be several, in milliseconds. */
const msOfChange = 40

/** The gateways' door to the catalogue: how the tools behind them are described. */
export const catalogueDoors: readonly AnyDoor[] = [
  door({
    method: 'POST',
    path: '/api/v1/tools',
    summary:
      'Report how tools are described; for gateways. What was classified and has changed waits to be classified again',
    who: 'agent',
    body: reportBody,
    answer: answers.reported,
    refuses: ['request.forbidden', 'agent.contained'],
    async handle(call, { body }) {
      const { at, registry } = await call.app.gate.registries.now()
      const { agent, credential } = call.by
      if (!mayReport(registry.scopes.get(agent.id) ?? [], body.source, at)) throw new Refused('request.forbidden')
      demandUncontained(registry, call.by)
      const by = { kind: 'agent', id: agent.id, credential_id: credential.id } as const
      const { items, moved } = await reportTools(call.app, by, body.source, body.tools)
      // Every gate reads its registry anew for what has changed.
      if (moved) call.app.gate.owe(call.by.key_hash, msOfChange)
      return { status: 200, body: { items: [...items] } }
    },
  }),
]
