import { z } from 'zod'
import * as answers from '@/lib/application/answers'
import { applicationBody, applicationPatch, calendarBody, teamBody } from '@/lib/application/contract'
import { proposed } from '@/lib/kernel/answers'
import { etagOf } from '@/lib/kernel/etag'
import type { TeamId } from '@/lib/kernel/id'
import { idSchema } from '@/lib/kernel/id-schema'
import { Refused } from '@/lib/kernel/problem'
import { readCalendar } from '@/server/access/calendar-store'
import { pageQuery } from '@/server/db/page'
import { reader } from '@/server/db/tx'
import { type Answer, type AnyDoor, door } from '@/server/http/door'
import type { Instance } from '@/server/instance'
import { pageApplications, readApplication, registerApplication, updateApplication } from './applications'
import { changeCalendar } from './calendar'
import { findTeam } from './store'
import { createTeam, pageTeams, updateTeam } from './teams'

const q = z.string().trim().min(1).max(100).optional()
const oneTeam = z.strictObject({ id: idSchema('tea') })
const oneApplication = z.strictObject({ id: idSchema('app') })

async function showTeam(app: Pick<Instance, 'db'>, id: TeamId) {
  const team = await findTeam(reader(app.db.pool), id)
  if (!team) throw new Refused('request.not_found')
  return {
    id: team.id,
    name: team.name,
    calendar: readCalendar(team),
    created_at: team.created_at,
    etag: etagOf(team.version),
  }
}

/** Doors about teams and applications. */
export const applicationDoors: readonly AnyDoor[] = [
  door({
    method: 'GET',
    path: '/api/console/teams',
    summary: 'Teams',
    who: 'registry.read',
    query: z.strictObject({ q, ...pageQuery }),
    answer: answers.teams,
    handle: async ({ app, by }, { query }) => ({ status: 200, body: await pageTeams(reader(app.db.pool), by, query) }),
  }),
  door({
    method: 'POST',
    path: '/api/console/teams',
    summary: 'Make a team',
    who: 'members.write',
    body: teamBody,
    answer: answers.team,
    refuses: ['team.exists'],
    handle: async ({ app, by }, { body }) => ({
      status: 201,
      body: await showTeam(app, await createTeam(app, by, body)),
    }),
  }),
  door({
    method: 'PATCH',
    path: '/api/console/teams/{id}',
    summary: 'Rename a team',
    who: 'members.write',
    params: oneTeam,
    body: teamBody,
    answer: answers.team,
    refuses: ['team.exists', 'request.precondition_failed'],
    handle: async ({ app, by, headers }, { params, body }) => {
      await updateTeam(app, by, params.id, body, headers.get('if-match'))
      return { status: 200, body: await showTeam(app, params.id) }
    },
  }),
  door({
    method: 'PUT',
    path: '/api/console/teams/{id}/calendar',
    summary: 'Say when a team works; longer hours or another time zone wait for a second person (202)',
    who: 'registry.write',
    params: oneTeam,
    body: calendarBody,
    answer: z.union([answers.team, proposed]),
    refuses: ['request.precondition_failed', 'change.open'],
    handle: async ({ app, by, headers }, { params, body }): Promise<Answer<unknown>> => {
      const change = await changeCalendar(app, by, params.id, body, headers.get('if-match'))
      return change ? { status: 202, body: change } : { status: 200, body: await showTeam(app, params.id) }
    },
  }),
  door({
    method: 'GET',
    path: '/api/console/applications',
    summary: 'Applications: search, filter, page',
    who: 'registry.read',
    query: z.strictObject({ q, team: idSchema('tea').optional(), ...pageQuery }),
    answer: answers.applications,
    handle: async ({ app, by }, { query }) => ({
      status: 200,
      body: await pageApplications(reader(app.db.pool), by, query),
    }),
  }),
  door({
    method: 'POST',
    path: '/api/console/applications',
    summary: 'Register an application with its owner and backup',
    who: 'registry.write',
    body: applicationBody,
    answer: answers.application,
    refuses: ['application.exists', 'agent.owner_invalid', 'request.not_found'],
    handle: async ({ app, by }, { body }) => {
      const id = await registerApplication(app, by, body)
      return {
        status: 201,
        body: await readApplication(reader(app.db.pool), by, id),
        headers: { location: `/api/console/applications/${id}` },
      }
    },
  }),
  door({
    method: 'GET',
    path: '/api/console/applications/{id}',
    summary: 'One application',
    who: 'registry.read',
    params: oneApplication,
    answer: answers.application,
    handle: async ({ app, by }, { params }) => {
      const body = await readApplication(reader(app.db.pool), by, params.id)
      return { status: 200, body, headers: { etag: `"${body.etag}"` } }
    },
  }),
  door({
    method: 'PATCH',
    path: '/api/console/applications/{id}',
    summary: 'Change an application; who answers for working agents changes once they have accepted (202)',
    who: 'registry.write',
    params: oneApplication,
    body: applicationPatch,
    answer: z.union([answers.application, proposed]),
    refuses: [
      'application.exists',
      'agent.owner_invalid',
      'request.precondition_failed',
      'request.forbidden',
      'change.open',
    ],
    handle: async ({ app, by, headers }, { params, body }): Promise<Answer<unknown>> => {
      const change = await updateApplication(app, by, params.id, body, headers.get('if-match'))
      if (change) return { status: 202, body: change }
      return { status: 200, body: await readApplication(reader(app.db.pool), by, params.id) }
    },
  }),
]
