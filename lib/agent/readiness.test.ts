import { describe, expect, it } from 'vitest'
import { plainCalendar } from '@/lib/access/calendar'
import { type ObservedAction, readinessOf } from './readiness'

const observed = (more: Partial<ObservedAction> = {}): ObservedAction => ({
  id: 'act_1',
  tool: 'edit',
  operation: 'update',
  environment: 'production',
  resource_type: 'customer',
  tenant: null,
  at: new Date('2026-11-16T09:30:00Z'),
  status: 'held',
  rules: ['writes'],
  sentences: { writes: 'Writes are asked.' },
  ...more,
})

describe('ready to enforce', () => {
  it('counts by rule, tool and hour of the team’s day, most first', () => {
    const found = readinessOf(
      [
        observed(),
        observed({ at: new Date('2026-11-16T22:10:00Z'), rules: ['writes', 'off-hours'] }),
        observed({ tool: 'drop', status: 'denied', rules: ['never'], sentences: {} }),
      ],
      { ...plainCalendar, time_zone: 'Europe/Berlin' },
    )
    expect(found.would_be).toEqual({ held: 2, denied: 1 })
    expect(found.by_rule).toEqual([
      { rule: 'writes', sentence: 'Writes are asked.', held: 2, denied: 0 },
      { rule: 'never', sentence: null, held: 0, denied: 1 },
      { rule: 'off-hours', sentence: null, held: 1, denied: 0 },
    ])
    expect(found.by_tool).toEqual([
      { tool: 'edit', held: 2, denied: 0 },
      { tool: 'drop', held: 0, denied: 1 },
    ])
    expect(found.by_hour).toHaveLength(24)
    expect(found.by_hour[10]).toEqual({ hour: 10, held: 1, denied: 1, off_hours: 0 })
    expect(found.by_hour[23]).toEqual({ hour: 23, held: 1, denied: 0, off_hours: 1 })
  })

  it('names the alike ones that would be held most, and never those that would be denied', () => {
    const found = readinessOf(
      [
        ...Array.from({ length: 6 }, () => observed()),
        ...Array.from({ length: 3 }, () => observed({ tenant: 'acme' })),
        observed({ tool: 'once' }),
        ...Array.from({ length: 9 }, () => observed({ tool: 'drop', status: 'denied' })),
      ],
      plainCalendar,
    )
    expect(found.alike.map(({ tool, tenant, held, share }) => [tool, tenant, held, share])).toEqual([
      ['edit', null, 6, 0.6],
      ['edit', 'acme', 3, 0.3],
    ])
  })

  it('says nothing of nothing', () => {
    expect(readinessOf([], plainCalendar)).toMatchObject({ would_be: { held: 0, denied: 0 }, alike: [], by_rule: [] })
  })
})
