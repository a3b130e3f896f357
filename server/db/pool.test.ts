import { createConnection, createServer, type Socket } from 'node:net'
import { expect, it } from 'vitest'
import { atEnd } from '@/server/testing/at-end'
import { database } from '@/server/testing/database'
import { openDatabase } from './pool'
import { reader, transact } from './tx'

/** The way to a database on which no connection opens any more once `close` was called; those that are open go on. */
async function closable(url: string) {
  const sockets = new Set<Socket>()
  const stuck: Socket[] = []
  let open = true
  const server = createServer(client => {
    sockets.add(client)
    client.on('error', () => undefined)
    if (!open) return void stuck.push(client)
    const upstream = createConnection(Number(new URL(url).port), '127.0.0.1')
    upstream.on('error', () => client.destroy())
    client.pipe(upstream).pipe(client)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  atEnd(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  const address = server.address()
  const through = new URL(url)
  through.hostname = '127.0.0.1'
  through.port = String(typeof address === 'object' && address ? address.port : 0)
  const close = () => {
    open = false
  }
  return { url: through.href, stuck, close }
}

it('a quarter of the connections is open before anybody waits for one', async () => {
  const db = await openDatabase((await database()).url, 8)
  atEnd(() => db.close())
  expect([db.pool.totalCount, db.pool.idleCount, db.emergency.idleCount]).toEqual([2, 2, 2])
})

it('K03 where another connection does not open in time, whoever waits takes one that becomes free: there is no outage', async () => {
  const way = await closable((await database()).url)
  const db = await openDatabase(way.url, 4)
  atEnd(() => db.close())
  way.close()
  let waiting: Promise<unknown>[] = []
  await transact(db, async tx => {
    // The only one that is open is taken: whoever comes now waits for another.
    await tx.query('select 1')
    waiting = [
      transact(db, other => other.query('select 1 as one')),
      reader(db.pool).query('select 1 as one', [], 'one'),
    ]
    await expect.poll(() => way.stuck.length, { timeout: 10_000, interval: 5 }).toBe(2)
  })
  expect(await Promise.all(waiting)).toEqual([[{ one: 1 }], [{ one: 1 }]])
})
