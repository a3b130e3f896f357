import { z } from 'zod'
import { reasonBody } from '@/lib/agent/contract'
import { enforcementWindow, enforcementWindows, observeBody, readiness } from '@/lib/agent/enforcement-contract'
import { proposed } from '@/lib/kernel/answers'
import { idSchema } from '@/lib/kernel/id-schema'
import { pageQuery } from '@/server/db/page'
import { reader } from '@/server/db/tx'
import { door } from '@/server/http/door'
import { enforce, proposeObserve } from './enforcement'
import { pageWindows, readReadiness, readWindow } from './enforcement-views'

/** Watching only, and back to enforcing. */
export const enforcementDoors = [
  door({
    method: 'GET',
    path: '/api/console/enforcement',
    summary: 'Which agents and teams are watched only, newest first',
    who: 'signed_in',
    query: z.strictObject({
      status: z.enum(['open', 'all']).default('all'),
      target: z.union([idSchema('agt'), idSchema('tea')]).optional(),
      ...pageQuery,
    }),
    answer: enforcementWindows,
    handle: async ({ app, by }, { query }) => ({
      status: 200,
      body: await pageWindows(reader(app.db.pool), by, query),
    }),
  }),
  door({
    method: 'POST',
    path: '/api/console/enforcement',
    summary: 'Ask a second person whether an agent or a team may be watched only, for at most 30 days',
    who: 'enforcement.observe',
    body: observeBody,
    answer: proposed,
    refuses: ['request.not_found', 'enforcement.observed', 'change.open'],
    handle: async ({ app, by }, { body }) => ({ status: 202, body: await proposeObserve(app, by, body) }),
  }),
  door({
    method: 'POST',
    path: '/api/console/enforcement/{id}/end',
    summary: 'Enforce again, at once',
    who: 'signed_in',
    params: z.strictObject({ id: idSchema('enf') }),
    body: reasonBody,
    answer: enforcementWindow,
    refuses: ['request.forbidden', 'enforcement.enforced'],
    handle: async ({ app, by }, { params, body }) => {
      await enforce(app, by, params.id, body.reason)
      return { status: 200, body: await readWindow(reader(app.db.pool), by, params.id) }
    },
  }),
  door({
    method: 'GET',
    path: '/api/console/agents/{id}/readiness',
    summary: 'What enforcing would have done to an agent in the last 14 days',
    who: 'signed_in',
    params: z.strictObject({ id: idSchema('agt') }),
    answer: readiness,
    handle: async ({ app, by }, { params }) => ({
      status: 200,
      body: await readReadiness(reader(app.db.pool), by, { type: 'agent', id: params.id }),
    }),
  }),
  door({
    method: 'GET',
    path: '/api/console/teams/{id}/readiness',
    summary: 'What enforcing would have done to a team’s agents in the last 14 days',
    who: 'signed_in',
    params: z.strictObject({ id: idSchema('tea') }),
    answer: readiness,
    handle: async ({ app, by }, { params }) => ({
      status: 200,
      body: await readReadiness(reader(app.db.pool), by, { type: 'team', id: params.id }),
    }),
  }),
]
