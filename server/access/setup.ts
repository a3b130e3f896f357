import { randomBytes } from 'node:crypto'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { emailSkeleton } from '@/lib/access/email'
import { accessEvent } from '@/lib/access/events'
import type { Role } from '@/lib/access/permission'
import { foundingEnds } from '@/lib/hold/cooling'
import type { PersonId } from '@/lib/kernel/id'
import { Refused } from '@/lib/kernel/problem'
import { clock, touchRegistry } from '@/server/db/guard'
import { newId } from '@/server/db/id'
import { record } from '@/server/db/record'
import { reader, transact } from '@/server/db/tx'
import type { Instance } from '@/server/instance'
import { tokenHash } from './accept'
import { saveFounding } from './organisation-store'
import { hashPassword } from './password'
import { anyPerson, grantRole, insertPerson } from './person-store'
import { readSettings, saveSettings } from './settings-store'
import { replaceSetupToken, spendSetupToken } from './setup-store'

const fileOf = (home: string) => join(home, 'setup-token')

/** Makes the single-use link of the first administrator where nobody is there yet; earlier ones stop working. Null afterwards. */
export async function openSetup(app: Pick<Instance, 'db' | 'config'>): Promise<string | null> {
  if (await anyPerson(reader(app.db.pool))) return null
  const token = randomBytes(24).toString('base64url')
  const made = await transact(app.db, async tx => {
    await readSettings(tx, true)
    if (await anyPerson(tx)) return false
    await replaceSetupToken(tx, tokenHash(token), await clock(tx))
    return true
  })
  if (!made) return null
  writeFileSync(fileOf(app.config.home), `${token}\n`, { mode: 0o600 })
  return `${app.config.url}/setup?token=${token}`
}

export interface FirstAdministrator {
  readonly token: string
  readonly organisation: string
  readonly name: string
  readonly email: string
  readonly password: string
}

/** Whoever comes first is alone: without `approver`, what their first agent asks could be decided by nobody. */
const alone: readonly Role[] = ['administrator', 'approver']

/**
 * Makes the first administrator, on the whole organisation. Once: with anybody there it is closed for ever, whatever the token (I20).
 * @throws Refused `setup.closed` (410), `setup.invalid_token` (403)
 */
export async function setUp(
  app: Pick<Instance, 'db' | 'config'>,
  first: FirstAdministrator,
  roles: readonly Role[] = alone,
): Promise<PersonId> {
  if (await anyPerson(reader(app.db.pool))) throw new Refused('setup.closed')
  const password_hash = await hashPassword(first.password)
  const id = await transact(app.db, async tx => {
    await touchRegistry(tx)
    const organisation = await readSettings(tx, true)
    if (await anyPerson(tx)) throw new Refused('setup.closed')
    const at = await clock(tx)
    if (!(await spendSetupToken(tx, tokenHash(first.token), at))) throw new Refused('setup.invalid_token')
    const person = newId('usr')
    await insertPerson(
      tx,
      { id: person, email: first.email, email_skeleton: emailSkeleton(first.email), name: first.name, password_hash },
      at,
    )
    for (const role of roles) await grantRole(tx, person, role, null, person, at)
    await saveSettings(tx, organisation, { name: first.organisation, settings: organisation.settings })
    await saveFounding(tx, foundingEnds(at))
    tx.hint('member', [person])
    const by = { kind: 'system', id: 'setup' } as const
    await record(tx, at, [
      accessEvent('organisation.set_up', by, [person], { person_id: person }),
      accessEvent('person.joined', by, [person], {
        person_id: person,
        status: 'active',
        roles: roles.map(role => ({ role, team_id: null })),
      }),
    ])
    return person
  })
  rmSync(fileOf(app.config.home), { force: true })
  return id
}
