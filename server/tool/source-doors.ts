import { z } from 'zod'
import { proposed } from '@/lib/kernel/answers'
import { etagOf } from '@/lib/kernel/etag'
import { idSchema } from '@/lib/kernel/id-schema'
import * as answers from '@/lib/tool/answers'
import { resourceSourceBody } from '@/lib/tool/contract'
import { pageOf, pageQuery, readCursor } from '@/server/db/page'
import { reader } from '@/server/db/tx'
import { waitingChange } from '@/server/hold/propose'
import { door } from '@/server/http/door'
import { listSources } from './source-store'
import { proposeOtherSource, proposeSource, sourceKind } from './sources'

const path = '/api/console/resource-sources'
const params = z.strictObject({ id: idSchema('rsr') })

/** Systems that are asked what their resources are; every change of them takes two people. */
export const sourceDoors = [
  door({
    method: 'GET',
    path,
    summary: 'Systems that are asked what a resource is, before the gate decides',
    who: 'registry.read',
    query: z.strictObject(pageQuery),
    answer: answers.resourceSources,
    handle: async ({ app }, { query }) => {
      const db = reader(app.db.pool)
      const after = readCursor(query.cursor, 1)
      const page = pageOf(await listSources(db, after?.[0] ?? null, query.limit + 1), query.limit, row => [row.id])
      const items = []
      for (const { version, removed_at: _, ...row } of page.items) {
        items.push({ ...row, waiting_hold_id: await waitingChange(db, sourceKind, row.id), etag: etagOf(version) })
      }
      return { status: 200, body: { ...page, items } }
    },
  }),
  door({
    method: 'POST',
    path,
    summary: 'Ask a second person whether facts about resources may be asked there',
    who: 'registry.write',
    body: resourceSourceBody,
    answer: proposed,
    handle: async ({ app, by }, { body }) => ({ status: 202, body: await proposeSource(app, by, body) }),
  }),
  door({
    method: 'PUT',
    path: `${path}/{id}`,
    summary: 'Ask a second person whether a source may be replaced',
    who: 'registry.write',
    params,
    body: resourceSourceBody,
    answer: proposed,
    refuses: ['request.precondition_failed', 'change.open'],
    handle: async ({ app, by, headers }, { params, body }) => ({
      status: 202,
      body: await proposeOtherSource(app, by, params.id, body, headers.get('if-match')),
    }),
  }),
  door({
    method: 'DELETE',
    path: `${path}/{id}`,
    summary: 'Ask a second person whether a source is asked no longer',
    who: 'registry.write',
    params,
    answer: proposed,
    refuses: ['request.precondition_failed', 'change.open'],
    handle: async ({ app, by, headers }, { params }) => ({
      status: 202,
      body: await proposeOtherSource(app, by, params.id, null, headers.get('if-match')),
    }),
  }),
]
