import { z } from 'zod'
import { reasonBody } from '@/lib/agent/contract'
import * as answers from '@/lib/grant/answers'
import { grantBody, reviewBody } from '@/lib/grant/contract'
import { grantKinds } from '@/lib/grant/grant'
import { idSchema } from '@/lib/kernel/id-schema'
import { Refused } from '@/lib/kernel/problem'
import { findAgent } from '@/server/agent/agent-store'
import { seesAgent } from '@/server/agent/authority'
import { pageOf, pageQuery, readCursor } from '@/server/db/page'
import { reader } from '@/server/db/tx'
import { type AnyDoor, type Call, door } from '@/server/http/door'
import { mayPropose, proposeGrant, readLines } from './create'
import { review, revoke, visibleGrant } from './end'
import { coveredLately, ruleHealth, seenAgents, suggestedBy, suggestions } from './past'
import { type GrantRow, listGrants } from './store'
import { shown } from './views'

const params = z.strictObject({ id: idSchema('grt') })

async function one(call: Pick<Call<'signed_in'>, 'app' | 'by'>, row: GrantRow) {
  const [view] = await shown(reader(call.app.db.pool), call.by, [row])
  if (!view) throw new Refused('request.not_found')
  return { status: 200 as const, body: view, headers: { etag: view.etag } }
}

/** What people see and do about standing approvals. */
export const grantDoors: readonly AnyDoor[] = [
  door({
    method: 'GET',
    path: '/api/console/grants',
    summary: 'Standing approvals, newest first',
    who: 'grant.read',
    query: z.strictObject({
      ...pageQuery,
      show: z.enum(['all', 'live', 'waiting', 'review']).default('all'),
      kind: z.enum(grantKinds).optional(),
      agent: idSchema('agt').optional(),
    }),
    answer: answers.grants,
    async handle(call, { query }) {
      const db = reader(call.app.db.pool)
      // A broken glass is loud: everybody who is signed in hears of it.
      const seen = query.kind === 'break_glass' && query.show === 'live' ? null : await seenAgents(db, call.by)
      const agents = query.agent === undefined ? seen : seen === null || seen.includes(query.agent) ? [query.agent] : []
      const before = readCursor(query.cursor, 1)?.[0] ?? null
      const rows = await listGrants(db, { agents, which: query.show, kind: query.kind, before, limit: query.limit + 1 })
      const page = pageOf(rows, query.limit, row => [row.id])
      return { status: 200, body: { items: await shown(db, call.by, page.items), next_cursor: page.next_cursor } }
    },
  }),
  door({
    method: 'POST',
    path: '/api/console/grants',
    summary: 'Propose a standing approval: it counts once others agree',
    who: 'signed_in',
    body: grantBody,
    answer: answers.proposedGrant,
    refuses: ['request.not_found', 'request.forbidden', 'agent.retired', 'change.open'],
    handle: async ({ app, by }, { body }) => ({ status: 202, body: await proposeGrant(app, by, body) }),
  }),
  door({
    method: 'POST',
    path: '/api/console/grants/preview',
    summary: 'What these lines would have covered in the last 14 days',
    who: 'signed_in',
    body: grantBody,
    answer: answers.coverage,
    refuses: ['request.not_found', 'request.forbidden'],
    async handle({ app, by }, { body }) {
      const db = reader(app.db.pool)
      const agent = await findAgent(db, body.agent_id, false)
      if (!agent || !seesAgent(by, agent)) throw new Refused('request.not_found')
      if (!mayPropose(by, agent)) throw new Refused('request.forbidden')
      return { status: 200, body: await coveredLately(app, agent.id, await readLines(db, agent, body.lines), 14) }
    },
  }),
  door({
    method: 'GET',
    path: '/api/console/grants/suggestions',
    summary: 'What could be approved in advance, from approvals that are alike, or (like) from actions like this one',
    who: 'grant.propose',
    query: z.strictObject({ agent: idSchema('agt').optional(), like: idSchema('act').optional() }),
    answer: answers.suggestions,
    refuses: ['request.not_found'],
    handle: async ({ app, by }, { query }) => ({
      status: 200,
      body: query.like ? await suggestedBy(app, by, query.like) : await suggestions(app, by, query.agent),
    }),
  }),
  door({
    method: 'GET',
    path: '/api/console/policy/health',
    summary: 'How the holds of each rule went within 30 days',
    who: 'policy.read',
    answer: answers.ruleHealth,
    handle: async ({ app }) => ({ status: 200, body: await ruleHealth(reader(app.db.pool)) }),
  }),
  door({
    method: 'GET',
    path: '/api/console/grants/{id}',
    summary: 'One standing approval with its uses',
    who: 'signed_in',
    params,
    answer: answers.grant,
    async handle(call, { params: { id } }) {
      return one(call, (await visibleGrant(reader(call.app.db.pool), call.by, id)).grant)
    },
  }),
  door({
    method: 'GET',
    path: '/api/console/grants/{id}/coverage',
    summary: 'What its lines would have covered in the last 14 days',
    who: 'signed_in',
    params,
    answer: answers.coverage,
    async handle({ app, by }, { params: { id } }) {
      const { grant, agent } = await visibleGrant(reader(app.db.pool), by, id)
      // Of a broken glass everybody hears; what its agent asked before is its own people's to know.
      if (!seesAgent(by, agent)) throw new Refused('request.not_found')
      return { status: 200, body: await coveredLately(app, grant.agent_id, grant.lines, 14) }
    },
  }),
  door({
    method: 'POST',
    path: '/api/console/grants/{id}/revoke',
    summary: 'Revoke: nothing more goes on under it after this answer',
    who: 'signed_in',
    params,
    body: reasonBody,
    answer: answers.grant,
    refuses: ['request.forbidden', 'grant.over'],
    handle: async (call, { params: { id }, body }) => one(call, await revoke(call.app, call.by, id, body.reason)),
  }),
  door({
    method: 'POST',
    path: '/api/console/grants/{id}/review',
    summary: 'Look back at a broken glass',
    who: 'grant.review',
    params,
    body: reviewBody,
    answer: answers.grant,
    refuses: ['request.forbidden', 'grant.open', 'grant.over'],
    handle: async (call, { params: { id }, body }) => one(call, await review(call.app, call.by, id, body)),
  }),
]
