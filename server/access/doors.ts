import { z } from 'zod'
import * as answers from '@/lib/access/answers'
import { confirmBody, passwordBody, settingsPatch } from '@/lib/access/contract'
import { idSchema } from '@/lib/kernel/id-schema'
import { Refused } from '@/lib/kernel/problem'
import { reader } from '@/server/db/tx'
import { type AnyDoor, door } from '@/server/http/door'
import { changePassword, confirmPerson } from './confirm'
import { deviceDoors } from './device-doors'
import { entryDoors } from './entry-doors'
import { memberDoors } from './member-doors'
import { endSessions } from './members'
import { passkeyDoors } from './passkey-doors'
import { changeSettings, showSettings } from './settings'
import { showSignIns } from './views'

/** Doors about people: coming in, my sign-ins, members, settings. */
export const accessDoors: readonly AnyDoor[] = [
  ...entryDoors,
  ...deviceDoors,
  ...memberDoors,
  ...passkeyDoors,
  door({
    method: 'POST',
    path: '/api/console/me/confirm',
    summary: 'Give the password again: fresh for ten minutes',
    who: 'signed_in',
    body: confirmBody,
    answer: null,
    refuses: ['limit.exceeded', 'sign_in.failed'],
    handle: async ({ app, by, remote }, { body }) => {
      await app.sessions.throttle.attempt(remote, by.email)
      await confirmPerson(app, by, body.password)
      await app.sessions.throttle.succeeded(remote, by.email)
      return { status: 204 }
    },
  }),
  door({
    method: 'POST',
    path: '/api/console/me/password',
    summary: 'Change the password; every other sign-in ends',
    who: 'signed_in',
    body: passwordBody,
    answer: null,
    refuses: ['limit.exceeded', 'sign_in.failed'],
    handle: async ({ app, by, headers, remote }, { body }) => {
      await app.sessions.throttle.attempt(remote, by.email)
      const { hours, ...token } = await changePassword(app, by, body, {
        method: 'password',
        user_agent: headers.get('user-agent'),
        remote,
      })
      await app.sessions.throttle.succeeded(remote, by.email)
      return { status: 204, headers: { 'set-cookie': await app.sessions.issue(token, hours) } }
    },
  }),
  door({
    method: 'GET',
    path: '/api/console/me/sign-ins',
    summary: 'Where I am signed in',
    who: 'signed_in',
    answer: answers.signIns,
    handle: async ({ app, by }) => ({
      status: 200,
      body: { items: await showSignIns(reader(app.db.pool), by), next_cursor: null },
    }),
  }),
  door({
    method: 'DELETE',
    path: '/api/console/me/sign-ins',
    summary: 'Sign out everywhere else',
    who: 'signed_in',
    answer: null,
    refuses: ['request.not_found', 'request.forbidden'],
    handle: async ({ app, by }) => {
      await endSessions(app, by, by.id, { except: by.sign_in_id })
      return { status: 204 }
    },
  }),
  door({
    method: 'DELETE',
    path: '/api/console/me/sign-ins/{id}',
    summary: 'End one of my sign-ins',
    who: 'signed_in',
    token: 'always',
    params: z.strictObject({ id: idSchema('sgn') }),
    answer: null,
    refuses: ['request.forbidden'],
    handle: async ({ app, by }, { params }) => {
      // A command line signs itself out, and nobody else.
      if (by.token && params.id !== by.sign_in_id) throw new Refused('request.forbidden')
      await endSessions(app, by, by.id, { only: params.id })
      return { status: 204 }
    },
  }),
  door({
    method: 'GET',
    path: '/api/console/settings',
    summary: 'Settings of the organisation',
    who: 'settings.read',
    answer: answers.settings,
    handle: async ({ app }) => {
      const body = await showSettings(app, reader(app.db.pool))
      return { status: 200, body, headers: { etag: `"${body.etag}"` } }
    },
  }),
  door({
    method: 'PATCH',
    path: '/api/console/settings',
    summary: 'Change settings of the organisation',
    who: 'settings.write',
    body: settingsPatch,
    answer: answers.settings,
    refuses: ['request.precondition_failed'],
    handle: async ({ app, by, headers }, { body }) => {
      await changeSettings(app, by, body, headers.get('if-match'))
      return { status: 200, body: await showSettings(app, reader(app.db.pool)) }
    },
  }),
]
