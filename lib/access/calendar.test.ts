import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Calendar, isTimeZone, localTime, plainCalendar, worksLonger } from './calendar'

const at = (zone: string, time: string) => localTime({ ...plainCalendar, time_zone: zone }, new Date(time))

describe('the time at a team’s', () => {
  it.each([
    // Europe/Berlin, spring 2026: 02:00 becomes 03:00 on Sunday 29 March at 01:00 UTC.
    ['Europe/Berlin', '2026-03-29T00:59:59Z', 1, 7],
    ['Europe/Berlin', '2026-03-29T01:00:00Z', 3, 7],
    // Autumn: 03:00 becomes 02:00 on Sunday 25 October at 01:00 UTC; the hour from 2 comes twice.
    ['Europe/Berlin', '2026-10-25T00:30:00Z', 2, 7],
    ['Europe/Berlin', '2026-10-25T01:30:00Z', 2, 7],
    ['Europe/Berlin', '2026-10-25T02:00:00Z', 3, 7],
    // New York, spring: Sunday 8 March at 07:00 UTC; autumn: Sunday 1 November at 06:00 UTC.
    ['America/New_York', '2026-03-08T06:59:00Z', 1, 7],
    ['America/New_York', '2026-03-08T07:00:00Z', 3, 7],
    ['America/New_York', '2026-11-01T05:59:00Z', 1, 7],
    ['America/New_York', '2026-11-01T06:00:00Z', 1, 7],
    // Half an hour of summer time, a quarter of an hour, and both sides of the date line.
    ['Australia/Lord_Howe', '2026-04-04T14:59:00Z', 1, 7],
    ['Australia/Lord_Howe', '2026-04-04T15:00:00Z', 1, 7],
    ['Australia/Lord_Howe', '2026-04-04T15:30:00Z', 2, 7],
    ['Asia/Kathmandu', '2026-01-01T18:15:00Z', 0, 5],
    ['Pacific/Kiritimati', '2026-01-01T10:00:00Z', 0, 5],
    ['Pacific/Pago_Pago', '2026-01-01T10:59:00Z', 23, 3],
    ['UTC', '1969-12-31T23:59:00Z', 23, 3],
  ])('in %s at %s it is %i o’clock of day %i', (zone, time, hour, weekday) => {
    expect(at(zone, time)).toMatchObject({ hour, weekday })
  })

  it.each([
    ['2026-03-30T05:59:59Z', true],
    ['2026-03-30T06:00:00Z', false],
    ['2026-03-30T15:59:59Z', false],
    ['2026-03-30T16:00:00Z', true],
    ['2026-03-27T06:30:00Z', true],
    ['2026-03-28T10:00:00Z', true],
  ])('working hours follow summer time: at %s off is %s', (time, off) => {
    expect(at('Europe/Berlin', time).off_hours).toBe(off)
  })

  it('takes minutes, the end of the day, and days off', () => {
    const calendar: Calendar = { time_zone: 'UTC', working_hours: { 1: ['08:30', '24:00'] } }
    const off = (time: string) => localTime(calendar, new Date(time)).off_hours
    expect(off('2026-11-23T08:29:59Z')).toBe(true)
    expect(off('2026-11-23T08:30:00Z')).toBe(false)
    expect(off('2026-11-23T23:59:59Z')).toBe(false)
    expect(off('2026-11-24T12:00:00Z')).toBe(true)
  })

  it('says at any time what the runtime’s own calendar says, in any order of asking', () => {
    const zones = ['Europe/London', 'America/St_Johns', 'Africa/Casablanca', 'Asia/Tehran', 'Pacific/Chatham', 'UTC']
    const words = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']
    const formatters = new Map(
      zones.map(zone => [
        zone,
        new Intl.DateTimeFormat('en-US', { timeZone: zone, hourCycle: 'h23', hour: '2-digit', weekday: 'short' }),
      ]),
    )
    const moment = fc.integer({ min: Date.UTC(2000, 0), max: Date.UTC(2037, 0) })
    fc.assert(
      fc.property(fc.constantFrom(...zones), moment, (zone, time) => {
        const parts = formatters.get(zone)?.formatToParts(time) ?? []
        const part = (type: string) => parts.find(one => one.type === type)?.value ?? ''
        const found = at(zone, new Date(time).toISOString())
        expect(found.hour).toBe(Number(part('hour')))
        expect(found.weekday).toBe(words.indexOf(part('weekday')) + 1)
      }),
      { numRuns: 1_000 },
    )
  })

  it('knows time zones, and no others', () => {
    expect(['UTC', 'Europe/Berlin', 'America/Argentina/Ushuaia'].every(isTimeZone)).toBe(true)
    expect(['', 'Mars/Olympus', 'Europe/Berlin\n', '../etc'].some(isTimeZone)).toBe(false)
  })
})

describe('a calendar that calls more time working', () => {
  const monday = (from: string, to: string): Calendar => ({ time_zone: 'UTC', working_hours: { 1: [from, to] } })
  it.each([
    ['the same', monday('08:00', '18:00'), monday('08:00', '18:00'), false],
    ['shorter', monday('08:00', '18:00'), monday('09:00', '17:00'), false],
    ['earlier', monday('08:00', '18:00'), monday('07:59', '18:00'), true],
    ['later', monday('08:00', '18:00'), monday('08:00', '18:01'), true],
    ['a day more', monday('08:00', '18:00'), plainCalendar, true],
    ['a day less', plainCalendar, monday('08:00', '18:00'), false],
    ['elsewhere', plainCalendar, { ...plainCalendar, time_zone: 'Asia/Tokyo' }, true],
  ])('%s', (_, before, after, longer) => {
    expect(worksLonger(before, after)).toBe(longer)
  })
})
