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

describe('beside a batch that runs', () => {
  /** The sizes of the batches that begin while the first one runs, and then all of them. */
  async function sizes(behind: number): Promise<{ meanwhile: number[]; all: number[] }> {
    const begun: number[] = []
    let end = () => {}
    const running = new Promise<void>(resolve => {
      end = resolve
    })
    const give = batcher<number, number>(
      async items => {
        begun.push(items.length)
        await running
        return items
      },
      16,
      3,
    )
    const answers = [give(0)]
    await new Promise(resolve => setImmediate(resolve))
    for (let n = 1; n <= behind; n++) answers.push(give(n))
    await new Promise(resolve => setImmediate(resolve))
    const meanwhile = [...begun]
    end()
    expect(await Promise.all(answers)).toEqual(Array.from({ length: behind + 1 }, (_, n) => n))
    return { meanwhile, all: begun }
  }

  it('another begins once a quarter of one has gathered', async () => {
    expect(await sizes(4)).toEqual({ meanwhile: [1, 4], all: [1, 4] })
  })

  it('fewer wait for its end, and are together then', async () => {
    expect(await sizes(3)).toEqual({ meanwhile: [1], all: [1, 3] })
  })
})
