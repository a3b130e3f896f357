import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { PersonId } from '@/lib/kernel/id'
import { type Absence, gapsBetween, isIn, onCallAt, type Schedule, shiftsBetween, type Turn } from './on-call'
import type { Rota } from './rota'

const person = (letter: string): PersonId => `usr_${letter.repeat(26)}`
const [ada, ben, cleo] = [person('A'), person('B'), person('C')]
const everybody = [ada, ben, cleo]
const hour = 3_600_000
const day = 24 * hour
const at = (text: string) => new Date(text)

/** A week each, in turn, from the same time every day. */
function weekEach(hand_over: string, people: readonly (PersonId | null)[], starts_on = '2026-01-05'): Rota {
  const weeks = people.map(one => [0, 1, 2, 3, 4, 5, 6].map(() => [one]))
  return { starts_on, hand_overs: [hand_over], weeks }
}

const schedule = (time_zone: string, rota: Rota, more: Partial<Schedule> = {}): Schedule => ({
  name: 'Payments',
  time_zone,
  plan: { kind: 'rota', rota },
  overrides: [],
  absences: [],
  ...more,
})

/** A hand-over every day, between two people in turn. */
const daily = (hand_over: string): Rota => ({
  starts_on: '2026-01-05',
  hand_overs: [hand_over],
  weeks: [
    [[ada], [ben], [ada], [ben], [ada], [ben], [ada]],
    [[ben], [ada], [ben], [ada], [ben], [ada], [ben]],
  ],
})

describe('a hand-over is at the local time that was written, in summer and in winter', () => {
  test.each([
    ['Europe/Berlin, summer begins', 'Europe/Berlin', '09:00', '2026-03-28T12:00Z', '2026-03-29T07:00Z', 23],
    ['Europe/Berlin, summer ends', 'Europe/Berlin', '09:00', '2026-10-24T12:00Z', '2026-10-25T08:00Z', 25],
    ['America/New_York, summer begins', 'America/New_York', '09:00', '2026-03-07T20:00Z', '2026-03-08T13:00Z', 23],
    ['America/New_York, summer ends', 'America/New_York', '09:00', '2026-10-31T20:00Z', '2026-11-01T14:00Z', 25],
    [
      'Australia/Lord_Howe moves by half an hour',
      'Australia/Lord_Howe',
      '09:00',
      '2026-04-04T00:00Z',
      '2026-04-04T22:30Z',
      24.5,
    ],
    [
      'Asia/Kathmandu is 5:45 ahead and never moves',
      'Asia/Kathmandu',
      '09:00',
      '2026-03-28T12:00Z',
      '2026-03-29T03:15Z',
      24,
    ],
    [
      'a time that never comes is the moment of the change',
      'Europe/Berlin',
      '02:30',
      '2026-03-28T12:00Z',
      '2026-03-29T01:00Z',
      23.5,
    ],
    ['a time that comes twice is its first', 'Europe/Berlin', '02:30', '2026-10-24T12:00Z', '2026-10-25T00:30Z', 24],
    ['midnight that never comes (Santiago)', 'America/Santiago', '00:00', '2026-09-05T12:00Z', '2026-09-06T04:00Z', 24],
    ['UTC', 'UTC', '09:00', '2026-03-28T12:00Z', '2026-03-29T09:00Z', 24],
  ])('%s', (_, zone, clock, asked, handedOver, hours) => {
    const [one, other] = shiftsBetween(schedule(zone, daily(clock)), at(asked), new Date(at(asked).getTime() + 2 * day))
    expect(one?.until).toEqual(at(handedOver))
    expect(other?.from).toEqual(at(handedOver))
    const whole = shiftsBetween(
      schedule(zone, daily(clock)),
      new Date(at(asked).getTime() - 3 * day),
      at(handedOver),
    ).at(-1)
    expect((at(handedOver).getTime() - (whole?.from.getTime() ?? 0)) / hour).toBe(hours)
  })

  test('two hand-overs in an hour that never comes: the later one takes over at the change, the other has no time', () => {
    const rota: Rota = {
      starts_on: '2026-01-05',
      hand_overs: ['02:10', '02:50'],
      weeks: [[0, 1, 2, 3, 4, 5, 6].map(() => [ada, ben])],
    }
    const found = shiftsBetween(schedule('Europe/Berlin', rota), at('2026-03-29T00:00Z'), at('2026-03-29T12:00Z'))
    expect(found.map(one => one.person_id)).toEqual([ben])
  })

  test('a zone that skips a whole day hands over all the same', () => {
    const rota = { ...daily('09:00'), starts_on: '2011-12-26' }
    const found = shiftsBetween(schedule('Pacific/Apia', rota), at('2011-12-29T00:00Z'), at('2012-01-02T00:00Z'))
    expect(found.map(one => one.from.toISOString())).toEqual([
      '2011-12-29T00:00:00.000Z',
      '2011-12-29T19:00:00.000Z',
      '2011-12-30T10:00:00.000Z',
      '2011-12-30T19:00:00.000Z',
      '2011-12-31T19:00:00.000Z',
      '2012-01-01T19:00:00.000Z',
    ])
  })
})

describe('who is on call', () => {
  const weekly = schedule('Europe/Berlin', weekEach('09:00', [ada, ben]))
  const override: Turn = { person_id: cleo, from: at('2026-01-06T08:00Z'), until: at('2026-01-06T16:00Z') }
  const absence = (who: PersonId, stand_in_id: PersonId | null = null): Absence => ({
    person_id: who,
    stand_in_id,
    from: at('2026-01-06T10:00Z'),
    until: at('2026-01-07T10:00Z'),
  })
  const noon = at('2026-01-06T12:00Z')

  test.each<[string, Schedule, Date, PersonId | null]>([
    ['before the rota begins: nobody', weekly, at('2026-01-05T07:59Z'), null],
    ['from its first hand-over on: the first', weekly, at('2026-01-05T08:00Z'), ada],
    ['in the second week: the second', weekly, at('2026-01-12T08:00Z'), ben],
    ['in the third week: the first again', weekly, at('2026-01-19T08:00Z'), ada],
    ['a person by an override', { ...weekly, overrides: [override] }, noon, cleo],
    [
      'of two overrides the one that was added later',
      { ...weekly, overrides: [{ ...override, person_id: ben }, override] },
      noon,
      cleo,
    ],
    ['an override ends at its end', { ...weekly, overrides: [override] }, override.until, ada],
    ['an absent person is not: a gap', { ...weekly, absences: [absence(ada)] }, noon, null],
    ['whoever stands in for an absent person', { ...weekly, absences: [absence(ada, ben)] }, noon, ben],
    [
      'not whoever stands in and is absent',
      { ...weekly, absences: [absence(ada, ben), absence(ben, cleo)] },
      noon,
      null,
    ],
    [
      'an override to an absent person counts for nothing',
      { ...weekly, overrides: [override], absences: [absence(cleo)] },
      noon,
      ada,
    ],
    [
      'an override to somebody absent goes to who stands in',
      { ...weekly, overrides: [override], absences: [absence(cleo, ben)] },
      noon,
      ben,
    ],
    ['nobody by an empty rota', schedule('UTC', { ...daily('09:00'), weeks: [] }), noon, null],
  ])('%s', (_, one, moment, expected) => {
    expect(onCallAt(one, moment)?.person_id ?? null).toBe(expected)
  })

  test('says until when, and how that comes', () => {
    expect(onCallAt(weekly, noon)).toEqual({
      person_id: ada,
      until: at('2026-01-12T08:00Z'),
      because: 'on call for Payments by its rota',
    })
    expect(onCallAt({ ...weekly, overrides: [override] }, noon)).toEqual({
      person_id: cleo,
      until: override.until,
      because: 'on call for Payments by an override',
    })
  })

  test('of two entries in a calendar the one that began later is on call, and the other again afterwards', () => {
    const turns: Turn[] = [
      { person_id: ada, from: at('2026-01-05T00:00Z'), until: at('2026-01-12T00:00Z') },
      { person_id: ben, from: at('2026-01-07T00:00Z'), until: at('2026-01-08T00:00Z') },
    ]
    const found = shiftsBetween(
      schedule('UTC', daily('09:00'), { plan: { kind: 'calendar', turns } }),
      at('2026-01-04T00:00Z'),
      at('2026-01-13T00:00Z'),
    )
    expect(found.map(one => one.person_id)).toEqual([null, ada, ben, ada, null])
  })

  test('gaps are what nobody has: 0 on Sundays', () => {
    const weeks = [[[ada], [ada], [ada], [ada], [ada], [ada], [null]]]
    const gaps = gapsBetween(
      schedule('Europe/Berlin', { starts_on: '2026-03-02', hand_overs: ['00:00'], weeks }),
      at('2026-03-16T00:00Z'),
      at('2026-04-06T00:00Z'),
    )
    expect(gaps).toEqual([
      { from: at('2026-03-21T23:00Z'), until: at('2026-03-22T23:00Z') },
      { from: at('2026-03-28T23:00Z'), until: at('2026-03-29T22:00Z') },
      { from: at('2026-04-04T22:00Z'), until: at('2026-04-05T22:00Z') },
    ])
  })
})

describe('whatever is written in a schedule', () => {
  const zone = fc.constantFrom(
    'UTC',
    'Europe/Berlin',
    'America/New_York',
    'Australia/Lord_Howe',
    'America/Santiago',
    'Asia/Kathmandu',
    'Pacific/Apia',
  )
  const anybody = fc.constantFrom(...everybody)
  const moment = fc
    .integer({ min: Date.UTC(2026, 0, 1) / 60_000, max: Date.UTC(2027, 0, 1) / 60_000 })
    .map(one => new Date(one * 60_000))
  const span = fc
    .tuple(moment, fc.integer({ min: 1, max: 20_000 }))
    .map(([from, minutes]) => ({ from, until: new Date(from.getTime() + minutes * 60_000) }))
  const turn: fc.Arbitrary<Turn> = fc.tuple(span, anybody).map(([one, person_id]) => ({ ...one, person_id }))
  const absence: fc.Arbitrary<Absence> = fc
    .tuple(turn, fc.option(anybody))
    .map(([one, stand_in_id]) => ({ ...one, stand_in_id }))
  const rota: fc.Arbitrary<Rota> = fc
    .uniqueArray(fc.constantFrom('00:00', '01:30', '02:00', '02:30', '03:00', '09:00', '17:45'), {
      minLength: 1,
      maxLength: 3,
    })
    .map(clocks => clocks.sort())
    .chain(hand_overs =>
      fc
        .array(
          fc.array(fc.array(fc.option(anybody), { minLength: hand_overs.length, maxLength: hand_overs.length }), {
            minLength: 7,
            maxLength: 7,
          }),
          { minLength: 1, maxLength: 3 },
        )
        .map(weeks => ({ starts_on: '2026-01-05', hand_overs, weeks })),
    )
  const plan = fc.oneof(
    rota.map(one => ({ kind: 'rota' as const, rota: one })),
    fc.array(turn, { maxLength: 6 }).map(turns => ({ kind: 'calendar' as const, turns })),
  )
  const any: fc.Arbitrary<Schedule> = fc.record({
    name: fc.constant('Payments'),
    time_zone: zone,
    plan,
    overrides: fc.array(turn, { maxLength: 4 }),
    absences: fc.array(absence, { maxLength: 4 }),
  })

  test('shifts tile the time that was asked for, neighbours differ, and each is who is on call within it', () => {
    fc.assert(
      fc.property(any, span, fc.double({ min: 0, max: 0.999, noNaN: true }), (one, { from, until }, part) => {
        const shifts = shiftsBetween(one, from, until)
        expect(shifts[0]?.from).toEqual(from)
        expect(shifts.at(-1)?.until).toEqual(until)
        for (const [index, shift] of shifts.entries()) {
          expect(shift.from < shift.until).toBe(true)
          const next = shifts[index + 1]
          if (next)
            expect([next.from, next.because + next.person_id]).not.toEqual([
              shift.until,
              shift.because + shift.person_id,
            ])
          if (next) expect(next.from).toEqual(shift.until)
          const inside = new Date(
            shift.from.getTime() + Math.floor((shift.until.getTime() - shift.from.getTime()) * part),
          )
          expect(onCallAt(one, inside)?.person_id ?? null).toBe(shift.person_id)
        }
      }),
      { numRuns: 150 },
    )
  })

  test('an absent person is never on call', () => {
    fc.assert(
      fc.property(any, moment, (one, when) => {
        const found = onCallAt(one, when)
        expect(one.absences.some(away => away.person_id === found?.person_id && isIn(away, when))).toBe(false)
      }),
      { numRuns: 400 },
    )
  })

  test('an override of somebody who is there wins', () => {
    fc.assert(
      fc.property(any, turn, fc.double({ min: 0, max: 0.999, noNaN: true }), (one, override, part) => {
        const when = new Date(
          override.from.getTime() + Math.floor((override.until.getTime() - override.from.getTime()) * part),
        )
        fc.pre(!one.absences.some(away => away.person_id === override.person_id && isIn(away, when)))
        expect(onCallAt({ ...one, overrides: [...one.overrides, override] }, when)?.person_id).toBe(override.person_id)
      }),
      { numRuns: 300 },
    )
  })
})
