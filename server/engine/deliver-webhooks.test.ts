import { Webhook } from 'standardwebhooks'
import { describe, expect, it } from 'vitest'
import { type Received, receiver } from '@/server/testing/receiver'
import { soon, wokenWorld } from '@/server/testing/woken'

const { w, woken, decide, sent } = await wokenWorld()
const ids = (received: readonly Received[]) => received.map(one => one.headers['webhook-id'])

describe('whatever the receiver does', () => {
  it('X05 one that hangs holds up neither decisions nor other deliveries', async () => {
    const hangs = await receiver(() => undefined)
    const there = await receiver()
    const [stuck, fine] = [await woken(hangs.url), await woken(there.url)]
    for (let n = 0; n < 8; n++) await decide(await stuck.ask())
    await expect.poll(() => hangs.received.length, soon).toBeGreaterThan(0)
    const began = performance.now()
    expect((await decide(await fine.ask())).status).toBe(201)
    await expect.poll(() => there.received.length, soon).toBe(1)
    expect(performance.now() - began).toBeLessThan(8_000)
  })

  it('X05 one that answers without end is cut off', async () => {
    const floods = await receiver(response => {
      response.writeHead(200)
      const more = (): void => {
        while (!response.destroyed && response.write('x'.repeat(65_536)));
        if (!response.destroyed) response.once('drain', more)
      }
      more()
    })
    const { ask, hook } = await woken(floods.url)
    await decide(await ask())
    await expect.poll(async () => (await hook()).health.last_error, soon).toBe('Its answer is larger than 65536 bytes.')
  })

  it('X03 one that redirects is not followed', async () => {
    const inside = await receiver()
    const there = await receiver(response => response.writeHead(307, { location: inside.url }).end())
    const { ask, hook } = await woken(there.url)
    await decide(await ask())
    await expect.poll(async () => (await hook()).health.last_error, soon).toBe('It redirects, which is not followed.')
    expect(inside.received).toEqual([])
  })

  it('X01 an address that has come to lead inside is refused at every delivery', async () => {
    const there = await receiver()
    const { ask, hook, hook_id } = await woken(there.url)
    for (const url of ['https://169.254.169.254/latest', 'https://[::ffff:7f00:1]:1/', 'https://2130706433/']) {
      await w.db.pool.query('update webhook set url = $2, last_error = null where id = $1', [hook_id, url])
      await decide(await ask())
      await expect.poll(async () => (await hook()).health.last_error, soon).not.toBe(null)
    }
    expect(there.received).toEqual([])
  })

  it('X08 one that was down, answered 500 or broke off gets the same message later, with the same id, after growing pauses', async () => {
    const there = await receiver((response, nth) => {
      if (nth === 0) response.writeHead(500).end()
      else if (nth === 1) response.destroy()
      else response.writeHead(204).end()
    })
    const { ask, hook, secret } = await woken(there.url)
    const action = await ask()
    await decide(action)
    await expect.poll(async () => (await hook()).health.failures, soon).toBe(1)
    expect((await hook()).health).toMatchObject({ last_error: 'It answered 500.', waiting: 1, given_up: 0 })
    await w.test.moveClock(16)
    await expect.poll(async () => (await hook()).health.failures, soon).toBe(2)
    await w.test.moveClock(16)
    expect(await sent(action.id)).toMatchObject([{ status: 'pending', attempts: 2 }])
    await w.test.moveClock(30)
    await expect.poll(async () => (await sent(action.id))[0]?.status, soon).toBe('delivered')
    expect(there.received.length).toBe(3)
    expect(new Set(ids(there.received)).size).toBe(1)
    expect(new Set(there.received.map(one => one.body)).size).toBe(1)
    expect((await hook()).health).toMatchObject({ failures: 0, last_error: null, waiting: 0 })
    const { headers, body } = there.received[2] ?? { headers: {}, body: '' }
    // The clock of the database has been moved ahead of this process's by the test.
    const signed = String(headers['webhook-signature']).split(' ')
    const at = new Date(Number(headers['webhook-timestamp']) * 1_000)
    expect(signed).toEqual([new Webhook(secret).sign(String(headers['webhook-id']), at, body)])
  })

  it('410 ends that message at once', async () => {
    const there = await receiver(response => response.writeHead(410).end())
    const { ask, hook } = await woken(there.url)
    const action = await ask()
    await decide(action)
    await expect.poll(async () => (await sent(action.id))[0]?.status, soon).toBe('dead')
    expect((await hook()).health.given_up).toBe(1)
  })
})
