import { z } from 'zod'
import * as answers from '@/lib/access/answers'
import { acceptBody, setupBody } from '@/lib/access/contract'
import type { PersonId } from '@/lib/kernel/id'
import { Refused } from '@/lib/kernel/problem'
import { reader } from '@/server/db/tx'
import { type Answer, type AnyDoor, type Call, door } from '@/server/http/door'
import { acceptInvitation, tokenHash } from './accept'
import { peekInvitation } from './invitation-store'
import { loadTeams, readOrganisation } from './organisation-store'
import { anyPerson } from './person-store'
import { setUp } from './setup'
import { type SignInWay, signIn } from './sign-in'

const link = z.strictObject({ token: z.string().min(1).max(200) })

/** Signs somebody in who has just proved who they are, and sends their cookie along. */
export async function enterAs(
  { app, headers, remote }: Call<'open'>,
  person: PersonId,
  method: SignInWay['method'],
): Promise<Answer<never>> {
  const { hours, ...token } = await signIn(app, person, { method, user_agent: headers.get('user-agent'), remote })
  return { status: 204, headers: { 'set-cookie': await app.sessions.issue(token, hours) } }
}

/** Doors for people who are not signed in yet. */
export const entryDoors: readonly AnyDoor[] = [
  door({
    method: 'GET',
    path: '/api/console/sign-in',
    summary: 'How one can sign in here',
    who: 'open',
    answer: answers.waysIn,
    handle: async ({ app }) => {
      const { oidc } = app.config
      const demo = app.demoPeople ? await app.demoPeople() : []
      const setup = !(await anyPerson(reader(app.db.pool)))
      return {
        status: 200,
        body: { oidc: oidc ? [{ id: 'oidc', name: oidc.name }] : [], demo: demo.length > 0 ? demo : null, setup },
      }
    },
  }),
  door({
    method: 'POST',
    path: '/api/console/setup',
    summary: 'Make the first administrator, once, with the token printed at start',
    who: 'open',
    body: setupBody,
    answer: null,
    refuses: ['limit.exceeded', 'setup.closed', 'setup.invalid_token'],
    handle: async (call, { body }) => {
      await call.app.sessions.throttle.attempt(call.remote, 'setup')
      return enterAs(call, await setUp(call.app, body), 'setup')
    },
  }),
  door({
    method: 'GET',
    path: '/api/console/invitations/{token}',
    summary: 'An invitation, before it is accepted',
    who: 'open',
    params: link,
    answer: answers.openInvitation,
    refuses: ['limit.exceeded', 'invitation.invalid'],
    handle: async ({ app, remote }, { params }) => {
      await app.sessions.throttle.attempt(remote, params.token)
      const db = reader(app.db.pool)
      const found = await peekInvitation(db, tokenHash(params.token))
      if (!found) throw new Refused('invitation.invalid')
      await app.sessions.throttle.succeeded(remote, params.token)
      const teams = await loadTeams(db)
      const roles = found.roles.map(one =>
        one.team_id === null ? one.role : `${one.role}, ${teams.get(one.team_id) ?? one.team_id}`,
      )
      const { name: organisation } = await readOrganisation(db)
      return {
        status: 200,
        body: {
          email: found.email,
          name: found.name,
          organisation,
          invited_by: found.inviter,
          roles,
          expires_at: found.expires_at,
          needs_password: true,
        },
      }
    },
  }),
  door({
    method: 'POST',
    path: '/api/console/invitations/{token}/accept',
    summary: 'Join, once, with a name and a password',
    who: 'open',
    params: link,
    body: acceptBody,
    answer: null,
    refuses: ['limit.exceeded', 'invitation.invalid', 'person.exists'],
    handle: async (call, { params, body }) => {
      await call.app.sessions.throttle.attempt(call.remote, params.token)
      return enterAs(call, await acceptInvitation(call.app, params.token, body.name, body.password), 'invitation')
    },
  }),
]
