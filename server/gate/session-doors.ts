import { z } from 'zod'
import { Refused } from '@/lib/kernel/problem'
import { recordContract, recordedAnswer } from '@/lib/session/contract'
import { type AnyDoor, door } from '@/server/http/door'
import { eraseSession } from '@/server/session/erase'
import { demandMayRecord } from '@/server/session/may-record'
import { keepSources } from '@/server/session/record-sources'

/** What an agent has before it: told by whoever stands between it and the world, and erased when it must not be kept. */
export const sessionDoors: readonly AnyDoor[] = [
  door({
    method: 'POST',
    path: '/api/v1/sources',
    summary: 'Record what an agent has before it; for recorders',
    who: 'agent',
    body: recordContract,
    answer: recordedAnswer,
    refuses: ['request.forbidden', 'request.not_found', 'agent.contained'],
    async handle(call, { body }) {
      const { at, registry } = await call.app.gate.registries.now()
      const { agent, credential } = call.by
      demandMayRecord(
        registry,
        call.by,
        body.agent,
        body.sources.map(one => one.kind),
        at,
      )
      const by = { kind: 'agent', id: agent.id, credential_id: credential.id } as const
      const kept = await keepSources(call.app, by, body)
      return { status: 201, body: { ids: kept.ids, recorded_at: kept.at.toISOString() } }
    },
  }),
  door({
    method: 'POST',
    path: '/api/console/agents/{id}/sessions/erase',
    summary: 'Destroy what was recorded of a session; that something was stays',
    who: 'content.erase',
    params: z.strictObject({ id: z.string() }),
    body: z.strictObject({ session: z.string().min(1).max(200) }),
    answer: null,
    async handle(call, { params, body }) {
      const { registry } = await call.app.gate.registries.now()
      if (!registry.agents.has(params.id)) throw new Refused('request.not_found')
      await eraseSession(call.app, call.by, params.id, body.session)
      return { status: 204 }
    },
  }),
]
