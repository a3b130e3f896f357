import { z } from 'zod'
import { mayEverywhere } from '@/lib/access/permission'
import { idSchema } from '@/lib/kernel/id-schema'
import { Refused } from '@/lib/kernel/problem'
import * as answers from '@/lib/report/answers'
import { canaryOutcome } from '@/lib/report/canary'
import { canaryTemplate, canaryTemplates } from '@/lib/report/canary-templates'
import { pageOf, pageQuery, readCursor, withCursor } from '@/server/db/page'
import { reader } from '@/server/db/tx'
import { readHold } from '@/server/gate/hold-detail'
import { type AnyDoor, door } from '@/server/http/door'
import { injectCanary } from './canaries'
import { canaryOfHold, listCanaries } from './canary-store'

const injection = z.strictObject({
  template: z.string().max(40),
  tool: z.string().min(1).max(200),
  agent_name: z.string().trim().min(1).max(80),
  application_id: idSchema('app'),
})

/** Test requests: an administrator injects them; what they were is told once they have ended. */
export const canaryDoors: readonly AnyDoor[] = [
  door({
    method: 'GET',
    path: '/api/console/reports/canaries',
    summary: 'Test requests that were injected, newest first, and which there are',
    who: 'report.canary',
    query: z.strictObject(pageQuery),
    answer: answers.canaryList,
    async handle({ app, by }, { query }) {
      if (!mayEverywhere(by, 'report.canary')) throw new Refused('request.forbidden')
      const before = readCursor(query.cursor, 2)
      const rows = await withCursor(query.cursor, () => listCanaries(reader(app.db.pool), before, query.limit + 1))
      const page = pageOf(rows, query.limit, row => [row.injected_at.toISOString(), row.id])
      const items = page.items.map(row => ({
        id: row.id,
        hold_id: row.hold_id,
        agent: { id: row.agent_id, name: row.agent_name },
        tool: row.tool,
        wrong: canaryTemplate(row.template)?.wrong ?? row.template,
        injected_by: { id: row.injected_by, name: row.injected_by_name },
        injected_at: row.injected_at,
        outcome: canaryOutcome(row.status),
      }))
      const templates = canaryTemplates.map(({ id, wrong, operation }) => ({ id, wrong, operation }))
      return { status: 200, body: { items, next_cursor: page.next_cursor, templates } }
    },
  }),
  door({
    method: 'POST',
    path: '/api/console/reports/canaries',
    summary: 'Put a known-bad request to people; nothing of it is ever carried out',
    who: 'report.canary',
    body: injection,
    answer: answers.injected,
    refuses: ['request.forbidden', 'agent.confusable', 'limit.open_holds', 'credential.invalid'],
    handle: async ({ app, by }, { body }) => ({ status: 201, body: await injectCanary(app, by, body) }),
  }),
  door({
    method: 'GET',
    path: '/api/console/reports/canaries/of/{id}',
    summary: 'Whether an approval that has ended was a test request',
    who: 'signed_in',
    params: z.strictObject({ id: idSchema('hld') }),
    answer: answers.canaryLabel,
    async handle({ app, by }, { params }) {
      await readHold(app, by.id, params.id)
      const found = await canaryOfHold(reader(app.db.pool), params.id)
      const outcome = found && canaryOutcome(found.status)
      const canary = outcome && { outcome, wrong: canaryTemplate(found.template)?.wrong ?? found.template }
      return { status: 200, body: { canary } }
    },
  }),
]
