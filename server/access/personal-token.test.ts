import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { database } from '@/server/testing/database'
import { callWith, personalToken, postDevice } from '@/server/testing/device'
import { enter, makePerson, person, testPassword } from '@/server/testing/people'
import { startServer } from '@/server/testing/server'
import { noteRestore } from './restored'

const test = await database()
const [here, there] = [await startServer(test.url), await startServer(test.url)]
const me = '/api/console/me'
const status = async (token: string, at = here.url) => (await callWith(at, token, 'GET', me)).status
const target = { type: 'organisation' }

describe('a personal token', () => {
  it('A10, INV-39: ends everywhere at once with its sign-in, its person and their password', async () => {
    const ada = await person(here, 'Ada', ['administrator'])
    const ways: [string, (who: Awaited<ReturnType<typeof person>>, token: string) => Promise<{ status: number }>][] = [
      [
        'logged out by itself',
        async (who, token) => {
          const { items } = (await who.call('GET', `${me}/sign-ins`)).json
          const { id } = items.find((one: { machine: string | null }) => one.machine === 'laptop')
          return callWith(there.url, token, 'DELETE', `${me}/sign-ins/${id}`)
        },
      ],
      [
        'ended on the settings page',
        async who => {
          const { items } = (await who.call('GET', `${me}/sign-ins`)).json
          const { id } = items.find((one: { machine: string | null }) => one.machine === 'laptop')
          return who.call('DELETE', `${me}/sign-ins/${id}`)
        },
      ],
      ['signed out by an administrator', who => ada.call('DELETE', `/api/console/members/${who.id}/sign-ins`)],
      ['disabled', who => ada.call('PATCH', `/api/console/members/${who.id}`, { status: 'disabled' })],
      [
        'a new password',
        who => who.call('POST', `${me}/password`, { current: testPassword, password: 'another long one' }),
      ],
    ]
    for (const [name, end] of ways) {
      const who = await person(here, 'Target', ['viewer'])
      const token = await personalToken(here, who)
      expect([await status(token), await status(token, there.url)], name).toEqual([200, 200])
      expect((await end(who, token)).status, name).toBeLessThan(300)
      expect([await status(token), await status(token, there.url)], name).toEqual([401, 401])
    }
  })

  it('INV-38: carries the roles of its person as they are now', async () => {
    const ada = await person(there, 'Ada', ['administrator'])
    const made = await makePerson(there, 'Rolf', ['viewer'])
    const token = await personalToken(there, await enter(there, made))
    const settings = () => callWith(there.url, token, 'GET', '/api/console/members')
    expect((await settings()).status).toBe(403)
    await ada.call('PATCH', `/api/console/members/${made.id}`, { roles: [{ role: 'auditor', team_id: null }] })
    expect((await settings()).status).toBe(200)
  })

  it('A08: is never fresh, and cannot be made fresh: what asks for a password just given is closed to it', async () => {
    const gil = await person(there, 'Gil', ['governor'])
    const token = await personalToken(there, gil)
    const contain = (level: string) =>
      callWith(there.url, token, 'POST', '/api/console/containment', { target, level, reason: 'try' })
    expect((await contain('killed')).json).toMatchObject({ status: 403, code: 'session.stale' })
    expect((await callWith(there.url, token, 'POST', `${me}/confirm`, { password: testPassword })).json).toMatchObject({
      code: 'session.browser_required',
    })
    expect((await contain('quarantined')).json).toMatchObject({ code: 'session.stale' })
    expect((await contain('watched')).status).toBe(201)
  })

  it('A08: cannot let another command line in, sign a browser out, or come as a cookie', async () => {
    const ada = await person(there, 'Ada')
    const token = await personalToken(there, ada, { machine: 'first' })
    const asked = (await postDevice(there.url, '', { machine: 'second' })).json
    const path = `/api/console/device/${asked.user_code}`
    expect((await callWith(there.url, token, 'GET', path)).json.code).toBe('session.browser_required')
    expect((await callWith(there.url, token, 'POST', path, { verdict: 'allow' })).json.code).toBe(
      'session.browser_required',
    )
    const { items } = (await ada.call('GET', `${me}/sign-ins`)).json
    const other = items.find((one: { machine: string | null }) => one.machine === null)
    expect((await callWith(there.url, token, 'DELETE', `${me}/sign-ins/${other.id}`)).status).toBe(403)
    const own = items.find((one: { machine: string | null }) => one.machine === 'first')
    const forged = await there.app.sessions.issue({ sub: ada.id, sign_in: own.id, session_version: 1 }, 1)
    expect((await fetch(there.url + me, { headers: { cookie: forged.split(';')[0] ?? '' } })).status).toBe(401)
  })

  it('A08: an old browser session lets nobody in before it is fresh again', async () => {
    const ada = await person(here, 'Ada')
    const asked = (await postDevice(here.url, '', { machine: 'laptop' })).json
    const path = `/api/console/device/${asked.user_code}`
    await here.app.db.pool.query(
      `update sign_in set confirmed_at = holdpoint.now() - interval '11 minutes' where person_id = $1`,
      [ada.id],
    )
    expect((await ada.call('POST', path, { verdict: 'allow' })).json.code).toBe('session.stale')
    await ada.call('POST', `${me}/confirm`, { password: testPassword })
    expect((await ada.call('POST', path, { verdict: 'allow' })).status).toBe(204)
  })

  it('I12: in an address it is refused, and ends', async () => {
    const token = await personalToken(here, await person(here, 'Ada'))
    expect((await fetch(`${here.url}${me}?token=${token}`)).status).toBe(400)
    expect(await status(token)).toBe(401)
  })
  it('K14: ends with a restore, because the backup may be older than its end', async () => {
    const bob = await person(here, 'Bob')
    const token = await personalToken(here, bob)
    await writeFile(join(here.app.config.home, 'restored'), '')
    await noteRestore(here.app)
    expect([await status(token), await status(token, there.url)]).toEqual([401, 401])
    expect((await bob.call('GET', me)).status).toBe(200)
  })
})
