import { describe, expect, it } from 'vitest'
import type { Calendar } from '@/lib/access/calendar'
import { afterWorking } from './working-time'

/** Summer time ends in Berlin on 25 October 2026 (03:00 becomes 02:00), and begins on 29 March 2026. */
const berlin: Calendar = {
  time_zone: 'Europe/Berlin',
  working_hours: { 1: ['09:00', '18:00'], 5: ['09:00', '18:00'] },
}
const nights: Calendar = { time_zone: 'Europe/Berlin', working_hours: { 7: ['00:00', '06:00'] } }
const never: Calendar = { time_zone: 'UTC', working_hours: {} }
const hour = 3_600

describe('hours that count', () => {
  const table: readonly [what: string, calendar: Calendar, from: string, seconds: number, reached: string | null][] = [
    ['within the day', berlin, '2026-10-23T08:00:00Z', hour, '2026-10-23T09:00:00.000Z'],
    [
      'over the weekend on which summer time ends',
      berlin,
      '2026-10-23T15:00:00Z',
      2 * hour,
      '2026-10-26T09:00:00.000Z',
    ],
    ['over the weekend on which it begins', berlin, '2026-03-27T16:00:00Z', 2 * hour, '2026-03-30T08:00:00.000Z'],
    ['opened at night', berlin, '2026-10-26T01:00:00Z', 60, '2026-10-26T08:01:00.000Z'],
    ['to the last minute of the day', berlin, '2026-10-23T07:00:00Z', 9 * hour, '2026-10-23T16:00:00.000Z'],
    ['a night on which an hour comes twice', nights, '2026-10-24T22:00:00Z', 6 * hour, '2026-10-25T04:00:00.000Z'],
    ['a night on which an hour is missing', nights, '2026-03-28T23:00:00Z', 5 * hour, '2026-03-29T04:00:00.000Z'],
    ['nothing to count', berlin, '2026-10-23T08:00:00Z', 0, '2026-10-23T08:00:00.000Z'],
    ['a week without any', never, '2026-10-23T08:00:00Z', 60, null],
  ]
  it.each(table)('%s', (_what, calendar, from, seconds, reached) => {
    expect(afterWorking(calendar, new Date(from), seconds)?.toISOString() ?? null).toBe(reached)
  })
})
