import { describe, expect, it } from 'vitest'
import { readGiven, writeGiven } from './proof-given'

describe('facts as people write them', () => {
  it('are read by their kind, and come back the same', () => {
    const text =
      'operation: pay\nin_scope: no\ntenant: unknown\ncount_day: 3\namount: 250.00\nsession_tools: [a, b]\nrecipient_from: unknown'
    const { given, fault } = readGiven(text)
    expect(fault).toBeNull()
    expect(given).toEqual({
      operation: 'pay',
      in_scope: false,
      tenant: null,
      count_day: 3,
      amount: '250.00',
      session_tools: ['a', 'b'],
      recipient_from: 'unknown',
    })
    expect(readGiven(writeGiven(given)).given).toEqual(given)
  })

  it('say which line cannot be read', () => {
    expect(readGiven('tool: x\n\nno colon here').fault).toBe('Line 3 is not name: value.')
  })
})
