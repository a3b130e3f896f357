import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { latestCheckpoint } from './db/checkpoint'
import { ForeignDatabase, startInstance } from './start'
import { database } from './testing/database'
import { emptyFolder } from './testing/folder'
import { answered } from './testing/people'
import { startServer, testConfig } from './testing/server'
import { everything, world } from './testing/world'

describe('an instance', () => {
  it('refuses a database that belongs to the keys of another home', async () => {
    const test = await database()
    await startServer(test.url)
    const home = emptyFolder('foreign')
    await expect(startInstance(testConfig(test.url, { home }), test.url)).rejects.toThrow(ForeignDatabase)
  })

  it('L03: refuses a log that another log.key has sealed, whether the database says so or the head kept beside it', async () => {
    const test = await database()
    const first = await startServer(test.url)
    await expect.poll(() => latestCheckpoint(first.app), { timeout: 5_000 }).not.toBeNull()
    await first.stop()
    const home = emptyFolder('other-key')
    cpSync(join(first.app.config.home, 'keys', 'content.key'), join(home, 'keys', 'content.key'))
    const start = (url: string) => startInstance(testConfig(url, { home }), url)
    await expect(start(test.url)).rejects.toThrow(/log[.]key/)
    const empty = await database()
    const kept = emptyFolder('kept-head')
    cpSync(join(first.app.config.home, 'checkpoint'), join(kept, 'checkpoint'))
    const other = startInstance(testConfig(empty.url, { home: kept }), empty.url)
    await expect(other).rejects.toThrow(ForeignDatabase)
    // With its own key everything is as it was.
    await (await startInstance(testConfig(test.url), test.url)).stop()
  })

  it('stops once: waiters are told where to go on, new connections are refused, the other instance lives', async () => {
    const found = await world(2)
    const { key } = await found.agent({
      scopes: [everything],
    })
    await found.tools({ run: {} })
    const [first, second] = found.servers
    if (!first || !second) throw new Error('two were asked for')
    const waiting = found.submit(key, { tool: 'run' }, { prefer: 'wait=60' })
    const held = async () => (await found.db.pool.query(`select 1 from hold where status = 'pending'`)).rowCount
    await expect.poll(held, { timeout: 5_000, interval: 10 }).toBe(1)
    await Promise.all([first.stop(), first.stop()])
    const { status, headers, body } = await waiting
    expect({ status, state: body.status }).toEqual({ status: 202, state: 'held' })
    await expect(fetch(`${first.url}/health/live`)).rejects.toThrow()
    const there = await fetch(`${second.url}${headers.get('location')}`, {
      headers: { authorization: `Bearer ${key}`, prefer: 'wait=0' },
    })
    expect(there.status).toBe(202)
    expect((await fetch(`${second.url}/health/ready`)).status).toBe(200)
  })

  it("O10: the demo's way in is there in a demo on loopback, and nowhere else", async () => {
    const enter = async (url: string, email: string) =>
      answered(
        await fetch(`${url}/api/console/demo/sign-in`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', origin: url },
          body: JSON.stringify({ email }),
        }),
      )
    const test = await database()
    const demo = await startServer(test.url, { demo: true })
    const { demo: people } = (await answered(await fetch(`${demo.url}/api/console/sign-in`))).json
    expect(people.length).toBeGreaterThan(5)
    const entered = await enter(demo.url, people[0].email)
    expect(entered.status).toBe(204)
    const cookie = entered.headers.getSetCookie()[0]?.split(';')[0] ?? ''
    expect((await fetch(`${demo.url}/api/console/me`, { headers: { cookie } })).status).toBe(200)
    // The same database, started without the demo or open to the network: no such door, and nobody is named.
    for (const changes of [{ demo: false }, { demo: true, host: '0.0.0.0' }]) {
      const plain = await startServer(test.url, changes)
      const at = plain.url.replace('0.0.0.0', '127.0.0.1')
      expect((await enter(at, people[0].email)).status).toBe(404)
      expect((await answered(await fetch(`${at}/api/console/sign-in`))).json.demo).toBeNull()
    }
  })
})
