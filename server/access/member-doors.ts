import { z } from 'zod'
import * as answers from '@/lib/access/answers'
import { inviteBody, memberPatch } from '@/lib/access/contract'
import { managerAnswer, managerBody } from '@/lib/access/manager'
import { proposed } from '@/lib/kernel/answers'
import { idSchema } from '@/lib/kernel/id-schema'
import { pageQuery } from '@/server/db/page'
import { reader } from '@/server/db/tx'
import { applyOne } from '@/server/engine/apply-changes'
import { type Answer, type AnyDoor, door } from '@/server/http/door'
import { invite, withdrawInvitation } from './invite'
import { readManager, setManager } from './manager'
import { endSessions, updateMember } from './members'
import { pageMembers, readMember } from './views'

const one = z.strictObject({ id: idSchema('usr') })

/** Doors about the people of the organisation. */
export const memberDoors: readonly AnyDoor[] = [
  door({
    method: 'GET',
    path: '/api/console/members',
    summary: 'People and open invitations: search, sort, page',
    who: 'members.read',
    query: z.strictObject({
      q: z.string().trim().min(1).max(100).optional(),
      status: z.enum(['active', 'disabled', 'invited']).optional(),
      sort: z.enum(['name', '-created']).default('name'),
      ...pageQuery,
    }),
    answer: answers.members,
    handle: async ({ app, by }, { query }) => ({
      status: 200,
      body: await pageMembers(reader(app.db.pool), by, query),
    }),
  }),
  door({
    method: 'GET',
    path: '/api/console/members/{id}',
    summary: 'One person',
    who: 'members.read',
    params: one,
    answer: answers.member,
    handle: async ({ app, by }, { params }) => {
      const body = await readMember(reader(app.db.pool), by, params.id)
      return { status: 200, body, headers: { etag: `"${body.etag}"` } }
    },
  }),
  door({
    method: 'PATCH',
    path: '/api/console/members/{id}',
    summary: 'Change name, roles, or whether they are active; a role that decides waits for a second person (202)',
    who: 'members.write',
    params: one,
    body: memberPatch,
    answer: z.union([answers.member, proposed]),
    refuses: ['request.precondition_failed', 'person.last_administrator', 'change.open', 'request.forbidden'],
    handle: async ({ app, by, headers }, { params, body }): Promise<Answer<unknown>> => {
      const asked = await updateMember(app, by, params.id, body, headers.get('if-match'))
      if (asked && !asked.self) return { status: 202, body: { hold_id: asked.hold_id } }
      // Nobody else could agree: it is decided, and done at once.
      if (asked) await applyOne(app, asked.hold_id)
      return { status: 200, body: await readMember(reader(app.db.pool), by, params.id) }
    },
  }),
  door({
    method: 'GET',
    path: '/api/console/members/{id}/manager',
    summary: 'Whom somebody reports to',
    who: 'members.read',
    params: one,
    answer: managerAnswer,
    handle: async ({ app, by }, { params }) => ({
      status: 200,
      body: await readManager(reader(app.db.pool), by, params.id),
    }),
  }),
  door({
    method: 'PUT',
    path: '/api/console/members/{id}/manager',
    summary: 'Name whom somebody reports to: approval policies may ask them',
    who: 'members.write',
    params: one,
    body: managerBody,
    answer: managerAnswer,
    refuses: ['request.precondition_failed'],
    handle: async ({ app, by, headers }, { params, body }) => {
      await setManager(app, by, params.id, body.manager_id, headers.get('if-match'))
      return { status: 200, body: await readManager(reader(app.db.pool), by, params.id) }
    },
  }),
  door({
    method: 'DELETE',
    path: '/api/console/members/{id}/sign-ins',
    summary: 'Sign somebody out everywhere',
    who: 'members.write',
    params: one,
    answer: null,
    handle: async ({ app, by }, { params }) => {
      await endSessions(app, by, params.id, {})
      return { status: 204 }
    },
  }),
  door({
    method: 'POST',
    path: '/api/console/members/invitations',
    summary: 'Invite somebody: by mail, or with a link that is shown once',
    who: 'members.write',
    body: inviteBody,
    answer: answers.invited,
    refuses: ['person.exists', 'request.not_found'],
    handle: async ({ app, by }, { body }) => ({ status: 201, body: await invite(app, by, body) }),
  }),
  door({
    method: 'DELETE',
    path: '/api/console/members/invitations/{id}',
    summary: 'Take an invitation back',
    who: 'members.write',
    params: z.strictObject({ id: idSchema('inv') }),
    answer: null,
    handle: async ({ app, by }, { params }) => {
      await withdrawInvitation(app, by, params.id)
      return { status: 204 }
    },
  }),
]
