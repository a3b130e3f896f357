import { expect, it } from 'vitest'
import { z } from 'zod'
import { database } from '@/server/testing/database'
import { person } from '@/server/testing/people'
import { startServer } from '@/server/testing/server'
import { doors } from './doors'

const running = await startServer((await database()).url)
const ada = await person(running, 'Ada', ['administrator'])

/** Every list of people's doors that takes a cursor, with each of its orders. */
const lists = [
  ...doors
    .filter(one => one.method === 'GET' && !one.path.includes('{') && one.path.startsWith('/api/console/'))
    .filter(one => one.query && JSON.stringify(z.toJSONSchema(one.query, { io: 'input' })).includes('"cursor"'))
    .map(one => `${one.path}?`),
  ...['closed', 'all'].map(status => `/api/console/holds?status=${status}&`),
  ...['-created', '-last_seen'].map(sort => `/api/console/agents?sort=${sort}&`),
  '/api/console/members?sort=-created&',
]

it('P07: a cursor that is not ours is 400 on every list, whatever stands in it', async () => {
  const odd = [
    '',
    'x',
    '1',
    'NaN',
    '9'.repeat(30),
    "' or 1=1 --",
    '2026-01-01T00:00:00Z',
    '294277-01-01',
    '-infinity',
    '\ud83d\ude00',
  ]
  expect(lists.length).toBeGreaterThan(12)
  for (const list of lists) {
    for (const keys of [0, 1, 2, 3, 4].flatMap(count => odd.map(one => Array<string>(count).fill(one)))) {
      const cursor = Buffer.from(JSON.stringify(keys)).toString('base64url')
      const { status } = await ada.call('GET', `${list}cursor=${cursor}`)
      expect([200, 400], `${list} ${JSON.stringify(keys)}`).toContain(status)
    }
  }
})
