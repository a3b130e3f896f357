import { expect, it } from 'vitest'
import { freshBytes } from './random'

it('never hands out the same bytes twice, whatever sizes are asked for', () => {
  const seen = new Set<string>()
  for (let n = 0; n < 3_000; n++) {
    const size = 10 + (n % 40)
    const bytes = freshBytes(size)
    expect(bytes).toHaveLength(size)
    expect(bytes.some(byte => byte !== 0)).toBe(true)
    seen.add(bytes.toString('hex'))
  }
  expect(seen.size).toBe(3_000)
})
