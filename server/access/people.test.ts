import { describe, expect, it } from 'vitest'
import { database } from '@/server/testing/database'
import { answered, makePerson, person, signInOverHttp, testPassword } from '@/server/testing/people'
import { startServer } from '@/server/testing/server'

const test = await database()
const running = await startServer(test.url)
const { url } = running
const link = running.setupLink

const post = async (path: string, body: unknown) =>
  answered(
    await fetch(`${url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    }),
  )

describe('the first administrator', () => {
  const first = { organisation: 'Acme', name: 'Ada', email: 'ada@acme.test', password: 'a long enough password' }

  it('I20: comes in by the printed link, once, and setup is closed for ever', async () => {
    const token = new URL(link ?? '').searchParams.get('token')
    expect((await answered(await fetch(`${url}/api/console/sign-in`))).json).toEqual({
      oidc: [],
      demo: null,
      setup: true,
    })
    expect((await post('/api/console/setup', { ...first, token: 'guess' })).json).toMatchObject({
      status: 403,
      code: 'setup.invalid_token',
    })
    const both = await Promise.all([
      post('/api/console/setup', { ...first, token }),
      post('/api/console/setup', { ...first, email: 'eve@acme.test', token }),
    ])
    expect(both.map(one => one.status).sort()).toEqual([204, 410])
    expect((await post('/api/console/setup', { ...first, token })).json).toMatchObject({
      status: 410,
      code: 'setup.closed',
    })
    expect((await answered(await fetch(`${url}/api/console/sign-in`))).json.setup).toBe(false)
    const cookie =
      both
        .find(one => one.status === 204)
        ?.headers.getSetCookie()[0]
        ?.split(';')[0] ?? ''
    const me = await answered(await fetch(`${url}/api/console/me`, { headers: { cookie } }))
    // Alone, they administer and decide: else nobody could decide what the first agent asks.
    expect(me.json).toMatchObject({
      roles: ['administrator', 'approver'].map(role => ({ role, team_id: null })),
      organisation: { name: 'Acme' },
    })
    expect(me.json.permissions).toEqual(expect.arrayContaining(['members.write', 'hold.review']))
  })

  it('O10: there is no way in for a demo, and no other door to one', async () => {
    expect((await post('/api/console/demo/sign-in', { email: first.email })).status).toBe(404)
    for (const path of [
      '/api/console/demo',
      '/api/console/seed',
      '/api/test/sign-in',
      '/api/console/debug',
      '/api/auth/callback/demo',
    ]) {
      expect([404, 405]).toContain((await post(path, {})).status)
    }
  })
})

describe('signing in', () => {
  it('W17: works with the password alone, by a new token in a cookie that scripts cannot read', async () => {
    const made = await makePerson(running, 'Petra', ['viewer'])
    const one = await signInOverHttp(url, made.email, testPassword)
    const other = await signInOverHttp(url, made.email.toUpperCase(), testPassword)
    expect([one.status, other.status]).toEqual([200, 200])
    const session = one.setCookies.find(text => text.includes('session-token')) ?? ''
    expect(session).toMatch(/HttpOnly/i)
    expect(session).toMatch(/SameSite=Lax/i)
    expect(session).toMatch(/Path=\//i)
    expect(session).not.toBe(other.setCookies.find(text => text.includes('session-token')))
    expect((await fetch(`${url}/api/console/me`, { headers: { cookie: one.cookie } })).status).toBe(200)
  })

  it('https: cookies are Secure and bound to the host', async () => {
    const secure = await startServer(test.url, { url: 'https://holdpoint.acme.test' })
    const made = await makePerson(secure, 'Sec', ['viewer'])
    const issued = await secure.app.sessions.issue({ sub: made.id, sign_in: 'x', session_version: 1 }, 1)
    expect(issued).toMatch(/^__Host-/)
    expect(issued).toMatch(/; Secure/)
    const csrf = await fetch(`${secure.url}/api/auth/csrf`)
    for (const cookie of csrf.headers.getSetCookie()) expect(cookie).toMatch(/Secure/)
  })

  it('I11 says the same to a wrong password and to nobody, records neither word, and slows guessing down', async () => {
    const made = await makePerson(running, 'Quinn', ['viewer'])
    const wrong = await signInOverHttp(url, made.email, 'canary-password-1')
    const nobody = await signInOverHttp(url, 'canary-nobody@acme.test', 'canary-password-2')
    const odd = await signInOverHttp(url, 'canary＠acme.test', 'canary-password-3')
    expect([wrong.status, nobody.status, odd.status]).toEqual([401, 401, 401])
    expect(wrong.json).toEqual(nobody.json)
    const { rows } = await running.app.db.pool.query(`select body from event`)
    expect(JSON.stringify(rows)).toContain('sign_in.failed')
    expect(JSON.stringify(rows)).not.toContain('canary')
    const statuses = []
    for (let i = 0; i < 11; i++) statuses.push((await signInOverHttp(url, made.email, 'wrong')).status)
    expect(statuses.at(-1)).toBe(429)
    expect((await signInOverHttp(url, made.email, testPassword)).status).toBe(429)
  })

  it('only known pairs of method and action are there', async () => {
    for (const [method, path] of [
      ['GET', 'callback/credentials'],
      ['POST', 'callback/oidc'],
      ['POST', 'session'],
      ['PUT', 'session'],
      ['POST', '_log'],
      ['GET', 'verify-request'],
      ['POST', 'signin/credentials'],
      ['POST', 'signin/github'],
      ['DELETE', 'csrf'],
      ['GET', 'constructor'],
    ] as const) {
      expect((await fetch(`${url}/api/auth/${path}`, { method, redirect: 'manual' })).status, `${method} ${path}`).toBe(
        405,
      )
    }
  })

  it('needs the csrf token of its own cookie, and no foreign origin', async () => {
    const made = await makePerson(running, 'Rex', ['viewer'])
    const form = { 'content-type': 'application/x-www-form-urlencoded' }
    const body = new URLSearchParams({ csrfToken: 'x', email: made.email, password: testPassword, json: 'true' })
    const without = await fetch(`${url}/api/auth/callback/credentials`, {
      method: 'POST',
      headers: form,
      body,
      redirect: 'manual',
    })
    expect(without.headers.getSetCookie().join()).not.toContain('session-token')
    const foreign = await fetch(`${url}/api/auth/callback/credentials`, {
      method: 'POST',
      headers: { ...form, origin: 'https://evil.example' },
      body,
      redirect: 'manual',
    })
    expect(foreign.status).toBe(403)
  })

  it('W15: leads nowhere but here afterwards', async () => {
    for (const to of ['https://evil.example', '//evil.example', 'https:evil.example', '/\\evil.example']) {
      const answer = await fetch(`${url}/api/auth/signin?callbackUrl=${encodeURIComponent(to)}`, { redirect: 'manual' })
      const location = answer.headers.get('location') ?? '/'
      const target = new URL(location, url)
      expect(target.host).toBe(new URL(url).host)
      const then = target.searchParams.get('callbackUrl')
      if (then) expect(new URL(then, url).host).toBe(new URL(url).host)
    }
  })

  it('I19: what a token claims about roles counts for nothing', async () => {
    const made = await person(running, 'Tom', ['viewer'])
    const [name = '', value = ''] = made.cookie.split('=')
    const { encode, decode } = await import('next-auth/jwt')
    const token = await decode({ token: value, secret: running.app.sessions.secret })
    const forged = await encode({
      token: { ...token, roles: [{ role: 'administrator', team_id: null }] },
      secret: running.app.sessions.secret,
    })
    const headers = { cookie: `${name}=${forged}` }
    expect((await answered(await fetch(`${url}/api/console/me`, { headers }))).json.roles).toEqual([
      { role: 'viewer', team_id: null },
    ])
    const other = await encode({ token: { ...token }, secret: 'another secret, not ours' })
    expect((await fetch(`${url}/api/console/me`, { headers: { cookie: `${name}=${other}` } })).status).toBe(401)
  })
})

describe('an invitation', () => {
  it('I21: is for one address, works once, and ends after seven days', async () => {
    const ada = await person(running, 'Ada', ['administrator'])
    const invited = await ada.call('POST', '/api/console/members/invitations', {
      email: 'New.Person@acme.test',
      roles: [{ role: 'approver', team_id: null }],
    })
    expect(invited.json).toMatchObject({ email: 'new.person@acme.test', mailed: false })
    const path = `/api/console/invitations/${invited.json.link.split('/').at(-1)}`
    expect((await answered(await fetch(`${url}${path}`))).json).toMatchObject({
      email: 'new.person@acme.test',
      roles: ['approver'],
      needs_password: true,
    })
    expect((await post(`${path}/accept`, { name: 'New Person', password: 'short' })).json).toMatchObject({
      status: 400,
      errors: [{ pointer: '/password' }],
    })
    const both = await Promise.all(
      [1, 2].map(() => post(`${path}/accept`, { name: 'New Person', password: 'long enough to be one' })),
    )
    expect(both.map(one => one.status).sort()).toEqual([204, 410])
    expect((await fetch(`${url}${path}`)).status).toBe(410)
    expect((await signInOverHttp(url, 'new.person@acme.test', 'long enough to be one')).status).toBe(200)

    const late = await ada.call('POST', '/api/console/members/invitations', {
      email: 'late@acme.test',
      roles: [{ role: 'viewer', team_id: null }],
    })
    const again = await ada.call('POST', '/api/console/members/invitations', {
      email: 'late@acme.test',
      roles: [{ role: 'viewer', team_id: null }],
    })
    const accept = (answer: typeof late) =>
      post(`/api/console/invitations/${answer.json.link.split('/').at(-1)}/accept`, {
        name: 'Late',
        password: 'long enough to be one',
      })
    expect((await accept(late)).status).toBe(410)
    await test.moveClock(7 * 86_400 + 1)
    expect((await accept(again)).json).toMatchObject({ status: 410, code: 'invitation.invalid' })
    await test.moveClock(-(7 * 86_400 + 1))
  })

  it('A03, I17: is not given to a second address of the same human, nor to an address that is not one', async () => {
    const ada = await person(running, 'Ada', ['administrator'])
    const roles = [{ role: 'viewer', team_id: null }]
    const made = await makePerson(running, 'Una', ['approver'])
    const [local, domain] = made.email.split('@')
    const twin = await ada.call('POST', '/api/console/members/invitations', { email: `${local}+2@${domain}`, roles })
    expect(twin.json).toMatchObject({ status: 409, code: 'person.exists', errors: [{ pointer: '/email' }] })
    for (const email of [`${local}＠${domain}`, `"e@attacker.com"@${domain}`, `${local}@${domain}\n`]) {
      expect((await ada.call('POST', '/api/console/members/invitations', { email, roles })).json).toMatchObject({
        status: 400,
        errors: [{ pointer: '/email' }],
      })
    }
  })
})
