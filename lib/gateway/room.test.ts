import { describe, expect, it } from 'vitest'
import { type KeptFor, roomFor } from './room'

/** `a1` is idle, `a1!` is at work; the first letter is the agent. */
const of = (text: string): ReadonlyMap<string, KeptFor> =>
  new Map(
    text
      .split(' ')
      .filter(one => one !== '')
      .map(one => [one, { agent: one.charAt(0), busy: one.endsWith('!') }]),
  )
const caps = { ofOne: 3, all: 5 }

describe('room for one more', () => {
  it.each([
    ['nothing goes while there is room', 'b1 a1 a2', 'a', null],
    ['of an agent with as many as one may have goes its own, the one idle for longest', 'b1 a1 a2 a3', 'a', 'a1'],
    ['what is at work stays', 'b1 a1! a2 a3', 'a', 'a2'],
    ['an agent whose own are all at work has no room, whoever else is idle', 'b1 a1! a2! a3!', 'a', 'full'],
    ['when all are too many, of whoever has most', 'b1 a1 c1 a2 a3', 'b', 'a1'],
    ['and of one’s own, where nobody who has more is idle', 'b1 a1! c1 a2! a3!', 'b', 'b1'],
    ['never of another that has fewer', 'b1 a1! a2! a3! c1', 'd', 'full'],
  ])('%s', (_, kept, agent, goes) => {
    const found = roomFor(of(kept), agent, caps)
    expect(found !== null && found !== 'full' ? found.forget : found).toBe(goes)
  })

  it('an agent that begins for ever leaves the others what they have', () => {
    const kept = new Map(of('b1 c1'))
    for (let n = 0; n < 50; n++) {
      const found = roomFor(kept, 'a', caps)
      if (found !== null && found !== 'full') kept.delete(found.forget)
      if (found !== 'full') kept.set(`a${n}`, { agent: 'a', busy: false })
    }
    expect([...kept.keys()]).toEqual(['b1', 'c1', 'a47', 'a48', 'a49'])
  })
})
