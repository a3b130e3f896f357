import { z } from 'zod'
import { actionStatuses } from '@/lib/action/contract'
import * as answers from '@/lib/gate/answers'
import { agentIn } from '@/lib/gate/registry'
import { isId } from '@/lib/kernel/id'
import { Refused } from '@/lib/kernel/problem'
import { withoutSecrets } from '@/lib/tool/parameters'
import { renderSentence } from '@/lib/tool/sentence'
import { eraseAction } from '@/server/action/erase'
import { type KeptObligation, obligationsOfPage } from '@/server/action/kept'
import { type ActionRow, listActions, listSessions, readActions } from '@/server/action/store'
import { clock } from '@/server/db/guard'
import { readCursor, withCursor } from '@/server/db/page'
import { reader } from '@/server/db/tx'
import { type Call, door } from '@/server/http/door'
import { visibleAgents } from '@/server/http/visible-agents'
import { storedFacts } from './facts-store'
import { type ReadAction, readAll, readPage } from './read'
import { reconcile, reconcileBlock } from './reconcile'

function shown(
  call: Pick<Call<'signed_in'>, 'app'>,
  { row, answer }: ReadAction,
  kept: ReadonlyMap<string, readonly KeptObligation[]>,
) {
  const registry = call.app.gate.registries.latest()
  const known = registry && agentIn(registry, row.agent_id)
  const classified = registry?.tools.get(row.tool)?.classified ?? null
  return {
    ...answer,
    params: answer.params && withoutSecrets(answer.params, classified?.parameters),
    created_at: row.created_at.toISOString(),
    etag: `"${row.status}"`,
    at: row.created_at.toISOString(),
    agent: { id: row.agent_id, name: known?.agent.name ?? row.agent_id },
    tool: row.tool,
    operation: row.operation,
    session: row.session,
    hold_id: row.hold_id,
    title: renderSentence(
      { name: row.tool, classified },
      row.operation,
      row.resource_type ? { type: row.resource_type } : null,
      answer.params ?? {},
    ),
    narrowed: storedFacts(row).narrowed ?? [],
    kept: kept.get(row.id) ?? [],
  }
}

async function page(call: Call<'signed_in'>, rows: readonly ActionRow[], limit: number) {
  const { items, next_cursor } = await readPage(call.app, call.app.gate.registries, rows, limit)
  const kept = await obligationsOfPage(
    call.app,
    items.map(one => one.row),
  )
  return {
    items: items.map(one => shown(call, one, kept)),
    next_cursor,
  }
}

/** What agents did, as people may see it. */
export const actionDoors = [
  door({
    method: 'GET',
    path: '/api/console/actions',
    summary: 'Actions of the agents that I may see, newest first',
    who: 'signed_in',
    query: z.strictObject({
      agent: z.string().max(64).optional(),
      session: z.string().max(200).optional(),
      status: z.enum(actionStatuses).optional(),
      tool: z.string().max(200).optional(),
      limit: z.coerce.number().int().min(1).max(200).default(50),
      cursor: z.string().max(64).optional(),
    }),
    answer: answers.actions,
    async handle(call, { query }) {
      const visible = await visibleAgents(call)
      const asked =
        query.agent === undefined ? visible && [...visible] : !visible || visible.has(query.agent) ? [query.agent] : []
      const rows = await listActions(reader(call.app.db.pool), {
        ...query,
        agents: asked,
        before: query.cursor,
        limit: query.limit + 1,
      })
      return { status: 200, body: await page(call, rows, query.limit) }
    },
  }),
  door({
    method: 'GET',
    path: '/api/console/actions/{id}',
    summary: 'One action with its decision',
    who: 'signed_in',
    params: z.strictObject({ id: z.string() }),
    answer: answers.action,
    async handle(call, { params }) {
      const [row] = isId('act', params.id) ? await readActions(reader(call.app.db.pool), [params.id]) : []
      const visible = await visibleAgents(call)
      if (!row || (visible && !visible.has(row.agent_id))) throw new Refused('request.not_found')
      const [read] = await readAll(call.app, call.app.gate.registries, [row])
      if (!read) throw new Refused('request.not_found')
      return { status: 200, body: shown(call, read, await obligationsOfPage(call.app, [row])) }
    },
  }),
  door({
    method: 'POST',
    path: '/api/console/actions/{id}/reconcile',
    summary: 'Say how an action with unknown outcome really ended',
    who: 'hold.review',
    params: z.strictObject({ id: z.string() }),
    body: z.strictObject({ status: z.enum(['succeeded', 'failed']), summary: z.string().max(4_000).optional() }),
    answer: null,
    refuses: ['action.nothing_to_reconcile', 'action.outcome_conflict'],
    async handle(call, { params, body }) {
      const visible = await visibleAgents(call)
      const registry = await call.app.gate.registries.refresh()
      const at = await clock(reader(call.app.db.pool))
      await reconcile(call.app, call.by, params.id, body, {
        visible,
        block: action => reconcileBlock(registry, call.by, action, at),
      })
      return { status: 204 }
    },
  }),
  door({
    method: 'POST',
    path: '/api/console/actions/{id}/erase',
    summary: 'Destroy the content of a decided action; its record stays',
    who: 'content.erase',
    params: z.strictObject({ id: z.string() }),
    answer: null,
    refuses: ['action.waiting'],
    async handle(call, { params }) {
      await eraseAction(call.app, call.by, params.id)
      return { status: 204 }
    },
  }),
  door({
    method: 'GET',
    path: '/api/console/sessions',
    summary: 'Runs of agents, latest first',
    who: 'signed_in',
    query: z.strictObject({
      agent: z.string().max(64).optional(),
      limit: z.coerce.number().int().min(1).max(200).default(50),
      cursor: z.string().max(500).optional(),
    }),
    answer: answers.sessions,
    async handle(call, { query }) {
      const visible = await visibleAgents(call)
      const agents =
        query.agent === undefined ? visible && [...visible] : !visible || visible.has(query.agent) ? [query.agent] : []
      const after = readCursor(query.cursor, 3)
      const rows = await withCursor(query.cursor, () =>
        listSessions(reader(call.app.db.pool), agents, after, query.limit + 1),
      )
      const known = call.app.gate.registries.latest()?.agents
      const items = rows.slice(0, query.limit).map(row => ({
        id: `${row.agent_id}/${row.session}`,
        agent: { id: row.agent_id, name: known?.get(row.agent_id)?.name ?? row.agent_id },
        agent_id: row.agent_id,
        session: row.session,
        created_at: row.first_at.toISOString(),
        last_at: row.last_at.toISOString(),
        etag: `"${row.last_at.getTime()}"`,
      }))
      const last = rows.length > query.limit ? rows[query.limit - 1] : undefined
      return {
        status: 200,
        body: {
          items,
          next_cursor: last
            ? Buffer.from(JSON.stringify([last.last_at.toISOString(), last.agent_id, last.session])).toString(
                'base64url',
              )
            : null,
        },
      }
    },
  }),
]
