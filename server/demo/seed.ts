import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { SignedIn } from '@/lib/access/permission'
import { issueBody, registerBody } from '@/lib/agent/contract'
import type { ApplicationId, PersonId, TeamId } from '@/lib/kernel/id'
import { recorderTool, voucherTool } from '@/lib/session/recorder'
import { createToolBody } from '@/lib/tool/contract'
import type { Recorder } from '@/sdk/demo/stories'
import { acceptInvitation } from '@/server/access/accept'
import { invite } from '@/server/access/invite'
import { anyPerson, findPerson } from '@/server/access/person-store'
import { openSetup, setUp } from '@/server/access/setup'
import { issueCredential } from '@/server/agent/credentials'
import { registerAgent } from '@/server/agent/register'
import { registerApplication } from '@/server/application/applications'
import { createTeam } from '@/server/application/teams'
import { clock, touchRegistry } from '@/server/db/guard'
import { reader, transact } from '@/server/db/tx'
import type { Served } from '@/server/gate/served'
import { createTool } from '@/server/tool/catalogue'
import { markDemo } from './demo-store'
import { administrator, agents, applications, fixedTools, people, registrar, storyAgent, storyRecorder } from './people'
import { storyTools } from './stories'

/** What `demo.json` tells scripts (mode 0600): who there is, and the keys of four agents. */
interface DemoFile {
  url: string
  readonly users: readonly {
    email: string
    password: string
    name: string
    roles: readonly string[]
    teams: readonly string[]
  }[]
  readonly agents: readonly {
    name: string
    id: string
    key: string
    application: string
    team: string
    owner: string
  }[]
}

const generous = { per_second: 20_000, burst: 40_000, open_holds: 20_000, waits: 20_000 }
const scope = {
  tool_pattern: '*',
  operations: ['read', 'create', 'update', 'delete', 'execute', 'send', 'pay', 'deploy'],
  ceiling: 'confidential',
  environments: ['development', 'staging', 'production'],
  tenants: ['*'],
}

const fileOf = (home: string) => join(home, 'demo.json')
export const storyKeyFile = (home: string) => join(home, 'demo-story.key')
/** Whose sessions the stories' recorder keeps, and its key; a demo that was made before there was one has none. */
export const storyRecorderFile = (home: string) => join(home, 'demo-recorder.json')

function save(file: string, text: string): void {
  writeFileSync(`${file}.new`, text, { mode: 0o600 })
  renameSync(`${file}.new`, file)
}

/** Fills an empty database with the demo organisation, through the verbs that people use. Later starts only renew the address. */
export async function seedDemo(app: Served, say: (line: string) => void): Promise<void> {
  const file = fileOf(app.config.home)
  if (await anyPerson(reader(app.db.pool))) {
    if (app.config.databaseUrl === null && existsSync(file)) {
      const known: DemoFile = JSON.parse(readFileSync(file, 'utf8'))
      save(file, JSON.stringify({ ...known, url: app.config.url }, null, 2))
    }
    return
  }
  say('Making the demo organisation')
  await transact(app.db, async tx => {
    await touchRegistry(tx)
    await markDemo(tx)
  })
  const ada = await founder(app)
  // Nobody is written to: the demo's people are not real.
  const byLink = { db: app.db, vault: app.vault, config: { ...app.config, smtp: null } }
  const teams = new Map<string, TeamId>()
  for (const name of ['Payments', 'Platform']) teams.set(name, await createTeam(app, ada.person, { name }))
  const known = new Map<string, PersonId>()
  const users: DemoFile['users'][number][] = [
    { ...administrator, password: ada.password, roles: ['administrator'], teams: [] },
  ]
  for (const one of people) {
    const password = randomBytes(9).toString('base64url')
    const { link } = await invite(byLink, ada.person, {
      email: one.email,
      name: one.name,
      roles: one.roles.map(held => ({
        role: held.role,
        team_id: held.team === null ? null : (teams.get(held.team) ?? null),
      })),
    })
    known.set(one.email, await acceptInvitation(app, link?.split('/').at(-1) ?? '', one.name, password))
    users.push({
      name: one.name,
      email: one.email,
      password,
      roles: one.roles.map(held => held.role),
      teams: one.roles.flatMap(held => held.team ?? []),
    })
  }
  const homes = new Map<string, ApplicationId>()
  for (const one of applications) {
    const id = await registerApplication(app, ada.person, {
      name: one.name,
      purpose: one.purpose,
      team_id: need(teams, one.team),
      owner_id: need(known, one.owner),
      backup_id: need(known, one.backup),
    })
    homes.set(one.name, id)
  }
  for (const tool of [...fixedTools, ...storyTools])
    await createTool(app, ada.person, createToolBody.parse({ ...tool, source: 'demo' }))
  const rosa = await signedIn(app, need(known, registrar))
  const listed: DemoFile['agents'][number][] = []
  for (const one of agents) {
    const { id, key } = await enrol(app, rosa, one, need(homes, one.application), generous)
    const home = applications.find(home => home.name === one.application)
    listed.push({
      name: one.name,
      id,
      key,
      application: one.application,
      team: home?.team ?? '',
      owner: home?.owner ?? '',
    })
  }
  const story = await enrol(app, rosa, storyAgent, need(homes, storyAgent.application), {})
  save(storyKeyFile(app.config.home), story.key)
  const records = [recorderTool, voucherTool].map(tool_pattern => ({
    ...scope,
    tool_pattern,
    resource_pattern: `agent:${story.id}`,
  }))
  const recorder = await enrol(app, rosa, storyRecorder, need(homes, storyAgent.application), {}, records)
  save(storyRecorderFile(app.config.home), JSON.stringify({ agent: story.id, key: recorder.key } satisfies Recorder))
  save(file, JSON.stringify({ url: app.config.url, users, agents: listed } satisfies DemoFile, null, 2))
  await app.gate.registries.refresh()
}

function need<T>(map: ReadonlyMap<string, T>, name: string): T {
  const found = map.get(name)
  if (found === undefined) throw new Error(`the demo names ${name}, and nothing is called so`)
  return found
}

/** The first administrator, by the same single-use token as anybody's; then as a signed-in person. */
async function founder(app: Served): Promise<{ person: SignedIn; password: string }> {
  const link = await openSetup(app)
  const token = link === null ? '' : (new URL(link).searchParams.get('token') ?? '')
  const password = randomBytes(9).toString('base64url')
  const id = await setUp(app, { token, organisation: 'Meridian Freight', ...administrator, password }, [
    'administrator',
  ])
  return { password, person: await signedIn(app, id) }
}

/** A person of the demo as the verbs ask for one who is signed in. */
async function signedIn(app: Served, id: PersonId): Promise<SignedIn> {
  const person = await findPerson(reader(app.db.pool), id)
  if (!person) throw new Error('a person of the demo is missing')
  const { name, email, roles } = person
  return { id, name, email, roles, sign_in_id: 'demo', signed_in_at: await transact(app.db, clock) }
}

async function enrol(
  app: Served,
  by: SignedIn,
  agent: { name: string; purpose: string; kind?: string },
  application: ApplicationId,
  limits: Record<string, number>,
  scopes: readonly object[] = [scope],
) {
  const id = await registerAgent(
    app,
    by,
    registerBody.parse({
      name: agent.name,
      purpose: agent.purpose,
      kind: agent.kind,
      application_id: application,
      environment: 'production',
      limits,
      scopes,
    }),
  )
  const { key } = await issueCredential(app, by, id, issueBody.parse({ name: 'demo' }))
  return { id, key }
}
