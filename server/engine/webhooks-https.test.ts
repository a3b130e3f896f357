import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Webhook } from 'standardwebhooks'
import { expect, it } from 'vitest'
import { authority } from '@/server/testing/certificate'
import { childApp } from '@/server/testing/child-app'
import { childWoken } from '@/server/testing/child-woken'
import { emptyFolder } from '@/server/testing/folder'
import { receiver } from '@/server/testing/receiver'
import { selfSigned } from '@/server/testing/self-signed'

/* Which authorities a process believes is settled when it starts: so the product is a process of its own here. */
const folder = emptyFolder('authority')
const [known, stranger] = [authority(Date.now()), authority(Date.now())]
writeFileSync(join(folder, 'ca.pem'), known.certificate)
const app = await childApp({ NODE_EXTRA_CA_CERTS: join(folder, 'ca.pem'), HOLDPOINT_FETCH_ALLOW: '127.0.0.0/8,::1' })
const { woken, review, later } = await childWoken(app)
const soon = { timeout: 15_000, interval: 50 }

it('a message arrives over TLS where the certificate is by an authority that the operator gave, and its signature verifies', async () => {
  const there = await receiver(undefined, known.sign(['127.0.0.1']))
  expect(there.url).toMatch(/^https:/)
  const { hook, ask, health } = await woken(there.url)
  const action = await ask()
  expect((await review(action))?.status).toBe(201)
  await expect.poll(() => there.received.length, soon).toBe(1)
  const { headers, body } = there.received[0] ?? { headers: {}, body: '' }
  expect(new Webhook(hook.secret).verify(body, headers)).toMatchObject({
    type: 'holdpoint.action.decided',
    data: { id: action.id, status: 'approved' },
  })
  await expect.poll(async () => (await health()).last_success_at, soon).not.toBe(null)
})

it.each([
  [
    'by an authority that nobody knows',
    stranger.sign(['127.0.0.1']),
    'Its certificate is not by anyone this server trusts',
  ],
  ['that it signed itself', selfSigned, 'Its certificate is not by anyone this server trusts'],
  ['for another host', known.sign(['localhost', '127.0.0.2']), 'Its certificate is for another host'],
  ['that has expired', known.sign(['127.0.0.1'], -2), 'Its certificate has expired'],
])(
  'X01 a certificate %s: nothing is sent, the webhook says why, and put right the same message arrives',
  async (_, wrong, why) => {
    const there = await receiver(undefined, wrong)
    const { ask, health } = await woken(there.url)
    const action = await ask()
    expect((await review(action))?.status).toBe(201)
    await expect.poll(async () => (await health()).last_error, soon).toBe(`${why}: nothing was sent.`)
    expect(await health()).toMatchObject({ failures: 1, waiting: 1, last_success_at: null })
    expect(there.received).toEqual([])
    there.show(known.sign(['127.0.0.1']))
    await later()
    await expect.poll(() => there.received.length, soon).toBe(1)
    expect(JSON.parse(there.received[0]?.body ?? '').data.id).toBe(action.id)
  },
)
