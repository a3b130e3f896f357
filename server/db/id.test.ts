import { expect, test } from 'vitest'
import { newId } from './id'

test('ids keep the order in which they were made, within one millisecond as well, and none comes twice', () => {
  const made = Array.from({ length: 5_000 }, () => newId('act'))
  expect([...made].sort()).toEqual(made)
  expect(new Set(made).size).toBe(made.length)
})
