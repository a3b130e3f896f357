import fc from 'fast-check'
import { describe, expect, inject, it } from 'vitest'
import { plainCalendar } from '@/lib/access/calendar'
import type { Role } from '@/lib/access/permission'
import type { Person } from '@/lib/hold/requirement'
import type { Absence } from '@/lib/on-call/on-call'
import { defaultPolicy, type EscalationPolicy, type Level } from './policy'
import type { Facts } from './tellable'
import { advance, foresee, type Progress, untouched, type Waiting } from './timeline'

const runs = (count: number) => ({ numRuns: count * inject('scale'), seed: inject('seed') })

const opened = new Date('2026-11-02T09:00:00Z')
const inMinutes = (minutes: number) => new Date(opened.getTime() + minutes * 60_000)
const hold: Waiting = { opened_at: opened, expires_at: inMinutes(100), calendar: plainCalendar }

const person = (name: string, role: Role | null = 'approver', status: Person['status'] = 'active'): Person => ({
  id: `usr_${name}`,
  name,
  email: `${name}@example.org`,
  status,
  roles: role ? [{ role, team_id: null }] : [],
})
const ann = person('ann')
const ben = person('ben')
const olga = person('olga')
const bob = person('bob', null)
const carl = person('carl')
const gone = person('gone', 'approver', 'disabled')
const people = [ann, ben, olga, bob, carl, gone]

/** Ann may decide; Olga owns and is on the asking side; Ben and Carl are approvers elsewhere; Bob has no role. */
function facts(more: Partial<Facts> = {}, added: readonly string[] = []): Facts {
  return {
    people,
    owner: olga.id,
    backup: bob.id,
    eligible: one => one.id === ann.id || added.includes(one.id),
    barred: one => (one.id === olga.id ? 'They own it.' : one.roles.length === 0 ? 'They are no approver.' : null),
    sees: () => true,
    onCall: () => null,
    teamName: () => 'Payments',
    away: [],
    reviewed: new Set(),
    ...more,
  }
}

const level = (more: Partial<Level> = {}): Level => ({
  who: [{ kind: 'person', person_id: ben.id }],
  after: { seconds: 600 },
  working: false,
  channels: [],
  urgent: false,
  repeat: null,
  adds: false,
  ...more,
})
const policy = (levels: Level[], more: Partial<EscalationPolicy> = {}): EscalationPolicy => ({
  ...defaultPolicy,
  name: 'P',
  reminders: [],
  levels,
  ...more,
})

/** Looks at these minutes and no others; what was told at each, as `minute step: people`. */
function looks(
  rules: EscalationPolicy,
  minutes: readonly number[],
  more: Partial<Facts> = {},
  from: Progress = untouched,
): string[] {
  let progress = from
  const told: string[] = []
  const added: string[] = []
  for (const minute of minutes) {
    const made = advance(rules, hold, progress, facts(more, added), inMinutes(minute))
    progress = made.progress
    for (const step of made.steps) {
      added.push(...step.added)
      told.push(`${minute} ${step.step}: ${step.people.map(one => one.person_id.slice(4)).join(' ')}`.trim())
    }
  }
  return told
}
const every = (step: number) => Array.from({ length: 100 / step }, (_, n) => n * step)
const two = [level(), level({ after: { seconds: 1_800 }, who: [{ kind: 'person', person_id: carl.id }] })]
const away = (who: Person, delegate: Person | null, from = 0, until = 100): Absence => ({
  person_id: who.id,
  stand_in_id: delegate?.id ?? null,
  from: inMinutes(from),
  until: inMinutes(until),
})

describe('who is told when', () => {
  const table: readonly [
    what: string,
    rules: EscalationPolicy,
    minutes: readonly number[],
    told: readonly string[],
    more?: Partial<Facts>,
    from?: Progress,
  ][] = [
    [
      'standard: approvers at once, owner and backup at half time, those who may decide at 50 % and 90 %',
      defaultPolicy,
      every(1),
      ['0 opened: ann', '50 reminded.50: ann', '50 escalated.1.0: olga bob', '90 reminded.90: ann'],
    ],
    [
      'an hour of downtime in the middle: all that was missed is made up for, the reminder once',
      policy(two, { reminders: [50, 90] }),
      [0, 5, 92, 93],
      ['0 opened: ann', '92 reminded.90: ann', '92 escalated.1.0: ben', '92 escalated.2.0: carl'],
    ],
    [
      'nobody looked until late: what is heard now needs no reminder',
      defaultPolicy,
      [60, 61],
      ['60 opened: ann', '60 reminded.50:', '60 escalated.1.0: olga bob'],
    ],
    [
      'A19 a level whose people have left: the next one is told in its place, at once, and the last keeps its own time',
      policy([
        level({ who: [{ kind: 'person', person_id: gone.id }] }),
        level({ after: { seconds: 1_800 } }),
        level({ after: { seconds: 3_600 }, who: [{ kind: 'person', person_id: carl.id }] }),
      ]),
      every(1),
      ['0 opened: ann', '10 escalated.1.0:', '10 escalated.2.0: ben', '60 escalated.3.0: carl'],
    ],
    [
      'nobody on call: the same',
      policy([level({ who: [{ kind: 'on_call', schedule_id: 's' }] }), level({ after: { seconds: 1_800 } })]),
      every(5),
      ['0 opened: ann', '10 escalated.1.0:', '10 escalated.2.0: ben'],
    ],
    [
      'whoever is on call when the level is reached, not when the hold opened',
      policy([level({ who: [{ kind: 'on_call', schedule_id: 's' }] })]),
      every(5),
      ['0 opened: ann', '10 escalated.1.0: carl'],
      { onCall: (_, at) => ({ person_id: at < inMinutes(10) ? ben.id : carl.id, because: 'the rota' }) },
    ],
    [
      'A20 a level that lets people decide leaves out who is on the asking side, and who is no approver',
      policy([
        level({ adds: true, who: [{ kind: 'owner' }, { kind: 'backup' }, { kind: 'person', person_id: ben.id }] }),
      ]),
      every(5),
      ['0 opened: ann', '10 escalated.1.0: ben'],
    ],
    [
      'a repeat is said again until it was said often enough; after downtime once for all that were missed',
      policy([level({ repeat: { every_seconds: 300, times: 5 } })]),
      [0, 10, 15, 28, 30, 35, 40, 45],
      [
        '0 opened: ann',
        '10 escalated.1.0: ben',
        '15 escalated.1.1: ben',
        '28 escalated.1.3: ben',
        '30 escalated.1.4: ben',
        '35 escalated.1.5: ben',
      ],
    ],
    [
      'who has given a verdict is not told again',
      policy([level({ repeat: { every_seconds: 300, times: 1 } })], { reminders: [50] }),
      every(5),
      ['0 opened: ann', '10 escalated.1.0: ben', '15 escalated.1.1:', '50 reminded.50:'],
      { reviewed: new Set([ann.id, ben.id]) },
    ],
    [
      'somebody cannot judge it: the next level is due at once, and those below keep their time',
      policy([...two, level({ after: { seconds: 3_600 } })]),
      every(5).slice(1),
      ['5 escalated.1.0: ben', '30 escalated.2.0: carl', '60 escalated.3.0: ben'],
      {},
      { level: 0, hurried: 1, made: [{ step: 'opened', at: opened, people: [{ person_id: ann.id, why: '' }] }] },
    ],
    [
      'a level after the end of the hold is never reached',
      policy([level({ after: { seconds: 6_000 } })]),
      [...every(1), 99.9, 100, 200],
      ['0 opened: ann'],
    ],
    [
      'A18 who is away is told through their delegate, where that one may decide it themselves',
      policy([]),
      [0],
      ['0 opened: ben'],
      { eligible: one => one.id === ann.id || one.id === ben.id, away: [away(ann, ben)] },
    ],
    [
      'A18 a delegate who may not decide it is not told',
      policy([]),
      [0],
      ['0 opened: ann'],
      { away: [away(ann, ben)] },
    ],
    [
      'A18 a chain is followed for one hop: a delegate who is away too reads for nobody',
      policy([]),
      [0],
      ['0 opened: ann carl'],
      {
        eligible: one => [ann.id, ben.id, carl.id].includes(one.id),
        away: [away(ann, ben), away(ben, carl)],
      },
    ],
    [
      'only working hours count, by the policy’s own calendar before the team’s',
      policy([level({ working: true })], {
        calendar: { time_zone: 'Europe/Berlin', working_hours: { 1: ['10:20', '18:00'] } },
      }),
      every(5),
      ['0 opened: ann', '30 escalated.1.0: ben'],
    ],
    ['who is back is told again', policy([]), [30], ['30 opened: ann'], { away: [away(ann, ben, 0, 30)] }],
  ]

  it.each(table)('%s', (_what, rules, minutes, told, more, from) => {
    expect(looks(rules, minutes, more, from)).toEqual(told)
  })
})

describe('whenever it is looked at', () => {
  const levels = fc.array(
    fc.record({
      who: fc.subarray(
        [...people.map(one => ({ kind: 'person', person_id: one.id }) as const), { kind: 'owner' } as const],
        { minLength: 1 },
      ),
      after: fc.oneof(
        fc.record({ seconds: fc.integer({ min: 0, max: 7_000 }) }),
        fc.record({ percent: fc.integer({ min: 1, max: 99 }) }),
      ),
      adds: fc.boolean(),
      repeat: fc.option(
        fc.record({ every_seconds: fc.integer({ min: 60, max: 900 }), times: fc.integer({ min: 1, max: 5 }) }),
      ),
    }),
    { maxLength: 5 },
  )
  const minutes = fc.array(fc.integer({ min: 0, max: 120 }), { minLength: 1, maxLength: 40 })

  it('INV-19 no step is made twice or at or after the end, nobody is let in who is barred, and looking again changes nothing', () => {
    fc.assert(
      fc.property(levels, minutes, fc.integer({ min: 0, max: 3 }), (some, when, hurried) => {
        const rules = policy(
          some.map(one => level(one)),
          { reminders: [50, 90] },
        )
        let progress: Progress = { ...untouched, hurried }
        const made: string[] = []
        for (const minute of when.toSorted((a, b) => a - b)) {
          const now = advance(rules, hold, progress, facts(), inMinutes(minute))
          progress = now.progress
          made.push(...now.steps.map(one => one.step))
          for (const step of now.steps) {
            expect(+step.at).toBeLessThan(+hold.expires_at)
            for (const id of step.added) expect([ben.id, carl.id]).toContain(id)
          }
          if (now.next) {
            expect(+now.next).toBeGreaterThan(+inMinutes(minute))
            expect(+now.next).toBeLessThanOrEqual(+hold.expires_at)
          }
          const again = advance(rules, hold, progress, facts(), inMinutes(minute))
          expect(again.steps).toEqual([])
        }
        expect(new Set(made).size).toBe(made.length)
      }),
      runs(100),
    )
  })

  it('looking at every next moment is what the preview foresees, and one late look reaches the same levels', () => {
    fc.assert(
      fc.property(levels, some => {
        const rules = policy(some.map(one => level(one)))
        const foreseen = foresee(rules, hold, untouched, added => facts({}, added), opened)
        const late = advance(rules, hold, untouched, facts(), inMinutes(99.99))
        const reached = (steps: typeof foreseen) =>
          steps
            .filter(one => one.repeat === 0 && one.level !== null)
            .map(one => `${one.step} ${one.people.map(person => person.person_id)}`)
            .toSorted()
        expect(reached(late.steps)).toEqual(reached(foreseen.filter(one => one.at <= inMinutes(99.99))))
      }),
      runs(100),
    )
  })
})
