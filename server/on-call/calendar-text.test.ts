import { describe, expect, it } from 'vitest'
import { CalendarUnreadable, readCalendarText } from './calendar-text'

const from = new Date('2026-03-01T00:00Z')
const until = new Date('2026-04-20T00:00Z')
const calendar = (...lines: string[]) => ['BEGIN:VCALENDAR', 'VERSION:2.0', ...lines, 'END:VCALENDAR', ''].join('\r\n')
const event = (...lines: string[]) => ['BEGIN:VEVENT', 'UID:one', 'SUMMARY:On call', ...lines, 'END:VEVENT']
const read = (...lines: string[]) => readCalendarText(calendar(...lines), 'Europe/Berlin', from, until)
const times = (...lines: string[]) =>
  read(...lines).entries.map(one => `${one.from.toISOString().slice(5, 16)} ${one.until.toISOString().slice(5, 16)}`)

/** As Outlook writes it: a zone of no known name, with its rules. */
const windowsZone = [
  'BEGIN:VTIMEZONE',
  'TZID:W. Europe Standard Time (own)',
  'BEGIN:STANDARD',
  'DTSTART:16010101T030000',
  'TZOFFSETFROM:+0200',
  'TZOFFSETTO:+0100',
  'RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=10',
  'END:STANDARD',
  'BEGIN:DAYLIGHT',
  'DTSTART:16010101T020000',
  'TZOFFSETFROM:+0100',
  'TZOFFSETTO:+0200',
  'RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=3',
  'END:DAYLIGHT',
  'END:VTIMEZONE',
]

describe('a calendar is read as its writer meant it', () => {
  it.each<[string, string[], string[]]>([
    ['a time in UTC', event('DTSTART:20260302T090000Z', 'DTEND:20260303T090000Z'), ['03-02T09:00 03-03T09:00']],
    [
      'a time without a zone is by the clocks of the schedule',
      event('DTSTART:20260302T090000', 'DTEND:20260330T090000'),
      ['03-02T08:00 03-30T07:00'],
    ],
    [
      'a zone by its name',
      event('DTSTART;TZID=America/New_York:20260302T090000', 'DTEND;TZID=America/New_York:20260309T090000'),
      ['03-02T14:00 03-09T13:00'],
    ],
    [
      'a zone with a path before its name',
      event('DTSTART;TZID=/example.org/20260101_1/Europe/Berlin:20260302T090000', 'DURATION:PT8H'),
      ['03-02T08:00 03-02T16:00'],
    ],
    [
      'a zone that the calendar itself defines, before and after its change',
      [
        ...windowsZone,
        ...event(
          'DTSTART;TZID="W. Europe Standard Time (own)":20260323T090000',
          'DTEND;TZID="W. Europe Standard Time (own)":20260330T090000',
        ),
      ],
      ['03-23T08:00 03-30T07:00'],
    ],
    [
      'a whole day is from midnight to midnight there',
      event('DTSTART;VALUE=DATE:20260329'),
      ['03-28T23:00 03-29T22:00'],
    ],
    [
      'days until the one that is named, which is not in it',
      event('DTSTART;VALUE=DATE:20260302', 'DTEND;VALUE=DATE:20260309'),
      ['03-01T23:00 03-08T23:00'],
    ],
    ['a week of the calendar', event('DTSTART:20260323T090000', 'DURATION:P1W'), ['03-23T08:00 03-30T07:00']],
    ['168 hours', event('DTSTART:20260323T090000', 'DURATION:PT168H'), ['03-23T08:00 03-30T08:00']],
    [
      'weekly by local time: hand-overs stay at nine through the change',
      event(
        'DTSTART;TZID=Europe/Berlin:20260105T090000',
        'DTEND;TZID=Europe/Berlin:20260112T090000',
        'RRULE:FREQ=WEEKLY;INTERVAL=4',
      ),
      ['03-02T08:00 03-09T08:00', '03-30T07:00 04-06T07:00'],
    ],
    [
      'COUNT counts from the first',
      event('DTSTART:20260227T090000Z', 'DURATION:PT1H', 'RRULE:FREQ=DAILY;COUNT=4'),
      ['03-01T09:00 03-01T10:00', '03-02T09:00 03-02T10:00'],
    ],
    [
      'UNTIL in UTC holds for local times',
      event('DTSTART;TZID=Europe/Berlin:20260328T090000', 'DURATION:PT1H', 'RRULE:FREQ=DAILY;UNTIL=20260330T070000Z'),
      ['03-28T08:00 03-28T09:00', '03-29T07:00 03-29T08:00', '03-30T07:00 03-30T08:00'],
    ],
    [
      'UNTIL a day takes that day in',
      event('DTSTART;VALUE=DATE:20260302', 'RRULE:FREQ=DAILY;UNTIL=20260303'),
      ['03-01T23:00 03-02T23:00', '03-02T23:00 03-03T23:00'],
    ],
    [
      'EXDATE in another zone than its event',
      event(
        'DTSTART;TZID=Europe/Berlin:20260328T090000',
        'DURATION:PT1H',
        'RRULE:FREQ=DAILY;COUNT=3',
        'EXDATE:20260329T070000Z',
      ),
      ['03-28T08:00 03-28T09:00', '03-30T07:00 03-30T08:00'],
    ],
    [
      'EXDATE as a day',
      event('DTSTART:20260302T090000', 'DURATION:PT1H', 'RRULE:FREQ=DAILY;COUNT=2', 'EXDATE;VALUE=DATE:20260302'),
      ['03-03T08:00 03-03T09:00'],
    ],
    [
      'RDATE adds, and once',
      event('DTSTART:20260302T090000', 'DURATION:PT1H', 'RDATE:20260305T090000', 'RDATE:20260305T080000Z'),
      ['03-02T08:00 03-02T09:00', '03-05T08:00 03-05T09:00'],
    ],
    [
      'one date of a series that was moved, named in UTC',
      [
        ...event('DTSTART;TZID=Europe/Berlin:20260302T090000', 'DURATION:PT1H', 'RRULE:FREQ=WEEKLY;COUNT=2'),
        ...event('RECURRENCE-ID:20260309T080000Z', 'DTSTART;TZID=Europe/Berlin:20260310T120000', 'DURATION:PT2H'),
      ],
      ['03-02T08:00 03-02T09:00', '03-10T11:00 03-10T13:00'],
    ],
    [
      'one date of a series that was cancelled',
      [
        ...event('DTSTART;TZID=Europe/Berlin:20260302T090000', 'DURATION:PT1H', 'RRULE:FREQ=WEEKLY;COUNT=2'),
        ...event(
          'RECURRENCE-ID;TZID=Europe/Berlin:20260302T090000',
          'DTSTART;TZID=Europe/Berlin:20260302T090000',
          'STATUS:CANCELLED',
        ),
      ],
      ['03-09T08:00 03-09T09:00'],
    ],
    ['nothing of what was cancelled', event('DTSTART:20260302T090000Z', 'DURATION:PT1H', 'STATUS:CANCELLED'), []],
    ['nothing that takes no time', event('DTSTART:20260302T090000Z'), []],
    ['nothing that ends before it begins', event('DTSTART:20260302T090000Z', 'DTEND:20260301T090000Z'), []],
    [
      'what began before and goes on',
      event('DTSTART:20260220T090000Z', 'DTEND:20260310T090000Z'),
      ['02-20T09:00 03-10T09:00'],
    ],
    [
      'weekdays of a rule, and only in its months',
      event('DTSTART:20260330T090000Z', 'DURATION:PT1H', 'RRULE:FREQ=WEEKLY;BYDAY=MO,TU;BYMONTH=3'),
      ['03-30T09:00 03-30T10:00', '03-31T09:00 03-31T10:00'],
    ],
  ])('%s', (_, lines, expected) => {
    expect(times(...lines)).toEqual(expected)
  })

  it('names whom it asks to come: not who declined, nor a room', () => {
    const [entry] = read(
      ...event(
        'DTSTART:20260302T090000Z',
        'DURATION:PT1H',
        'ATTENDEE;PARTSTAT=DECLINED:mailto:no@acme.example',
        'ATTENDEE;CUTYPE=ROOM:mailto:room@acme.example',
        'ATTENDEE;CN="Ada, Countess":MAILTO:ada@acme.example',
        'ATTENDEE;EMAIL=ben@acme.example:urn:uuid:1',
      ),
    ).entries
    expect(entry).toMatchObject({ emails: ['ada@acme.example', 'ben@acme.example'], title: 'On call' })
  })

  it('says what it could not read, and reads the rest', () => {
    const found = read(
      ...event('DTSTART;TZID=Middle Earth:20260302T090000', 'DURATION:PT1H'),
      ...event('DTSTART:20260303T090000Z', 'DURATION:PT1H', 'RRULE:FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO'),
      ...event('DTSTART:20260304T090000Z', 'DURATION:PT1H', 'RRULE:FREQ=MINUTELY'),
      ...event('DURATION:PT1H'),
    )
    expect(found.entries.map(one => one.from.toISOString().slice(5, 16))).toEqual([
      '03-02T08:00',
      '03-03T09:00',
      '03-04T09:00',
    ])
    expect(found.notes).toEqual([
      "The zone “Middle Earth” is not known: its times were read in the schedule's zone.",
      'An event has a rule with BYWEEKNO: only its first time was read.',
      'An event comes back minutely: only its first time was read.',
      '“On call” has no beginning.',
    ])
  })
})

describe('X05 whatever a calendar says, reading it ends', () => {
  it.each<[string, () => string]>([
    ['a page that is no calendar', () => '<!doctype html><title>Sign in</title>'],
    ['nothing', () => ''],
    ['half a calendar', () => calendar('BEGIN:VEVENT', 'DTSTART:yesterday', 'SUMMARY').slice(0, 60)],
    ['a broken rule', () => calendar(...event('DTSTART:20260302T090000Z', 'RRULE:FREQ=SOMETIMES'))],
    [
      'a rule that never falls due',
      () => calendar(...event('DTSTART:20260302T090000Z', 'DURATION:PT1H', 'RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30')),
    ],
    [
      'more events than are read',
      () => calendar(...Array.from({ length: 5_001 }, () => event('DTSTART:20260302T090000Z')).flat()),
    ],
    [
      'more times than are read',
      () =>
        calendar(
          ...Array.from({ length: 100 }, (_, at) =>
            event(`UID:${at}`, 'DTSTART:20260101T090000Z', 'DURATION:PT1H', 'RRULE:FREQ=DAILY'),
          ).flat(),
        ),
    ],
    ['more bytes than are read', () => calendar('X-LONG:'.padEnd(2_000_100, 'x'))],
  ])('%s is refused', (_, text) => {
    const started = performance.now()
    expect(() => readCalendarText(text(), 'Europe/Berlin', from, until)).toThrow(CalendarUnreadable)
    expect(performance.now() - started).toBeLessThan(5_000)
  })
})
