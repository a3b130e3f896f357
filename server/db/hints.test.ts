import { setImmediate as nextTurn } from 'node:timers/promises'
import pg from 'pg'
import { expect, it, vi } from 'vitest'
import { database } from '@/server/testing/database'
import { openHints } from './hints'

it('events are told to other instances together, and what somebody waits for takes them along at once', async () => {
  const test = await database()
  const pool = new pg.Pool({ connectionString: test.url })
  const other = new pg.Client({ connectionString: test.url })
  const told: string[] = []
  other.on('notification', message => told.push(message.payload ?? ''))
  await other.connect()
  await other.query('listen holdpoint')
  const hints = await openHints(test.url, pool)
  for (let n = 0; n < 20; n++) {
    hints.publish({ type: 'event', subjects: '*' })
    await nextTurn()
  }
  hints.publish({ type: 'hold', subjects: ['hld_1'] })
  await vi.waitFor(() => expect(told.at(-1)).toContain('hld_1'))
  expect(told.length).toBeLessThan(10)
  expect(told.join()).toContain('["event","*"]')
  hints.publish({ type: 'event', subjects: '*' })
  await vi.waitFor(() => expect(told.at(-1)).not.toContain('hld_1'))
  await hints.close()
  await Promise.all([other.end(), pool.end()])
})
