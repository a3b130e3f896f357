import { beforeAll, describe, expect, it } from 'vitest'
import { type Permission, permissions, roles } from '@/lib/access/permission'
import { personalToken } from '@/server/testing/device'
import { enter } from '@/server/testing/people'
import { everything, type Person, type World, world } from '@/server/testing/world'
import type { AnyDoor } from './door'
import { doors } from './doors'
import { healthDoors } from './health'
import { openMeter } from './metrics'

const found: World = await world()
const [running] = found.servers
if (!running) throw new Error('no server')
const url = running.url
const table: readonly AnyDoor[] = [...doors, ...healthDoors({ up: true }, openMeter(running.app.db))]
const agent = await found.agent({
  scopes: [everything],
})

/** Ids of every kind that are nobody's: a door that lets one in answers 400 or 404 for them. */
const filled = (door: AnyDoor) =>
  door.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const place = `/${door.path}`
    const prefix = place.includes('/members/invitations')
      ? 'inv'
      : place.includes('/members')
        ? 'usr'
        : place.includes('sign-ins')
          ? 'sgn'
          : place.includes('/agents')
            ? name === 'id'
              ? 'agt'
              : name === 'sid'
                ? 'scp'
                : 'crd'
            : place.includes('/applications')
              ? 'app'
              : place.includes('/teams')
                ? 'tea'
                : place.includes('/grants')
                  ? 'grt'
                  : place.includes('/tools')
                    ? 'tol'
                    : place.includes('/containment')
                      ? 'ctn'
                      : place.includes('/holds')
                        ? 'hld'
                        : place.includes('/enforcement')
                          ? 'enf'
                          : place.includes('/actions')
                            ? 'act'
                            : place.includes('resource-patterns')
                              ? 'rsp'
                              : 'xxx'
    return `${prefix}_${'0'.repeat(26)}`
  })

async function knock(
  door: AnyDoor,
  headers: Record<string, string>,
): Promise<{ status: number; code: string | undefined }> {
  const body = door.body ? '{}' : undefined
  const response = await fetch(`${url}${filled(door)}`, {
    method: door.method,
    headers: {
      prefer: 'wait=0',
      ...(door.method === 'GET' ? {} : { origin: url }),
      ...(body ? { 'content-type': 'application/json' } : {}),
      ...headers,
    },
    ...(body ? { body } : {}),
  })
  const text = await response.text()
  const code = /"code":"([a-z_.]+)"/.exec(text)?.[1]
  return { status: response.status, code }
}

const isPermission = (who: string): who is Permission => Object.hasOwn(permissions, who)
const named = (door: AnyDoor) => `${door.method} ${door.path}`

/**
 * Changes that any signed-in person may ask for, because a relation to the object decides (eligible reviewer, owner, oneself)
 * and not a role. A change that is not in this list must name a permission.
 */
const decidedByRelation = new Set([
  'POST /api/console/me/confirm',
  'POST /api/console/me/password',
  'POST /api/console/device/{code}',
  'DELETE /api/console/me/sign-ins',
  'DELETE /api/console/me/sign-ins/{id}',
  'POST /api/console/me/passkeys/options',
  'POST /api/console/me/passkeys',
  'PATCH /api/console/me/passkeys/{id}',
  'DELETE /api/console/me/passkeys/{id}',
  'POST /api/console/holds/{id}/countersignature',
  'PUT /api/console/me/notices',
  'POST /api/console/me/notices/{channel}/test',
  'POST /api/console/me/slack',
  'POST /api/console/me/slack/confirm',
  'DELETE /api/console/me/slack',
  'POST /api/console/me/push',
  'DELETE /api/console/me/push/{id}',
  'POST /api/console/holds/{id}/reviews',
  'POST /api/console/holds/{id}/views',
  'POST /api/console/holds/{id}/answers',
  'POST /api/console/holds/{id}/extend',
  'POST /api/console/holds/reviews',
  'POST /api/console/holds/{id}/reject-and-contain',
  'POST /api/console/grants',
  'POST /api/console/grants/preview',
  'POST /api/console/grants/{id}/revoke',
  'POST /api/console/containment',
  'POST /api/console/containment/{id}/lift',
  'POST /api/console/enforcement/{id}/end',
  'POST /api/console/agents/{id}/webhooks',
  'PATCH /api/console/agents/{id}/webhooks/{wid}',
  'POST /api/console/agents/{id}/webhooks/{wid}/rotate',
  'POST /api/console/agents/{id}/webhooks/{wid}/test',
  'POST /api/console/agents/{id}/webhooks/{wid}/send-again',
  'DELETE /api/console/agents/{id}/webhooks/{wid}',
])

/** What anybody may ask without saying who they are. */
const openToAll = new Set([
  'GET /api/console/sign-in',
  'POST /api/console/setup',
  'POST /api/console/device',
  'POST /api/console/device/token',
  'POST /api/integrations/slack/interactions',
  'GET /api/console/invitations/{token}',
  'POST /api/console/invitations/{token}/accept',
  'GET /.well-known/jwks.json',
  'GET /.well-known/authzen-configuration',
  'GET /health/live',
  'GET /health/ready',
  'GET /metrics',
])

/** What a personal token may change; all else is done in a browser. */
const byToken = new Map([
  ['DELETE /api/console/me/sign-ins/{id}', 'always'],
  ['POST /api/console/holds/{id}/reviews', 'decide'],
  ['POST /api/console/holds/{id}/views', 'decide'],
  ['POST /api/console/holds/{id}/reject-and-contain', 'decide'],
  ['POST /api/console/containment', 'decide'],
  ['POST /api/console/containment/{id}/lift', 'decide'],
  ['POST /api/console/tools/import', 'decide'],
  ['POST /api/console/policy', 'decide'],
  ['POST /api/console/policy/cases/run', 'decide'],
])

describe('INV-38: the declared table', () => {
  it.each(table.map(door => [named(door), door] as const))('%s asks for what its place demands', (name, door) => {
    if (door.who === 'open') expect(openToAll.has(name)).toBe(true)
    if (door.path.startsWith('/api/v1/')) expect(['agent', 'key']).toContain(door.who)
    if (door.path.startsWith('/api/console/')) expect(['agent', 'key']).not.toContain(door.who)
    if (door.who === 'signed_in' && door.method !== 'GET') expect(decidedByRelation.has(name)).toBe(true)
    if (door.token !== 'never') expect(door.token).toBe(byToken.get(name))
  })
})

describe('INV-38: every door × a personal token', () => {
  const tokens = { decide: '', read: '' }

  beforeAll(async () => {
    const all = roles.map(role => ({ role, team_id: null }))
    const everything = await enter(running, await found.person('Matrix token', all))
    tokens.decide = await personalToken(running, everything)
    tokens.read = await personalToken(running, everything, { scope: 'read' })
  })

  it.each(table.filter(door => door.path.startsWith('/api/')).map(door => [named(door), door] as const))(
    'A04: %s lets a token do what the table says, and no more',
    async (name, door) => {
      if (door.who === 'open') return
      const asked = (token: string) => knock(door, { authorization: `Bearer ${token}` })
      const [decide, read] = [await asked(tokens.decide), await asked(tokens.read)]
      if (door.who === 'agent' || door.who === 'key') expect([decide.status, read.status]).toEqual([401, 401])
      else if (door.token === 'never' || (door.method !== 'GET' && !door.token))
        expect([decide.code, read.code]).toEqual(['session.browser_required', 'session.browser_required'])
      else {
        expect([401, 500], name).not.toContain(decide.status)
        expect(decide.code ?? '', name).not.toMatch(/^session\.(browser|read)/)
        if (door.method !== 'GET' && door.token === 'decide') expect(read.code).toBe('session.read_only')
      }
      const cookie = `${running.app.sessions.cookieName}=x`
      expect((await knock(door, { authorization: `Bearer ${tokens.read}`, cookie })).code).toBe('credential.ambiguous')
    },
  )
})

describe('INV-38: every door × everybody, over HTTP', () => {
  const cookies = new Map<string, { cookie: string; roles: string[] }>()

  beforeAll(async () => {
    const who = [...roles.flatMap(role => [[role, null] as const, [role, found.team] as const]), [null, null] as const]
    for (const [role, team] of who) {
      const person = await found.person(`Matrix ${role} ${team ? 'team' : ''}`, role ? [{ role, team_id: team }] : [])
      const { signIn } = await import('@/server/access/sign-in')
      const { hours, ...token } = await signIn(running.app, person.id, {
        method: 'password',
        user_agent: null,
        remote: null,
      })
      const cookie = (await running.app.sessions.issue(token, hours)).split(';')[0] ?? ''
      cookies.set(`${role ?? 'nobody'}${team ? ' of a team' : ''}`, { cookie, roles: role ? [role] : [] })
    }
  })

  it.each(table.map(door => [named(door), door] as const))('%s', async (_, door) => {
    const console = door.who !== 'open' && door.who !== 'agent' && door.who !== 'key'
    const stranger = await knock(door, {})
    const machine = await knock(door, { authorization: `Bearer ${agent.key}` })
    if (door.who === 'open') {
      expect([401, 500]).not.toContain(stranger.status)
      return
    }
    expect(stranger.status).toBe(401)
    if (console) expect(machine.status).toBe(401)
    else expect([401, 403, 500]).not.toContain(machine.status)
    for (const [name, { cookie, roles: held }] of cookies) {
      // Sign-ins that this row would end are somebody else's.
      if (door.path.includes('/me/sign-ins') && door.method === 'DELETE') continue
      const { status, code } = await knock(door, { cookie })
      if (!console) expect(status, name).toBe(401)
      else {
        const permission = isPermission(door.who) ? permissions[door.who] : roles
        const allowed: readonly string[] = permission
        const may = allowed.length === roles.length || held.some(role => allowed.includes(role))
        if (may) expect([401, 500, 503], `${name}: ${code}`).not.toContain(status)
        else expect({ status, code }, name).toEqual({ status: 403, code: 'request.forbidden' })
      }
    }
  })
})

describe('INV-38, I13: objects of others', () => {
  const people: Record<string, Person> = {}
  let theirs = ''

  beforeAll(async () => {
    theirs = (await found.agent({ application_id: found.otherApplication }, false)).id
    const stranger = await found.person('Strange Stranger')
    const mates = {
      teamGovernor: await found.person('Tea Governor', [{ role: 'governor', team_id: found.team }]),
      teamViewer: await found.person('Tea Viewer', [{ role: 'viewer', team_id: found.team }]),
    }
    for (const [name, who] of Object.entries({
      ...mates,
      stranger,
      owner: found.owner,
      viewer: found.viewer,
      outsider: found.outsider,
      administrator: found.administrator,
    })) {
      people[name] = await found.signedIn(who)
    }
  })

  it.each([
    // who, reads mine, edits mine, reads theirs, edits theirs
    ['administrator', 200, 200, 200, 200],
    ['teamGovernor', 200, 200, 404, 404],
    ['teamViewer', 200, 403, 404, 403],
    ['viewer', 200, 403, 200, 403],
    ['owner', 200, 403, 200, 403],
    ['stranger', 404, 403, 404, 403],
    ['outsider', 404, 404, 200, 200],
  ] as const)('%s', async (name, readMine, editMine, readTheirs, editTheirs) => {
    const call = people[name]
    if (!call) throw new Error('nobody')
    for (const [kind, mine, other] of [
      ['agents', agent.id, theirs],
      ['applications', found.application, found.otherApplication],
    ] as const) {
      const tried = async (id: string) => [
        (await call('GET', `/api/console/${kind}/${id}`)).status,
        (await call('PATCH', `/api/console/${kind}/${id}`, { purpose: `By ${name}` })).status,
      ]
      expect(await tried(mine), `${kind}, mine`).toEqual([readMine, editMine])
      expect(await tried(other), `${kind}, theirs`).toEqual([readTheirs, editTheirs])
    }
    const listed = (await call('GET', '/api/console/applications')).body.items.map((one: { id: string }) => one.id)
    expect([listed.includes(found.application), listed.includes(found.otherApplication)]).toEqual([
      readMine === 200,
      readTheirs === 200,
    ])
  })

  it('a hidden object and a missing one are the same answer', async () => {
    const call = people.teamViewer
    if (!call) throw new Error('nobody')
    const [hidden, missing] = [
      await call('GET', `/api/console/agents/${theirs}`),
      await call('GET', `/api/console/agents/agt_${'0'.repeat(26)}`),
    ]
    const told = ({ body: { request_id: _, ...rest } }: typeof hidden) => rest
    expect(told(hidden)).toEqual(told(missing))
  })
})
