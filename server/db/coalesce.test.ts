import { expect, it } from 'vitest'
import { coalesce } from './coalesce'

it('what many ask for is read once, and who asks after a read has begun gets a later one', async () => {
  const loads: string[][] = []
  let begun: () => void = () => undefined
  const first = new Promise<void>(resolve => {
    begun = resolve
  })
  const read = coalesce<string, number>(async keys => {
    loads.push([...keys])
    begun()
    await new Promise(resolve => setImmediate(resolve))
    return new Map(keys.map(key => [key, loads.length]))
  }, 1)
  const together = Promise.all([read('a'), read('a'), read('b'), read('a')])
  await first
  const later = read('a')
  expect(await together).toEqual([1, 1, 1, 1])
  expect(await later).toBe(2)
  expect(loads).toEqual([['a', 'b'], ['a']])
})

it('a read that failed is begun anew by the next who asks', async () => {
  let asked = 0
  const read = coalesce<string, number>(async keys => {
    if (++asked === 1) throw new Error('no')
    return new Map(keys.map(key => [key, asked]))
  })
  await expect(read('a')).rejects.toThrow('no')
  expect(await read('a')).toBe(2)
})
