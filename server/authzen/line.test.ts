import { expect, it } from 'vitest'
import { Unavailable } from '@/server/db/tx'
import { database } from '@/server/testing/database'
import { startServer } from '@/server/testing/server'
import { inLine } from './line'

const { app } = await startServer((await database()).url)
const { signal } = new AbortController()
/** Work that is done when the test says so. */
function job<T>(value: T) {
  const { promise, resolve, reject } = Promise.withResolvers<T>()
  return { work: () => promise, end: () => resolve(value), fail: reject }
}

it('those who ask the same go one after another, others at once', async () => {
  const order: string[] = []
  const first = job(undefined)
  const one = inLine(app, 'a', signal, () => first.work().then(() => order.push('one')))
  const two = inLine(app, 'a', signal, async () => order.push('two'))
  await inLine(app, 'b', signal, async () => order.push('other'))
  expect(order).toEqual(['other'])
  first.end()
  await Promise.all([one, two])
  expect(order).toEqual(['other', 'one', 'two'])
})

it('a no, and a client that has gone, stop nobody behind them', async () => {
  const first = job(undefined)
  const gone = new AbortController()
  const one = inLine(app, 'a', signal, first.work)
  const two = inLine(app, 'a', gone.signal, async () => 'two')
  const three = inLine(app, 'a', signal, async () => 'three')
  gone.abort()
  first.fail(new Error('no'))
  await expect(one).rejects.toThrow('no')
  await expect(two).rejects.toMatchObject({ code: 'service.unavailable' })
  expect(await three).toBe('three')
})

it('where the database does not answer, nobody in line waits for it again, and whoever comes later does', async () => {
  const first = job(undefined)
  const asked: string[] = []
  const line = [
    inLine(app, 'a', signal, first.work),
    ...['two', 'three'].map(name => inLine(app, 'a', signal, async () => asked.push(name))),
  ]
  first.fail(new Unavailable('no database'))
  for (const { status } of await Promise.allSettled(line)) expect(status).toBe('rejected')
  expect(asked).toEqual([])
  expect(await inLine(app, 'a', signal, async () => 'later')).toBe('later')
})
