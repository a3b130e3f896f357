import { z } from 'zod'
import { reasonBody } from '@/lib/agent/contract'
import { idSchema } from '@/lib/kernel/id-schema'
import * as answers from '@/lib/report/answers'
import { reader } from '@/server/db/tx'
import { type AnyDoor, door } from '@/server/http/door'
import { ownAgents } from './agents'
import { canaryDoors } from './canary-doors'
import { hideNames, namingNow, showNames } from './naming'
import { ownReport, teamReport } from './views'

const days = z.coerce.number().int().min(1).max(90).default(30)

/** How well people decide, and what became of what agents asked. */
export const reportDoors: readonly AnyDoor[] = [
  door({
    method: 'GET',
    path: '/api/console/reports/own',
    summary: 'My own figures: how I decided in the last days',
    who: 'signed_in',
    query: z.strictObject({ days }),
    answer: answers.own,
    handle: async ({ app, by }, { query }) => ({ status: 200, body: await ownReport(app, by, query.days) }),
  }),
  door({
    method: 'GET',
    path: '/api/console/reports/team',
    summary: 'How teams decided; names only while an administrator lets reports name people',
    who: 'report.read',
    query: z.strictObject({ days, team: idSchema('tea').optional() }),
    answer: answers.team,
    refuses: ['request.not_found', 'request.forbidden'],
    handle: async ({ app, by }, { query }) => ({
      status: 200,
      body: await teamReport(app, by, query.days, query.team),
    }),
  }),
  door({
    method: 'GET',
    path: '/api/console/reports/naming',
    summary: 'Whether reports name people, and why',
    who: 'signed_in',
    answer: answers.namingState,
    handle: async ({ app }) => ({ status: 200, body: { naming: await namingNow(reader(app.db.pool)) } }),
  }),
  door({
    method: 'POST',
    path: '/api/console/reports/naming',
    summary: 'Let reports name people, for a reason that everybody can read',
    who: 'report.name',
    body: reasonBody,
    answer: answers.namingState,
    async handle({ app, by }, { body }) {
      await showNames(app, by, body.reason)
      return { status: 200, body: { naming: await namingNow(reader(app.db.pool)) } }
    },
  }),
  door({
    method: 'DELETE',
    path: '/api/console/reports/naming',
    summary: 'Reports name nobody any more',
    who: 'report.name',
    answer: null,
    async handle({ app, by }) {
      await hideNames(app, by)
      return { status: 204 }
    },
  }),
  door({
    method: 'GET',
    path: '/api/console/reports/agents',
    summary: 'What the agents that I answer for asked, and what became of it',
    who: 'signed_in',
    answer: answers.ownAgents,
    handle: async ({ app, by }) => ({ status: 200, body: await ownAgents(app, by) }),
  }),
  ...canaryDoors,
]
