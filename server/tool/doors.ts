import { z } from 'zod'
import { proposed } from '@/lib/kernel/answers'
import { idSchema } from '@/lib/kernel/id-schema'
import * as answers from '@/lib/tool/answers'
import {
  classifiedBody,
  createToolBody,
  importBody,
  listedTools,
  resourcePatternBody,
  toolPatch,
} from '@/lib/tool/contract'
import { pageOf, pageQuery, readCursor } from '@/server/db/page'
import { reader } from '@/server/db/tx'
import { type Answer, type Call, door } from '@/server/http/door'
import { visibleAgents } from '@/server/http/visible-agents'
import { createTool, describeByHand, importTools } from './catalogue'
import { classifyTool } from './classify'
import { listPatterns } from './pattern-store'
import { createPattern, editPattern, removePattern } from './patterns'
import { pageTools, patternItem, readTool } from './views'

const one = z.strictObject({ id: idSchema('tol') })
const onePattern = z.strictObject({ id: idSchema('rpt') })

async function shown(call: Pick<Call<'signed_in'>, 'app' | 'by'>, id: `tol_${string}`): Promise<Answer<unknown>> {
  const tool = await readTool(reader(call.app.db.pool), await visibleAgents(call), id)
  return { status: 200, body: tool, headers: { etag: `"${tool.etag}"` } }
}

export const toolDoors = [
  door({
    method: 'POST',
    path: '/api/console/tools/import',
    summary: 'Take definitions in (MCP tools/list, function definitions): new ones are unclassified, with suggestions',
    who: 'registry.write',
    token: 'decide',
    body: importBody,
    answer: answers.imported,
    handle: async ({ app, by }, { body }) => ({
      status: 200,
      body: await importTools(app, by, body, listedTools(body)),
    }),
  }),
  door({
    method: 'GET',
    path: '/api/console/tools',
    summary: 'The catalogue of tools',
    who: 'registry.read',
    query: z.strictObject({
      q: z.string().trim().min(1).max(100).optional(),
      status: z.enum(['unclassified', 'classified']).optional(),
      source: z.string().min(1).max(200).optional(),
      ...pageQuery,
    }),
    answer: answers.tools,
    handle: async (call, { query }) => ({
      status: 200,
      body: await pageTools(reader(call.app.db.pool), await visibleAgents(call), query),
    }),
  }),
  door({
    method: 'POST',
    path: '/api/console/tools',
    summary: 'Add a tool by hand, and say what it is',
    who: 'registry.write',
    body: createToolBody,
    answer: answers.tool,
    handle: async (call, { body }) => {
      const id = await createTool(call.app, call.by, body)
      return { ...(await shown(call, id)), status: 201 }
    },
  }),
  door({
    method: 'GET',
    path: '/api/console/tools/{id}',
    summary: 'One tool: what it is, who reaches it, which calls wait for it',
    who: 'registry.read',
    params: one,
    answer: answers.tool,
    handle: (call, { params }) => shown(call, params.id),
  }),
  door({
    method: 'PATCH',
    path: '/api/console/tools/{id}',
    summary: 'Say what a tool is; saying something weaker later waits for a second person (202)',
    who: 'tool.classify',
    params: one,
    body: toolPatch,
    answer: z.union([answers.tool, proposed]),
    refuses: ['request.precondition_failed', 'change.open'],
    handle: async (call, { params, body }): Promise<Answer<unknown>> => {
      const { app, by, headers } = call
      const { classification, ...told } = body
      if (Object.keys(told).length > 0) await describeByHand(app, by, params.id, told, headers.get('if-match'))
      if (classification) {
        const change = await classifyTool(
          app,
          by,
          params.id,
          classification,
          Object.keys(told).length > 0 ? null : headers.get('if-match'),
        )
        if (change) return { status: 202, body: change }
      }
      return shown(call, params.id)
    },
  }),
  door({
    method: 'POST',
    path: '/api/console/tools/{id}/classify',
    summary: 'Say what a tool is: its waiting calls are then decided anew',
    who: 'tool.classify',
    params: one,
    body: classifiedBody,
    answer: z.union([z.object({ tool: answers.tool }), proposed]),
    refuses: ['request.precondition_failed', 'change.open'],
    handle: async (call, { params, body }): Promise<Answer<unknown>> => {
      const { app, by, headers } = call
      const change = await classifyTool(app, by, params.id, body, headers.get('if-match'))
      if (change) return { status: 202, body: change }
      return { status: 200, body: { tool: await readTool(reader(app.db.pool), await visibleAgents(call), params.id) } }
    },
  }),
  door({
    method: 'GET',
    path: '/api/console/resource-patterns',
    summary: 'What people have written down of resources',
    who: 'registry.read',
    query: z.strictObject(pageQuery),
    answer: answers.resourcePatterns,
    handle: async ({ app }, { query }) => {
      const after = readCursor(query.cursor, 1)
      const page = pageOf(
        await listPatterns(reader(app.db.pool), after?.[0] ?? null, query.limit + 1),
        query.limit,
        row => [row.id],
      )
      return { status: 200, body: { ...page, items: page.items.map(patternItem) } }
    },
  }),
  door({
    method: 'POST',
    path: '/api/console/resource-patterns',
    summary: 'Write down what resources are: it tightens what agents say of them',
    who: 'registry.write',
    body: resourcePatternBody,
    answer: answers.resourcePattern,
    handle: async ({ app, by }, { body }) => ({ status: 201, body: patternItem(await createPattern(app, by, body)) }),
  }),
  door({
    method: 'PATCH',
    path: '/api/console/resource-patterns/{id}',
    summary: 'Replace what a pattern says',
    who: 'registry.write',
    params: onePattern,
    body: resourcePatternBody,
    answer: answers.resourcePattern,
    refuses: ['request.precondition_failed'],
    handle: async ({ app, by, headers }, { params, body }) => ({
      status: 200,
      body: patternItem(await editPattern(app, by, params.id, body, headers.get('if-match'))),
    }),
  }),
  door({
    method: 'DELETE',
    path: '/api/console/resource-patterns/{id}',
    summary: 'Take a pattern away',
    who: 'registry.write',
    params: onePattern,
    answer: null,
    handle: async ({ app, by }, { params }) => {
      await removePattern(app, by, params.id)
      return { status: 204 }
    },
  }),
]
