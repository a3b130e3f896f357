import { describe, expect, it } from 'vitest'
import { readUserCode } from '@/lib/access/device'
import { hashBearer } from '@/server/db/bearer'
import { database } from '@/server/testing/database'
import { callWith, postDevice, redeem } from '@/server/testing/device'
import { person } from '@/server/testing/people'
import { startServer } from '@/server/testing/server'

const test = await database()
const [here, there] = [await startServer(test.url), await startServer(test.url)]
const { pool } = here.app.db
const me = '/api/console/me'
const asking = async (more = {}) => (await postDevice(here.url, '', { machine: 'laptop', ...more })).json
const page = (code: string) => `/api/console/device/${code}`
const status = async (token: string, at = here.url) => (await callWith(at, token, 'GET', me)).status

describe('letting a command line in (RFC 8628)', () => {
  it('gives codes of RFC 8628, keeps neither of them, and lets it in once the person has said so', async () => {
    const ada = await person(here, 'Ada', ['viewer'])
    const asked = await asking({ days: 3 })
    expect(asked).toMatchObject({ expires_in: 600, interval: 2 })
    expect(asked.user_code).toMatch(/^[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}$/)
    expect(asked.verification_uri_complete).toBe(`${asked.verification_uri}?code=${asked.user_code}`)
    const { rows } = await pool.query('select r::text as row from device_request r')
    for (const code of [asked.user_code, asked.device_code]) expect(JSON.stringify(rows)).not.toContain(code)
    expect((await redeem(there.url, asked.device_code)).json).toMatchObject({
      status: 400,
      code: 'device.pending',
      error: 'authorization_pending',
    })
    const shown = (await ada.call('GET', page(asked.user_code.toLowerCase().replace('-', '')))).json
    expect(shown).toMatchObject({ user_code: asked.user_code, machine: 'laptop', scope: 'decide', days: 3 })
    expect((await ada.call('POST', page(asked.user_code), { verdict: 'allow' })).status).toBe(204)
    const given = (await redeem(there.url, asked.device_code)).json
    expect(given).toMatchObject({ token_type: 'Bearer', expires_in: 3 * 86_400, scope: 'decide' })
    const token = given.access_token
    expect((await callWith(there.url, token, 'GET', me)).json).toMatchObject({ id: ada.id })
    const kept = await pool.query('select token_hash from sign_in where token_hash is not null')
    expect(kept.rows).toEqual([{ token_hash: hashBearer(token) }])
    expect((await redeem(here.url, asked.device_code)).json).toMatchObject({ error: 'expired_token' })
    await test.moveClock(3 * 86_400 + 1)
    expect(await status(token)).toBe(401)
  })

  it('W01: looking decides nothing, however often; asking too often costs time', async () => {
    const ada = await person(here, 'Ada', ['viewer'])
    const asked = await asking()
    for (let i = 0; i < 15; i++) expect((await ada.call('GET', page(asked.user_code))).status).toBe(200)
    expect((await redeem(here.url, asked.device_code)).json.error).toBe('authorization_pending')
    expect((await redeem(here.url, asked.device_code)).json.error).toBe('slow_down')
    await test.moveClock(3)
    expect((await redeem(here.url, asked.device_code)).json.error).toBe('slow_down')
    await test.moveClock(13)
    expect((await redeem(here.url, asked.device_code)).json.error).toBe('authorization_pending')
  })

  it('a no ends it; an answer counts once; a code is over after ten minutes; one nobody gave is none', async () => {
    const ada = await person(here, 'Ada', ['viewer'])
    const denied = await asking()
    await ada.call('POST', page(denied.user_code), { verdict: 'deny' })
    expect((await ada.call('POST', page(denied.user_code), { verdict: 'allow' })).json.code).toBe('device.decided')
    expect((await redeem(here.url, denied.device_code)).json.error).toBe('access_denied')
    const late = await asking()
    const used = await asking()
    await ada.call('POST', page(used.user_code), { verdict: 'allow' })
    await test.moveClock(601)
    for (const method of ['GET', 'POST'])
      expect(
        (await ada.call(method, page(late.user_code), method === 'GET' ? undefined : { verdict: 'allow' })).status,
      ).toBe(404)
    for (const one of [late, used, { device_code: 'x' }])
      expect((await redeem(here.url, one.device_code)).json.error).toBe('expired_token')
    expect((await ada.call('GET', page('BBBB-BBBB'))).status).toBe(404)
    expect(readUserCode('AEIO-UUUU')).toBe(null)
  })

  it('two people and two command lines at once: one answer, one token', async () => {
    const [ada, bob] = [await person(here, 'Ada'), await person(there, 'Bob')]
    const asked = await asking()
    const answers = await Promise.all([
      ada.call('POST', page(asked.user_code), { verdict: 'allow' }),
      bob.call('POST', page(asked.user_code), { verdict: 'allow' }, { at: there.url }),
    ])
    expect(answers.map(one => one.status).sort()).toEqual([204, 409])
    const fetched = await Promise.all([here, there, here].map(one => redeem(one.url, asked.device_code)))
    expect(fetched.map(one => one.status).sort()).toEqual([200, 400, 400])
  })

  it('I14: codes cannot be guessed, nor asked for without end', async () => {
    const eve = await person(there, 'Eve')
    let refused = 0
    for (let i = 0; i < 12; i++)
      refused += (await eve.call('GET', page('BCDF-GHJK'), undefined, { at: there.url })).status === 429 ? 1 : 0
    expect(refused).toBe(2)
    const tried = await Promise.all(Array.from({ length: 12 }, () => redeem(there.url, 'guess')))
    expect(tried.filter(one => one.status === 429).length).toBeGreaterThan(1)
    const asked = await Promise.all(Array.from({ length: 12 }, () => postDevice(there.url, '', { machine: 'flood' })))
    expect(asked.filter(one => one.status === 429).length).toBeGreaterThan(0)
  })

  it('U04: a machine cannot call itself something that hides', async () => {
    for (const machine of ['a\u202eb', 'a\u001b[2Jb', 'a\u200bb', '', 'x'.repeat(81)])
      expect((await postDevice(there.url, '', { machine })).status).toBe(400)
  })
})
