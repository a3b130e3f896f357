import { describe, expect, test } from 'vitest'
import type { PersonId } from '@/lib/kernel/id'
import { gapReport } from './gap-words'
import { finderOf, personIn } from './match'
import type { Schedule } from './on-call'
import type { Rota } from './rota'

const person = (letter: string): PersonId => `usr_${letter.repeat(26)}`
const [ada, ben] = [person('A'), person('B')]
const looked = { from: new Date('2026-03-16T00:00Z'), until: new Date('2026-04-13T00:00Z') }

const words = (rota: Pick<Rota, 'hand_overs' | 'weeks'>, more: Partial<Schedule> = {}) => {
  const plan = { kind: 'rota' as const, rota: { starts_on: '2026-03-02', ...rota } }
  const schedule: Schedule = {
    name: 'Payments',
    time_zone: 'Europe/Berlin',
    plan,
    overrides: [],
    absences: [],
    ...more,
  }
  const report = gapReport(schedule, looked)
  return [report.hours, ...report.words]
}
const daily = (turn: readonly (PersonId | null)[]) => [[turn, turn, turn, turn, turn, turn, turn]]

describe('gaps are said as people say them, across a change of summer time', () => {
  test('nobody on Sundays: one line, 95 hours in four weeks with a Sunday of 23', () => {
    expect(words({ hand_overs: ['00:00'], weeks: [[[ada], [ada], [ada], [ada], [ada], [ada], [null]]] })).toEqual([
      95,
      'every Sunday from 00:00 to 24:00',
    ])
  })
  test('a week-end from Saturday morning to Monday morning', () => {
    expect(
      words({ hand_overs: ['09:00'], weeks: [[[ada], [ada], [ada], [ada], [ada], [null], [null]]] }).slice(1),
    ).toEqual(['every Saturday from 09:00 to Monday 09:00'])
  })
  test('every night: one line', () => {
    expect(words({ hand_overs: ['08:00', '18:00'], weeks: daily([ada, null]) })).toEqual([
      392,
      'every day from 18:00 to 08:00',
    ])
  })
  test('many that never come again: eight lines, and how many more', () => {
    const absences = Array.from({ length: 12 }, (_, at) => {
      const from = new Date(looked.from.getTime() + (at + 1) * (26 * 3_600_000))
      return { person_id: ada, stand_in_id: null, from, until: new Date(from.getTime() + 600_000) }
    })
    const said = words({ hand_overs: ['09:00'], weeks: daily([ada]) }, { absences })
    expect([said.length, said.at(-1)]).toEqual([9, 'and 5 more'])
  })
  test('an absence is a gap of its own, by its date', () => {
    const absences = [
      { person_id: ada, stand_in_id: null, from: new Date('2026-03-28T23:30Z'), until: new Date('2026-03-29T06:00Z') },
    ]
    expect(words({ hand_overs: ['09:00'], weeks: daily([ada]) }, { absences })).toEqual([
      6.5,
      'Sunday 2026-03-29 from 00:30 to 08:00',
    ])
  })
  test('nobody at all', () => {
    expect(words({ hand_overs: ['09:00'], weeks: [] })).toEqual([672, 'the whole time'])
  })
  test('no gap, no words', () => {
    expect(words({ hand_overs: ['09:00'], weeks: daily([ada]) })).toEqual([0])
  })
})

describe('whom an entry of a calendar means', () => {
  const finder = finderOf([
    { id: ada, name: 'Ada Lovelace', email: 'ada@acme.example' },
    { id: ben, name: 'Ben Bitdiddle', email: 'ben@acme.example' },
    { id: person('C'), name: 'Ada Lovelace King', email: 'king@acme.example' },
    { id: person('D'), name: 'Sam Smith', email: 'sam@acme.example' },
    { id: person('E'), name: 'sam  smith', email: 'smith@acme.example' },
  ])
  test.each<[string, string[], string, PersonId | null]>([
    ['whoever is asked to come', ['ben@acme.example'], 'On call', ben],
    ['whatever case it is written in', ['BEN@Acme.Example'], 'On call', ben],
    ['the first who is known here', ['x@elsewhere.example', 'ada@acme.example', 'ben@acme.example'], '', ada],
    ['before anybody who stands in the title', ['ada@acme.example'], 'Ben Bitdiddle', ada],
    ['an address in the title', [], 'On call: <ben@acme.example>', ben],
    ['a name in the title', [], 'On Call - Ben Bitdiddle - Payments', ben],
    ['a name alone', [], 'ben bitdiddle', ben],
    ['the longer of two names that begin alike', [], 'Ada Lovelace King', person('C')],
    ['nobody by part of a word', [], 'Ben Bitdiddles', null],
    ['nobody where two are named', [], 'Ada Lovelace / Ben Bitdiddle', null],
    ['nobody by a name that two have', [], 'Sam Smith', null],
    ['nobody who is not known', ['eve@evil.example'], 'Eve', null],
  ])('%s', (_, emails, title, expected) => {
    expect(personIn(finder, { emails, title })).toBe(expected)
  })
})
