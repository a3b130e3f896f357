import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { SignedIn } from '@/lib/access/permission'
import { enqueue } from '@/server/access/outbox-store'
import { clock } from '@/server/db/guard'
import { reader, transact } from '@/server/db/tx'
import { deliverSlack } from '@/server/engine/deliver'
import { pressed, slackSecret, slackShaped, slackToken } from '@/server/testing/slack'
import { everything, type Person, world } from '@/server/testing/world'

const slack = await slackShaped()
afterAll(slack.close)
const w = await world(2, { fetchAllow: ['127.0.0.0/8'], slackApi: slack.url, url: 'https://holdpoint.acme.example' })
const endpoint = '/api/integrations/slack/interactions'
const soon = { timeout: 10_000, interval: 50 }
const accounts = { approver: 'UANN0001', other: 'UOTTO001' }
let key = ''
let ada: Person
let ann: Person

const app = (at = 0) => {
  const served = w.servers[at]?.app
  if (!served) throw new Error('no server')
  return served
}
const now = () => clock(reader(w.db.pool))

/** The code that was sent to this Slack account last. */
const codeTo = (account: string) =>
  /^\S{8}/.exec(slack.posted().findLast(one => one.body.channel === account)?.body.text ?? '')?.[0] ?? ''

async function link(who: SignedIn, account: string): Promise<void> {
  const person = await w.signedIn(who)
  slack.accounts[who.email] = account
  expect((await person('POST', '/api/console/me/slack', {})).status).toBe(200)
  expect((await person('POST', '/api/console/me/slack/confirm', { code: codeTo(account) })).status).toBe(200)
}

/** A held action that an approver is told of in Slack. */
async function told(tool = 'run', who: SignedIn = w.approver, account = accounts.approver) {
  const context = { prompt: 'PROMPT, at once', task: 'TASK', acting_for: 'the CEO' }
  const params = { iban: 'IBAN-IN-PARAMS', n: randomUUID() }
  const action = (await w.submit(key, { tool, params, intent: 'INTENT: urgent, approved above', context })).body
  expect(action.status).toBe('held')
  const payload = JSON.stringify({ kind: 'hold.opened', hold: action.hold.id, why: 'you approve for Payments' })
  await transact(w.db, async tx =>
    enqueue(tx, await clock(tx), [
      { subject_id: action.hold.id, kind: 'hold.opened', person_id: who.id, payload, channels: ['slack'] },
    ]),
  )
  await expect
    .poll(async () => {
      await deliverSlack(app())
      return about(action.hold.id, account).length
    }, soon)
    .toBe(1)
  return { action, hold: String(action.hold.id), message: about(action.hold.id, account)[0]?.body }
}

/** What has been posted to an account about a hold, by the engine or by what a test has put into the outbox: once for each person. */
const about = (hold: string, account: string) =>
  slack.posted().filter(one => one.body.channel === account && JSON.stringify(one.body).includes(hold))

async function press(body: string, headers: Record<string, string>, at = 0): Promise<number> {
  const answer = await fetch(`${w.servers[at]?.url}${endpoint}`, { method: 'POST', body, headers })
  return answer.status
}
const status = async (action: { id: string }) =>
  (await w.gate(key, 'GET', `/api/v1/actions/${action.id}`, undefined, { prefer: 'wait=0' })).body.status
const buttons = (message: {
  blocks: { type: string; elements?: { action_id: string; value?: string; url?: string }[] }[]
}) => message.blocks.find(one => one.type === 'actions')?.elements ?? []

beforeAll(async () => {
  await w.tools({
    run: { operation: 'update' },
    wipe: { operation: 'execute', reversible: false },
  })
  key = (
    await w.agent({
      scopes: [everything],
    })
  ).key
  ada = await w.signedIn(w.administrator)
  ann = await w.signedIn(w.approver)
})

describe('a workspace', () => {
  it('is connected by a bot’s token that Slack knows, and its secrets stand nowhere in clear', async () => {
    const body = { token: slackToken, signing_secret: slackSecret }
    expect((await ada('PUT', '/api/console/slack', { ...body, token: 'xoxb-9999-wrong-token' })).body).toMatchObject({
      code: 'slack.refused',
      detail: 'Slack does not know this bot token.',
    })
    expect((await ann('PUT', '/api/console/slack', body)).status).toBe(403)
    const done = await ada('PUT', '/api/console/slack', body)
    expect(done.body.slack).toMatchObject({ name: 'Acme', connected_by: { id: w.administrator.id } })
    const { rows } = await w.db.pool.query<{ text: string }>(
      `select body as text from event union all select payload from delivery union all select w::text from slack_workspace w`,
    )
    const all = rows.map(one => one.text).join('\n') + JSON.stringify(done.body)
    for (const secret of [slackToken, slackSecret]) {
      expect(all).not.toContain(secret)
      expect(all).not.toContain(Buffer.from(secret).toString('hex'))
    }
  })

  it('X07 an account is bound by the signed-in person alone: by the code that it was sent, five tries, ten minutes', async () => {
    slack.accounts[w.approver.email] = accounts.approver
    await ann('POST', '/api/console/me/slack', {})
    const code = codeTo(accounts.approver)
    const confirm = (who: Person, one: string) => who('POST', '/api/console/me/slack/confirm', { code: one })
    // Somebody else who reads the code, or is given it, binds nothing by it.
    expect((await confirm(await w.signedIn(w.outsider), code)).body.code).toBe('slack.code_invalid')
    for (let n = 0; n < 5; n++) expect((await confirm(ann, '00000000')).body.code).toBe('slack.code_invalid')
    expect((await confirm(ann, code)).body.code).toBe('slack.code_invalid')
    expect((await ann('POST', '/api/console/me/slack', {})).status).toBe(429)
    await w.test.moveClock(21)
    await ann('POST', '/api/console/me/slack', {})
    const next = codeTo(accounts.approver)
    expect((await confirm(ann, next)).body.slack.linked).toMatchObject({ slack_user_id: accounts.approver })
    expect((await confirm(ann, next)).body.code).toBe('slack.code_invalid')
    expect((await ann('GET', '/api/console/me/notices')).body.slack).toMatchObject({ workspace: 'Acme', asked: false })
    // One account is one person's.
    const otto = await w.signedIn(w.outsider)
    await otto('POST', '/api/console/me/slack', { slack_user_id: accounts.approver })
    expect((await confirm(otto, codeTo(accounts.approver))).body.code).toBe('slack.linked')
  })
})

describe('a message in Slack', () => {
  it('U10 says what, how risky and why you, never an argument or a word of the agent, and its buttons carry the hold’s id alone', async () => {
    const { hold, message } = await told()
    const text = JSON.stringify(message)
    expect(text).toContain('update with run')
    expect(text).toMatch(/Why you: you (approve for Payments|may decide)/i)
    expect(text).toMatch(/"Risk: (low|medium|high|critical)"/)
    for (const word of ['IBAN-IN-PARAMS', 'INTENT', 'urgent', 'PROMPT', 'TASK', 'CEO']) expect(text).not.toContain(word)
    expect(buttons(message).map(({ action_id, value, url }) => [action_id, value ?? url])).toEqual([
      ['open', `https://holdpoint.acme.example/approvals/${hold}`],
      ['approve', hold],
      ['reject', hold],
    ])
  })

  it('decides for a linked person under their own standing, once however often it is pressed, on either instance', async () => {
    const { action, hold } = await told()
    const at = await now()
    const one = pressed({ user: accounts.approver, action: 'approve', value: hold, nonce: 'a' }, at)
    const two = pressed({ user: accounts.approver, action: 'approve', value: hold, nonce: 'b' }, at)
    expect(await Promise.all([press(one.body, one.headers), press(two.body, two.headers, 1)])).toEqual([200, 200])
    expect(await status(action)).toBe('approved')
    const reviews = (await w.events('hold.reviewed')).filter(event => event.data.hold === hold)
    expect(reviews.map(event => event.by.id)).toEqual([w.approver.id])
    await expect
      .poll(async () => {
        await deliverSlack(app())
        return slack.calls.filter(call => call.method === 'chat.update').at(-1)?.body.text
      }, soon)
      .toBe('You approved this.')
  })

  it('X06 is believed as Slack signed it, now and for the first time: else 401, and nothing is decided', async () => {
    const { action, hold } = await told()
    const at = await now()
    const good = { user: accounts.approver, action: 'approve', value: hold }
    const minutes = (n: number) => new Date(at.getTime() + n * 60_000)
    const signed = pressed(good, at)
    const { 'x-slack-signature': _, ...bare } = signed.headers
    const odd: [string, Record<string, string>][] = [
      [signed.body, bare],
      [signed.body, { ...signed.headers, 'x-slack-signature': `v0=${'0'.repeat(64)}` }],
      [
        signed.body,
        {
          ...signed.headers,
          'x-slack-request-timestamp': String(Number(signed.headers['x-slack-request-timestamp']) + 1),
        },
      ],
      [signed.body.replace(hold, hold.toLowerCase()), signed.headers],
      [`${signed.body}&x=1`, signed.headers],
      ...[pressed(good, minutes(-6)), pressed(good, minutes(6)), pressed(good, at, 'f'.repeat(32))].map(
        (press): [string, Record<string, string>] => [press.body, press.headers],
      ),
      // A04: an agent's key opens nothing here, and is no signature.
      [signed.body, { 'content-type': 'application/x-www-form-urlencoded', authorization: `Bearer ${key}` }],
    ]
    for (const [body, headers] of odd) expect(await press(body, headers)).toBe(401)
    expect(await status(action)).toBe('held')
    const reject = pressed({ ...good, action: 'reject' }, at)
    expect(await press(reject.body, reject.headers)).toBe(200)
    expect(await status(action)).toBe('rejected')
    for (const at of [0, 1]) expect(await press(reject.body, reject.headers, at)).toBe(401)
    expect((await w.events('slack.pressed')).filter(event => event.data.hold === hold)).toHaveLength(1)
  })

  it('A16 decides nothing on GET, and nothing that is no form', async () => {
    const { action, hold } = await told()
    const { body, headers } = pressed({ user: accounts.approver, action: 'approve', value: hold }, await now())
    for (const method of ['GET', 'HEAD'])
      expect((await fetch(`${w.servers[0]?.url}${endpoint}?${body}`, { method, headers })).status).toBe(405)
    expect(await press(body, { ...headers, 'content-type': 'application/json' })).toBe(415)
    expect(await status(action)).toBe('held')
  })

  it('X07 I22 decides nothing for who is not linked, is of another workspace, has left or lost the role, or was never shown it', async () => {
    const { action, hold } = await told()
    const at = await now()
    const nobody = [
      { user: 'USTRANGER1', action: 'approve', value: hold },
      { user: accounts.approver, action: 'approve', value: hold, team: 'T9999' },
      { user: accounts.approver, action: 'open', value: hold },
      { user: accounts.approver, action: 'approve', value: 'hld_x' },
    ]
    for (const one of nobody) {
      const { body, headers } = pressed(one, at)
      expect(await press(body, headers)).toBe(200)
    }
    const linked = await w.person('Lena Linked', [{ role: 'approver', team_id: null }])
    await link(linked, 'ULENA001')
    const lena = pressed({ user: 'ULENA001', action: 'approve', value: hold }, at)
    expect(await press(lena.body, lena.headers)).toBe(200)
    expect(await status(action)).toBe('held')
    const { action: shown, hold: other } = await told('run', linked, 'ULENA001')
    await ada('PATCH', `/api/console/members/${linked.id}`, { roles: [{ role: 'viewer' }] })
    const late = pressed({ user: 'ULENA001', action: 'approve', value: other }, await now())
    expect(await press(late.body, late.headers)).toBe(200)
    expect(await status(shown)).toBe('held')
  })

  it('refuses what is not of low risk, with a link: no step-up is possible there', async () => {
    const { action, hold, message } = await told('wipe')
    expect(buttons(message).map(one => one.action_id)).toEqual(['open'])
    const { body, headers } = pressed({ user: accounts.approver, action: 'approve', value: hold }, await now())
    expect(await press(body, headers)).toBe(200)
    expect(await status(action)).toBe('held')
    await expect
      .poll(async () => {
        await deliverSlack(app())
        return slack.posted().map(one => one.body.text)
      }, soon)
      .toContainEqual(expect.stringContaining('decided on its page'))
  })

  it('ends with the link: what is pressed afterwards decides nothing', async () => {
    const { action, hold } = await told()
    expect((await ann('DELETE', '/api/console/me/slack')).status).toBe(204)
    const { body, headers } = pressed({ user: accounts.approver, action: 'approve', value: hold }, await now())
    expect(await press(body, headers)).toBe(200)
    expect(await status(action)).toBe('held')
    await link(w.approver, accounts.approver)
  })
})

describe('what Slack does not take', () => {
  it('is tried again, told in plain words, and given up at once where the account is gone; then sent again when asked', async () => {
    slack.fail.set('chat.postMessage', 'token_revoked')
    const action = (await w.submit(key, { tool: 'run', params: { n: randomUUID() } })).body
    const message = { subject_id: action.hold.id, kind: 'hold.opened', person_id: w.approver.id, payload: '{}' }
    await transact(w.db, async tx => enqueue(tx, await clock(tx), [{ ...message, channels: ['slack'] }]))
    const health = async () =>
      (await ada('GET', '/api/console/channels')).body.items.find((one: { channel: string }) => one.channel === 'slack')
    await expect.poll(async () => (await health()).last_error, soon).toBe('The bot token was revoked in Slack.')
    const { waiting, given_up: none, failures } = await health()
    expect([waiting > 0, none, failures > 0]).toEqual([true, 0, true])
    slack.fail.set('chat.postMessage', 'channel_not_found')
    await w.test.moveClock(20)
    // The engine may be telling of other holds as well.
    await expect.poll(async () => (await health()).waiting, soon).toBe(0)
    const dead = (await ada('GET', '/api/console/channels/slack/dead')).body.items
    expect(dead.filter((one: { hold_id: string }) => one.hold_id === action.hold.id)).toMatchObject([
      { to: w.approver.name, error: 'This Slack account cannot be written to.' },
    ])
    const { given_up } = await health()
    expect(given_up).toBe(dead.length)
    expect((await ann('POST', '/api/console/channels/slack/send-again')).status).toBe(403)
    slack.fail.clear()
    expect(about(action.hold.id, accounts.approver)).toEqual([])
    expect((await ada('POST', '/api/console/channels/slack/send-again')).body).toEqual({
      sent_again: given_up,
      given_up: 0,
    })
    await expect.poll(() => about(action.hold.id, accounts.approver).length, soon).toBe(1)
    await expect.poll(async () => (await health()).failures, soon).toBe(0)
    expect((await ann('POST', '/api/console/me/notices/slack/test')).body).toMatchObject({ delivered: true })
  })

  it('is forgotten with the workspace: nothing is sent there and nothing that comes from there is heard', async () => {
    const { action, hold } = await told()
    expect((await ada('DELETE', '/api/console/slack')).status).toBe(204)
    const { body, headers } = pressed({ user: accounts.approver, action: 'approve', value: hold }, await now())
    expect(await press(body, headers)).toBe(404)
    expect(await status(action)).toBe('held')
    const { rows } = await w.db.pool.query(
      'select 1 from slack_workspace where sealed is not null or wrapped is not null',
    )
    expect(rows).toEqual([])
  })
})
