import { expect, it } from 'vitest'
import { shares } from './shares'

it('parts of a whole: the largest first, nothing left out that is there, nothing rounded away', () => {
  const found = shares([{ count: 1 }, { count: 0 }, { count: 999 }])
  expect(found).toEqual([
    { count: 999, percent: '>99 %' },
    { count: 1, percent: '<1 %' },
  ])
  expect(shares([{ count: 3 }])).toEqual([{ count: 3, percent: '100 %' }])
  expect(shares([])).toEqual([])
})
