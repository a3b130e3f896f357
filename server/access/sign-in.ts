import { readEmail } from '@/lib/access/email'
import { accessEvent } from '@/lib/access/events'
import type { PersonId } from '@/lib/kernel/id'
import { Refused } from '@/lib/kernel/problem'
import { clock } from '@/server/db/guard'
import { newId } from '@/server/db/id'
import { record } from '@/server/db/record'
import { reader, transact } from '@/server/db/tx'
import type { Instance } from '@/server/instance'
import { passwordMatches } from './password'
import { findLogin, findPerson } from './person-store'
import type { SessionToken } from './sessions'
import { readSettings } from './settings-store'
import { insertSignIn } from './sign-in-store'

/** How and from where somebody signs in; both texts are shown back to them in their list of sign-ins. */
export interface SignInWay {
  readonly method: 'password' | 'oidc' | 'demo' | 'setup' | 'invitation'
  readonly user_agent: string | null
  readonly remote: string | null
}

/** Starts a sign-in of a person who has proved who they are. @throws Refused `sign_in.failed` when they are disabled by now */
export async function signIn(
  app: Pick<Instance, 'db'>,
  person: PersonId,
  way: SignInWay,
): Promise<SessionToken & { hours: number }> {
  return transact(app.db, async tx => {
    const found = await findPerson(tx, person, true)
    if (found?.status !== 'active') throw new Refused('sign_in.failed')
    const hours = (await readSettings(tx)).settings.session_hours
    const id = newId('sgn')
    const at = await clock(tx)
    await insertSignIn(
      tx,
      { id, person_id: person, ...way, user_agent: way.user_agent?.slice(0, 300) ?? null, hours },
      at,
    )
    await record(tx, at, [
      accessEvent('person.signed_in', { kind: 'person', id: person }, [person], {
        person_id: person,
        sign_in_id: id,
        method: way.method,
      }),
    ])
    return { sub: person, sign_in: id, session_version: found.session_version, hours }
  })
}

/** Who has this address and this password, or null; a failure is recorded, without what was typed. */
export async function checkPassword(
  app: Pick<Instance, 'db'>,
  email: string,
  password: string,
): Promise<PersonId | null> {
  const address = readEmail(email)
  const login = address === null ? null : await findLogin(reader(app.db.pool), address)
  if ((await passwordMatches(login?.password_hash ?? null, password)) && login) return login.id
  await recordFailure(app, login?.id ?? null, 'password')
  return null
}

/** Records that somebody could not sign in. */
export async function recordFailure(app: Pick<Instance, 'db'>, person: PersonId | null, method: string): Promise<void> {
  await transact(app.db, async tx => {
    const at = await clock(tx)
    await record(tx, at, [
      accessEvent('sign_in.failed', { kind: 'system', id: 'gate' }, person ? [person] : [], {
        person_id: person,
        method,
      }),
    ])
  })
}
