import { expect, it } from 'vitest'
import { holdCells } from './hold-text'

const item = {
  id: 'hld_1',
  risk: { level: 'medium' as const, reasons: [] },
  status: 'pending' as const,
  approvals: { received: 0, required: 1 },
  agent: null,
  title: 'Say what the new tool “x” does',
  may_decide: true,
  frozen_at: null,
  remaining_ms: 30 * 86_400_000,
}
const call = { remaining_ms: 4 * 3_600_000, total_ms: 4 * 3_600_000, frozen: false }
const left = (more: object) => holdCells({ ...item, soonest_call: null, ...more })[2]

it('tells of the time of the first call that waits where one does, else of the item’s own', () => {
  expect(left({})).toBe('30 d')
  expect(left({ soonest_call: call })).toBe('4 h')
  expect(left({ soonest_call: { ...call, frozen: true } })).toBe('frozen')
  expect(left({ frozen_at: '2026-11-23T09:00:00Z' })).toBe('frozen')
  expect(left({ status: 'applied' })).toBe('applied')
})
