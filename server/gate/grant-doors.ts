import { hash } from 'node:crypto'
import { z } from 'zod'
import { demandUncontained } from '@/lib/gate/contained'
import * as answers from '@/lib/grant/answers'
import { envelopeContract } from '@/lib/grant/contract'
import { canonical } from '@/lib/kernel/canonical'
import { Refused } from '@/lib/kernel/problem'
import { pageOf, pageQuery, readCursor } from '@/server/db/page'
import { reader } from '@/server/db/tx'
import { askForEnvelope } from '@/server/grant/create'
import { giveBack } from '@/server/grant/end'
import { type GrantRow, listGrants } from '@/server/grant/store'
import { judged, ownView } from '@/server/grant/views'
import { type AnyDoor, type Call, door } from '@/server/http/door'
import { awaitGrant } from './await-grant'
import { idempotencyKey, preferredWait } from './request-headers'

const free = z.strictObject({ id: z.string() })

const agentOf = ({ by }: Call<'agent'>) =>
  ({ kind: 'agent', id: by.agent.id, credential_id: by.credential.id }) as const

const waiting = ({ by, signal }: Call<'agent'>) => ({ agent: by.agent.id, credential: by.credential.id, signal })

async function own({ app }: Call<'agent'>, row: GrantRow) {
  const [one] = await judged(reader(app.db.pool), [row])
  if (!one) throw new Refused('request.not_found')
  return ownView(one, app.config.url)
}

/** The agents' doors: ask for what one task needs, read it, give it back. */
export const envelopeDoors: readonly AnyDoor[] = [
  door({
    method: 'POST',
    path: '/api/v1/grants',
    summary: 'Ask people once for what one task needs',
    who: 'agent',
    body: envelopeContract,
    answer: answers.ownGrant,
    refuses: [
      'idempotency.required',
      'idempotency.invalid',
      'idempotency.conflict',
      'limit.open_holds',
      'request.forbidden',
      'change.open',
      'agent.contained',
    ],
    async handle(call, { body }) {
      const key = idempotencyKey(call.headers)
      if (key === null) throw new Refused('idempotency.required')
      const seconds = preferredWait(call.headers)
      demandUncontained((await call.app.gate.registries.now()).registry, call.by)
      const digest = hash('sha256', canonical(body), 'buffer')
      const id = await askForEnvelope(call.app, agentOf(call), body, { key, digest })
      const row = await awaitGrant(call.app, { ...waiting(call), id, seconds })
      const view = await own(call, row)
      return view.status === 'waiting'
        ? { status: 202, body: view, headers: { location: `/api/v1/grants/${id}`, 'retry-after': '1' } }
        : { status: 200, body: view }
    },
  }),
  door({
    method: 'GET',
    path: '/api/v1/grants',
    summary: 'The agent’s own standing approvals, newest first',
    who: 'agent',
    query: z.strictObject(pageQuery),
    answer: answers.ownGrants,
    async handle(call, { query }) {
      const db = reader(call.app.db.pool)
      const before = readCursor(query.cursor, 1)?.[0] ?? null
      const rows = await listGrants(db, { agents: [call.by.agent.id], which: 'all', before, limit: query.limit + 1 })
      const page = pageOf(rows, query.limit, row => [row.id])
      const items = (await judged(db, page.items)).map(one => ownView(one, call.app.config.url))
      return { status: 200, body: { items, next_cursor: page.next_cursor } }
    },
  }),
  door({
    method: 'GET',
    path: '/api/v1/grants/{id}',
    summary: 'Read one of its own; blocks while it waits',
    who: 'agent',
    unmetered: true,
    params: free,
    answer: answers.ownGrant,
    async handle(call, { params: { id } }) {
      const seconds = preferredWait(call.headers)
      const row = await awaitGrant(call.app, { ...waiting(call), id, seconds })
      return { status: 200, body: await own(call, row) }
    },
  }),
  door({
    method: 'POST',
    path: '/api/v1/grants/{id}/end',
    summary: 'Give one back before its time is up',
    who: 'agent',
    params: free,
    body: z.strictObject({ reason: z.string().max(500).optional() }),
    answer: answers.ownGrant,
    refuses: ['grant.over'],
    async handle(call, { params: { id }, body }) {
      const row = await giveBack(call.app, agentOf(call), id, body.reason ?? 'Given back by the agent.')
      return { status: 200, body: await own(call, row) }
    },
  }),
]
