import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { plainPreference } from '@/lib/access/notice'
import { clock } from '@/server/db/guard'
import { reader } from '@/server/db/tx'
import { authenticator } from '@/server/testing/authenticator'
import { origin, registerKey } from '@/server/testing/countersigning'
import { letterBox } from '@/server/testing/letters'
import { slackSecret, slackShaped, slackToken } from '@/server/testing/slack'
import { type Person, world } from '@/server/testing/world'

const { letters, smtp, close } = await letterBox()
const slack = await slackShaped()
afterAll(() => Promise.all([close(), slack.close()]))
const w = await world(2, { smtp, fetchAllow: ['127.0.0.0/8'], slackApi: slack.url })
const soon = { timeout: 10_000, interval: 50 }
const mine = '/api/console/me/passkeys'
let administrator: Person
let ann: Person

/** The letters to the approver about this, as their own mail program shows them. */
const lettersOf = (subject: string) =>
  letters.filter(one => one.to.includes(w.approver.email) && one.text.includes(`Subject: ${subject}`))
const bodyOf = (subject: string) => lettersOf(subject).at(-1)?.text.replaceAll(/\s+/g, ' ') ?? ''
const slacked = () => slack.posted().filter(one => one.body.channel === 'UANN0001')
const changes = async () => (await ann('GET', mine)).body.changes

beforeAll(async () => {
  administrator = await w.signedIn(w.administrator)
  ann = await w.signedIn(w.approver)
  const connected = { token: slackToken, signing_secret: slackSecret }
  expect((await administrator('PUT', '/api/console/slack', connected)).status).toBe(200)
  slack.accounts[w.approver.email] = 'UANN0001'
  expect((await ann('POST', '/api/console/me/slack', {})).status).toBe(200)
  const code = /^\S{8}/.exec(slacked().at(-1)?.body.text ?? '')?.[0] ?? ''
  expect((await ann('POST', '/api/console/me/slack/confirm', { code })).status).toBe(200)
  // Whoever is signed in as her could have said it: no news by any channel, and quiet hours from an hour ago on.
  const now = (await clock(reader(w.db.pool))).getTime()
  const hour = (at: number) => new Date(at).toISOString().slice(11, 14).concat('00')
  const quiet = { time_zone: 'UTC', from: hour(now - 3_600_000), until: hour(now + 7_200_000), days: [] }
  const deaf = { topics: { ...plainPreference.topics, news: [] }, quiet }
  expect((await ann('PUT', '/api/console/me/notices', deaf)).status).toBe(200)
})

describe('A11 the owner of passkeys is told', () => {
  it('that one was registered: at once in quiet hours, whatever they prefer, what, when, from where and what to do', async () => {
    const before = slacked().length
    expect((await registerKey(ann, authenticator(origin), 'Call 555 to be safe')).status).toBe(201)
    const subject = 'A passkey was registered to your account'
    await expect.poll(() => lettersOf(subject).length, soon).toBe(1)
    await expect.poll(() => slacked().length, soon).toBe(before + 1)
    const [told] = await changes()
    expect(told).toMatchObject({ kind: 'passkey.added', by: { id: w.approver.id }, keys: 1 })
    for (const text of [bodyOf(subject), String(slacked().at(-1)?.body.text)]) {
      expect(text).toContain(`${told.at.slice(0, 16).replace('T', ' ')} UTC`)
      expect(text).toContain(told.from)
      expect(told.from).toMatch(/127\.0\.0\.1|::1/)
      expect(text).toContain('sign approvals in your name at once')
      expect(text).toContain('remove it under My passkeys')
      expect(text).toContain('tell an administrator')
      // What it is called, its maker chose.
      expect(text).not.toContain('555')
    }
    expect(bodyOf(subject)).toContain('/settings/passkeys')
  })

  it('of a later one from when on it may sign, and that one was removed', async () => {
    await registerKey(ann, authenticator(origin), 'Second')
    const added = 'A passkey was registered to your account'
    await expect.poll(() => lettersOf(added).length, soon).toBe(2)
    const { items } = (await ann('GET', mine)).body
    expect(bodyOf(added)).toContain(`from ${items[1].signs_from.slice(0, 16).replace('T', ' ')} UTC on`)
    expect((await ann('DELETE', `${mine}/${items[1].id}`)).status).toBe(204)
    await expect.poll(() => lettersOf('A passkey was removed from your account').length, soon).toBe(1)
    expect((await changes()).map((one: { kind: string }) => one.kind)).toEqual([
      'passkey.removed',
      'passkey.added',
      'passkey.added',
    ])
  })

  it('that an administrator reset them, and by whom; a reset that finds none tells nobody', async () => {
    const path = `/api/console/members/${w.approver.id}/passkeys/reset`
    expect((await administrator('POST', path, { reason: 'Lost on a train' })).body).toEqual({ removed: 1 })
    expect((await administrator('POST', path, { reason: 'Lost on a train' })).body).toEqual({ removed: 0 })
    await expect.poll(() => lettersOf('Your passkeys were reset').length, soon).toBe(1)
    expect(bodyOf('Your passkeys were reset')).toContain('If you did not ask: tell another administrator at once')
    const [told] = await changes()
    expect(told).toMatchObject({ kind: 'passkey.reset', by: { id: w.administrator.id }, keys: 1 })
    expect(told.by.name).not.toBeNull()
  })

  it('and nobody else; the address is not in the log, and what was told is shown for thirty days', async () => {
    expect(new Set(letters.flatMap(one => one.to))).toEqual(new Set([w.approver.email]))
    const other = await w.signedIn(w.backup)
    expect((await other('GET', mine)).body.changes).toEqual([])
    const { rows } = await w.db.pool.query<{ body: string }>(`select body from event where body like '%passkey.%'`)
    expect(rows.length).toBeGreaterThan(3)
    expect(rows.filter(one => /127\.0\.0\.1|::1/.test(one.body))).toEqual([])
    await w.test.moveClock(30 * 86_400 + 60)
    ann = await w.signedIn(w.approver)
    expect(await changes()).toEqual([])
  })
})
