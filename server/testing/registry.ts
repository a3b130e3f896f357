import type { z } from 'zod'
import type { Role, SignedIn } from '@/lib/access/permission'
import { registerBody } from '@/lib/agent/contract'
import type { AgentId, ApplicationId, PersonId, TeamId } from '@/lib/kernel/id'
import { issueCredential } from '@/server/agent/credentials'
import { registerAgent } from '@/server/agent/register'
import { newId } from '@/server/db/id'
import { type Database, openDatabase } from '@/server/db/pool'
import { atEnd } from './at-end'
import { database, patience, type TestDatabase } from './database'

/** A small organisation in a database of its own: two teams with an application each, and the people who matter. */
export interface TestRegistry {
  readonly test: TestDatabase
  readonly db: Database
  readonly team: TeamId
  readonly otherTeam: TeamId
  readonly application: ApplicationId
  readonly otherApplication: ApplicationId
  readonly administrator: SignedIn
  readonly governor: SignedIn
  readonly owner: SignedIn
  readonly backup: SignedIn
  readonly approver: SignedIn
  readonly viewer: SignedIn
  /** Governor of the other team alone. */
  readonly outsider: SignedIn
  person(name: string, roles?: readonly { role: Role; team_id: TeamId | null }[]): Promise<SignedIn>
  /** Registers an agent as the administrator; active (with a key) where `key` is not false. */
  agent(body?: Partial<z.input<typeof registerBody>>, key?: boolean): Promise<{ id: AgentId; key: string }>
  events(
    type?: string,
  ): Promise<{ type: string; by: { id: string }; subjects: string[]; data: Record<string, unknown> }[]>
}

/** Builds it, in a database of its own or in the one given. Call at the top of a test file. */
export async function registry(given?: TestDatabase): Promise<TestRegistry> {
  const test = given ?? (await database())
  const db = await openDatabase(test.url, 8, patience)
  atEnd(() => db.close())
  const person = async (
    name: string,
    given: readonly { role: Role; team_id: TeamId | null }[] = [],
  ): Promise<SignedIn> => {
    const id: PersonId = newId('usr')
    const email = `${name.toLowerCase().replace(/[^a-z0-9]/g, '.')}@${id.slice(4).toLowerCase()}.example`
    const [row] = (
      await db.pool.query<{ created_at: Date }>(
        'insert into person (id, email, email_skeleton, name, created_at) values ($1, $2, $2, $3, holdpoint.now()) returning created_at',
        [id, email, name],
      )
    ).rows
    for (const { role, team_id } of given) {
      await db.pool.query(
        'insert into role_assignment (person_id, role, team_id, granted_by) values ($1, $2, $3, $1)',
        [id, role, team_id],
      )
    }
    // As whoever accepts an invitation: instances that have read the registry learn of it.
    await db.pool.query('update registry set version = version + 1 where id = 1')
    return {
      id,
      name,
      email,
      sign_in_id: newId('sgn'),
      signed_in_at: row?.created_at ?? new Date(0),
      roles: [...given],
    }
  }
  const administrator = await person('Ada Admin', [{ role: 'administrator', team_id: null }])
  const [team, otherTeam]: [TeamId, TeamId] = [newId('tea'), newId('tea')]
  await db.pool.query('insert into team (id, name) values ($1, $2), ($3, $4)', [team, 'Payments', otherTeam, 'Support'])
  const owner = await person('Olga Owner')
  const backup = await person('Ben Backup')
  const [application, otherApplication]: [ApplicationId, ApplicationId] = [newId('app'), newId('app')]
  for (const [id, name, home] of [
    [application, 'Ledger', team],
    [otherApplication, 'Desk', otherTeam],
  ] as const) {
    await db.pool.query(
      'insert into application (id, name, team_id, owner_id, backup_id, created_by) values ($1, $2, $3, $4, $5, $6)',
      [id, name, home, owner.id, backup.id, administrator.id],
    )
  }
  let count = 0
  return {
    test,
    db,
    team,
    otherTeam,
    application,
    otherApplication,
    administrator,
    owner,
    backup,
    person,
    governor: await person('Gil Governor', [{ role: 'governor', team_id: null }]),
    approver: await person('Ann Approver', [{ role: 'approver', team_id: team }]),
    viewer: await person('Vic Viewer', [{ role: 'viewer', team_id: null }]),
    outsider: await person('Otto Outsider', [{ role: 'governor', team_id: otherTeam }]),
    async agent(body = {}, key = true) {
      count++
      const words = [
        'Alder',
        'Birch',
        'Cedar',
        'Dahlia',
        'Elm',
        'Fir',
        'Ginkgo',
        'Hazel',
        'Ivy',
        'Juniper',
        'Kapok',
        'Larch',
        'Maple',
        'Nutmeg',
      ]
      const at = (place: number) => words[Math.floor(count / words.length ** place) % words.length]
      const name = `${at(0)} ${at(1)} ${count < words.length ** 2 ? '' : `${at(2)} `}agent`
      const id = await registerAgent(
        { db },
        administrator,
        registerBody.parse({ name, application_id: application, environment: 'production', ...body }),
      )
      return {
        id,
        key: key ? (await issueCredential({ db }, administrator, id, { name: '', expires_in_days: 90 })).key : '',
      }
    },
    async events(type) {
      const rows = (
        await db.pool.query<{ body: string }>(
          'select body from event where $1::text is null or type = $1 order by id',
          [type ?? null],
        )
      ).rows
      return rows.map(row => JSON.parse(row.body))
    },
  }
}
