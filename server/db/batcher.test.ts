import { describe, expect, it } from 'vitest'
import { batcher } from './batcher'
import { Unavailable } from './tx'

/** Batches of one, one at a time: what comes second waits behind the first, which meets an outage. */
function twoInARow(behindMs: number) {
  let asked = 0
  const give = batcher<string, string>(
    async items => {
      asked++
      await new Promise(resolve => setImmediate(resolve))
      if (asked === 1) throw new Unavailable('gone')
      return items
    },
    1,
    1,
    behindMs,
  )
  return Promise.allSettled([give('first'), give('second')])
}

describe('whoever waits behind a batch that meets an outage', () => {
  it('K03 is told with it after having waited long enough', async () => {
    const [first, second] = await twoInARow(0)
    expect([first.status, second.status]).toEqual(['rejected', 'rejected'])
    if (second.status === 'rejected') expect(second.reason).toBeInstanceOf(Unavailable)
  })

  it('has a turn of its own where it has only come', async () => {
    const [first, second] = await twoInARow(60_000)
    expect(first.status).toBe('rejected')
    expect(second).toEqual({ status: 'fulfilled', value: 'second' })
  })
})
