import { describe, expect, it } from 'vitest'
import { authenticator, type Odd } from '@/server/testing/authenticator'
import { origin, registerKey } from '@/server/testing/countersigning'
import { type Person, world } from '@/server/testing/world'

const w = await world(1)
const someone = async (): Promise<Person> => w.signedIn(await w.person('Somebody'))
const mine = async (person: Person) => (await person('GET', '/api/console/me/passkeys')).body

describe('a passkey', () => {
  it.each([-7, -8, -257] as const)(
    'of each kind of key is registered, and its public key is in the log (%i)',
    async kind => {
      const who = await w.person('Kim')
      const answer = await registerKey(await w.signedIn(who), authenticator(origin, kind), 'Blue key')
      expect(answer).toMatchObject({ status: 201, body: { items: [{ name: 'Blue key', cooling: false }] } })
      const event = (await w.events('passkey.added')).find(one => one.by.id === who.id)
      expect(event?.data).toMatchObject({ algorithm: kind, person_id: who.id, passkey: answer.body.items[0].id })
      expect(JSON.stringify(event)).not.toContain('Blue key')
    },
  )

  it('the first one may countersign at once; every later one cools down for a day, whatever became of the first', async () => {
    const person = await someone()
    await registerKey(person, authenticator(origin), 'First')
    await registerKey(person, authenticator(origin), 'Second')
    const [first, second] = (await mine(person)).items
    expect([first.cooling, second.cooling]).toEqual([false, true])
    expect(Date.parse(second.signs_from) - Date.parse(second.created_at)).toBe(86_400_000)
    for (const one of [first, second])
      expect((await person('DELETE', `/api/console/me/passkeys/${one.id}`)).status).toBe(204)
    await registerKey(person, authenticator(origin), 'Third')
    expect((await mine(person)).items).toMatchObject([{ name: 'Third', cooling: true }])
  })

  it.each<[string, Odd]>([
    ['made on another site', { origin: 'https://evil.example' }],
    ['made for another relying party', { rpId: 'evil.example' }],
    ['whose person was not verified', { verified: false }],
    ['made without anybody there', { present: false }],
    ['made for another challenge', { challenge: 'AAAA' }],
    ['that is a signature and no registration', { type: 'webauthn.get' }],
  ])('%s is not registered', async (_, odd) => {
    const person = await someone()
    const answer = await registerKey(person, authenticator(origin), 'Key', odd)
    expect(answer).toMatchObject({ status: 400, body: { code: 'passkey.invalid' } })
    expect((await mine(person)).items).toEqual([])
  })

  it('A11 an answer to a registration is good once and for five minutes, and one key is one person’s', async () => {
    const [person, other] = [await someone(), await someone()]
    const key = authenticator(origin)
    const { body: options } = await person('POST', '/api/console/me/passkeys/options')
    const sent = { name: 'Key', response: key.create(options) }
    expect((await person('POST', '/api/console/me/passkeys', sent)).status).toBe(201)
    expect((await person('POST', '/api/console/me/passkeys', sent)).body.code).toBe('passkey.invalid')
    expect((await registerKey(other, key)).body.code).toBe('passkey.exists')
    const late = await someone()
    const { body: again } = await late('POST', '/api/console/me/passkeys/options')
    await w.test.moveClock(301)
    const answer = await late('POST', '/api/console/me/passkeys', {
      name: 'K',
      response: authenticator(origin).create(again),
    })
    expect(answer.body.code).toBe('passkey.invalid')
    await w.test.moveClock(-301)
  })

  it('may be reached by ways that are not known yet: they are kept, and browsers are told of them as they were', async () => {
    const person = await someone()
    const { body: options } = await person('POST', '/api/console/me/passkeys/options')
    const made = authenticator(origin).create(options)
    const transports = ['internal', 'satellite']
    const response = { ...made, response: { ...made.response, transports } }
    expect((await person('POST', '/api/console/me/passkeys', { name: 'Key', response })).status).toBe(201)
    const next = await person('POST', '/api/console/me/passkeys/options')
    expect(next.body.excludeCredentials).toMatchObject([{ id: made.id, transports }])
  })

  it('is renamed by its owner alone, and by who has read it last', async () => {
    const [person, other] = [await someone(), await someone()]
    const { id, etag } = (await registerKey(person, authenticator(origin))).body.items[0]
    const path = `/api/console/me/passkeys/${id}`
    expect((await other('PATCH', path, { name: 'Mine' })).status).toBe(404)
    expect((await other('DELETE', path)).status).toBe(404)
    expect((await person('PATCH', path, { name: 'Desk' }, { 'if-match': `"${etag}"` })).body.items[0].name).toBe('Desk')
    expect((await person('PATCH', path, { name: 'Bag' }, { 'if-match': `"${etag}"` })).status).toBe(412)
  })

  it('nobody has more than ten', async () => {
    const person = await someone()
    for (let count = 0; count < 10; count++) expect((await registerKey(person, authenticator(origin))).status).toBe(201)
    expect((await person('POST', '/api/console/me/passkeys/options')).body.code).toBe('passkey.limit')
  })

  it('A08 registering and removing one asks for a fresh sign-in', async () => {
    const person = await someone()
    const { id } = (await registerKey(person, authenticator(origin))).body.items[0]
    const { body: options } = await person('POST', '/api/console/me/passkeys/options')
    await w.test.moveClock(601)
    const response = authenticator(origin).create(options)
    for (const answer of [
      await person('POST', '/api/console/me/passkeys/options'),
      await person('POST', '/api/console/me/passkeys', { name: 'Key', response }),
      await person('DELETE', `/api/console/me/passkeys/${id}`),
    ])
      expect(answer).toMatchObject({ status: 403, body: { code: 'session.stale' } })
    await w.test.moveClock(-601)
  })

  it('what was registered can only be renamed, count upwards, and be removed once: the database refuses the rest', async () => {
    const person = await someone()
    const { id } = (await registerKey(person, authenticator(origin))).body.items[0]
    const set = (what: string) => w.db.pool.query(`update passkey set ${what} where id = '${id}'`)
    for (const what of [
      `public_key = '\\x00'`,
      'counter = 0',
      `person_id = '${w.viewer.id}'`,
      "signs_from = created_at - interval '1 s'",
    ])
      await expect(set(what)).rejects.toThrow()
    await person('DELETE', `/api/console/me/passkeys/${id}`)
    await expect(set('removed_at = null, removed_by = null')).rejects.toThrow(/cannot become/)
  })
})

describe('somebody who has lost their keys', () => {
  it('has them reset by an administrator, with the reason in the log; the next one cools down', async () => {
    const who = await w.person('Lost')
    const person = await w.signedIn(who)
    await registerKey(person, authenticator(origin))
    const { id } = (await mine(person)).items[0]
    const administrator = await w.signedIn(w.administrator)
    const path = `/api/console/members/${who.id}/passkeys/reset`
    expect((await person('POST', path, { reason: 'mine' })).status).toBe(403)
    expect((await administrator('POST', path, { reason: ' ' })).status).toBe(400)
    expect((await administrator('POST', path, { reason: 'Lost on a train' })).body).toEqual({ removed: 1 })
    expect((await administrator('POST', path, { reason: 'Lost on a train' })).body).toEqual({ removed: 0 })
    const [event] = await w.events('passkey.reset')
    expect(event).toMatchObject({ by: { id: w.administrator.id }, data: { passkeys: [id], reason: 'Lost on a train' } })
    await registerKey(person, authenticator(origin), 'New')
    expect((await mine(person)).items).toMatchObject([{ name: 'New', cooling: true }])
  })

  it('nobody resets their own, and nobody by an old session', async () => {
    const administrator = await w.signedIn(w.administrator)
    const own = `/api/console/members/${w.administrator.id}/passkeys/reset`
    expect((await administrator('POST', own, { reason: 'x' })).status).toBe(403)
    await w.test.moveClock(601)
    const other = `/api/console/members/${w.viewer.id}/passkeys/reset`
    expect((await administrator('POST', other, { reason: 'x' })).body.code).toBe('session.stale')
    await w.test.moveClock(-601)
  })
})
