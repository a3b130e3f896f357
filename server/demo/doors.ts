import { z } from 'zod'
import { Refused } from '@/lib/kernel/problem'
import { readOrganisation } from '@/server/access/organisation-store'
import { findLogin } from '@/server/access/person-store'
import { signIn } from '@/server/access/sign-in'
import { reader } from '@/server/db/tx'
import type { DemoPerson } from '@/server/gate/served'
import { type AnyDoor, door } from '@/server/http/door'
import type { Instance } from '@/server/instance'
import { listDemoPeople } from './people-store'

/** Whom one can become; nobody where the database is not a demo's. */
export async function demoPeople(app: Pick<Instance, 'db'>): Promise<readonly DemoPerson[]> {
  const db = reader(app.db.pool)
  return (await readOrganisation(db)).demo ? listDemoPeople(db) : []
}

/**
 * The demo's way in: be anybody, without a password. This module is loaded only by an instance that was started with
 * HOLDPOINT_DEMO=1 and listens on loopback alone; elsewhere the door does not exist (O10).
 */
export const demoDoors: readonly AnyDoor[] = [
  door({
    method: 'POST',
    path: '/api/console/demo/sign-in',
    summary: 'Become a person of the demo organisation (demo only)',
    who: 'open',
    body: z.strictObject({ email: z.string().max(254) }),
    answer: null,
    refuses: ['request.not_found'],
    handle: async ({ app, headers, remote }, { body }) => {
      const db = reader(app.db.pool)
      if (!(await readOrganisation(db)).demo) throw new Refused('request.not_found')
      const person = await findLogin(db, body.email)
      if (!person) throw new Refused('request.not_found')
      const { hours, ...token } = await signIn(app, person.id, {
        method: 'demo',
        user_agent: headers.get('user-agent'),
        remote,
      })
      return { status: 204, headers: { 'set-cookie': await app.sessions.issue(token, hours) } }
    },
  }),
]
