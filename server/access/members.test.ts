import { describe, expect, it } from 'vitest'
import { database } from '@/server/testing/database'
import { enter, makePerson, person, signInOverHttp, testPassword } from '@/server/testing/people'
import { startServer } from '@/server/testing/server'

const test = await database()
const running = await startServer(test.url)
const { url } = running

describe('members', () => {
  it('are edited by administrators, never by themselves upwards, and never down to none', async () => {
    const alone = await startServer((await database()).url)
    const ada = await person(alone, 'Ada', ['administrator'])
    const gov = await person(alone, 'Gov', ['governor'])
    const admin = [{ role: 'administrator', team_id: null }]
    expect((await gov.call('PATCH', `/api/console/members/${gov.id}`, { roles: admin })).status).toBe(403)
    expect(
      (
        await ada.call('PATCH', `/api/console/members/${ada.id}`, {
          roles: [...admin, { role: 'approver', team_id: null }],
        })
      ).status,
    ).toBe(403)
    expect((await ada.call('PATCH', `/api/console/members/${ada.id}`, { roles: [] })).json).toMatchObject({
      status: 409,
      code: 'person.last_administrator',
    })
    expect((await ada.call('PATCH', `/api/console/members/${gov.id}`, { roles: admin })).status).toBe(200)
    expect((await gov.call('GET', '/api/console/me')).json.permissions).toContain('members.write')
    // Two administrators who remove each other at the same moment: one of them stays.
    const out = await Promise.all([
      ada.call('PATCH', `/api/console/members/${gov.id}`, { status: 'disabled' }),
      gov.call('PATCH', `/api/console/members/${ada.id}`, { status: 'disabled' }),
    ])
    const [won, lost] = out.map(one => one.status).sort()
    expect(won).toBe(200)
    expect([401, 403, 409]).toContain(lost)
    const { rows } = await alone.app.db.pool.query(`select 1 from person where status = 'active'`)
    expect(rows).toHaveLength(1)
  })

  it('honour If-Match', async () => {
    const ada = await person(running, 'Ada', ['administrator'])
    const made = await makePerson(running, 'Vic', ['viewer'])
    const { json } = await ada.call('GET', `/api/console/members/${made.id}`)
    const rename = (name: string) =>
      ada.call('PATCH', `/api/console/members/${made.id}`, { name }, { headers: { 'if-match': `"${json.etag}"` } })
    expect((await rename('Vic One')).status).toBe(200)
    expect((await rename('Vic Two')).status).toBe(412)
  })

  it('search, sort and page', async () => {
    const ada = await person(running, 'Ada', ['administrator'])
    for (const name of ['Petra', 'Quinn', 'Rex']) await makePerson(running, name, ['viewer'])
    const first = (await ada.call('GET', '/api/console/members?limit=2')).json
    const second = (await ada.call('GET', `/api/console/members?limit=2&cursor=${first.next_cursor}`)).json
    const ids = [...first.items, ...second.items].map((one: { id: string }) => one.id)
    expect(new Set(ids).size).toBe(4)
    expect((await ada.call('GET', '/api/console/members?q=petra')).json.items).toHaveLength(1)
    expect((await ada.call('GET', '/api/console/members?sort=-created&limit=1')).json.items[0].name).toBe('Rex')
  })
})

describe('a fresh sign-in', () => {
  it('lasts ten minutes, and the password renews it', async () => {
    const { assertFresh } = await import('./fresh')
    const ada = await person(running, 'Ada', ['administrator'])
    const signedIn = async () => {
      const found = await running.app.sessions.find(ada.cookie)
      if (!found) throw new Error('signed out')
      return found
    }
    const now = async () =>
      (await running.app.db.pool.query<{ at: Date }>('select holdpoint.now() as at')).rows[0]?.at ?? new Date(0)
    await test.moveClock(601)
    await expect((async () => assertFresh(await signedIn(), await now()))()).rejects.toMatchObject({
      code: 'session.stale',
    })
    expect((await ada.call('POST', '/api/console/me/confirm', { password: 'wrong' })).json).toMatchObject({
      status: 401,
      code: 'sign_in.failed',
    })
    expect((await ada.call('POST', '/api/console/me/confirm', { password: testPassword })).status).toBe(204)
    assertFresh(await signedIn(), await now())
    await test.moveClock(-601)
  })
})

describe('a sign-in', () => {
  it('I19: cookies that are asked about in one moment vouch for nobody but their own', async () => {
    const [ada, rex] = [await person(running, 'Ada', ['administrator']), await person(running, 'Rex', ['viewer'])]
    const { sessions } = running.app
    const [hers, his] = await Promise.all([ada, rex].map(one => sessions.find(one.cookie)))
    const forged = async (sub: string, session_version: number) => {
      const issued = await sessions.issue({ sub, sign_in: hers?.sign_in_id ?? '', session_version }, 1)
      return issued.split(';')[0] ?? ''
    }
    const [old, another] = [await forged(hers?.id ?? '', 99), await forged(his?.id ?? '', 1)]
    const asked = await Promise.all([old, ada.cookie, another, rex.cookie, old].map(cookie => sessions.find(cookie)))
    expect(asked.map(one => one?.id ?? null)).toEqual([null, hers?.id, null, his?.id, null])
  })

  it('A10: ends with sign-out, password change, disabling and time', async () => {
    const ada = await person(running, 'Ada', ['administrator'])
    const made = await makePerson(running, 'Wanda', ['viewer'])
    const { cookie } = await signInOverHttp(url, made.email, testPassword)
    const csrf = await fetch(`${url}/api/auth/csrf`, { headers: { cookie } })
    const { csrfToken } = await csrf.json()
    const out = await fetch(`${url}/api/auth/signout`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', cookie, origin: url },
      body: new URLSearchParams({ csrfToken, json: 'true' }),
    })
    expect(out.status).toBe(200)
    expect((await fetch(`${url}/api/console/me`, { headers: { cookie } })).status).toBe(401)

    const [one, two] = [await enter(running, made), await enter(running, made)]
    expect((await one.call('GET', '/api/console/me/sign-ins')).json.items).toHaveLength(2)
    const changed = await one.call('POST', '/api/console/me/password', {
      current: testPassword,
      password: 'another long password',
    })
    expect(changed.status).toBe(204)
    expect([
      (await one.call('GET', '/api/console/me')).status,
      (await two.call('GET', '/api/console/me')).status,
    ]).toEqual([401, 401])
    const fresh = changed.headers.getSetCookie()[0]?.split(';')[0] ?? ''
    expect((await fetch(`${url}/api/console/me`, { headers: { cookie: fresh } })).status).toBe(200)

    expect((await ada.call('PATCH', `/api/console/members/${made.id}`, { status: 'disabled' })).status).toBe(200)
    expect((await fetch(`${url}/api/console/me`, { headers: { cookie: fresh } })).status).toBe(401)
    expect((await signInOverHttp(url, made.email, 'another long password')).status).toBe(401)

    const timed = await person(running, 'Xena', ['viewer'])
    await test.moveClock(12 * 3_600 + 1)
    expect((await timed.call('GET', '/api/console/me')).status).toBe(401)
    await test.moveClock(-(12 * 3_600 + 1))
  })
})
