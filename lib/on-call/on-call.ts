import type { PersonId } from '@/lib/kernel/id'
import { handOvers, type Rota } from './rota'

/** A stretch of time: `from` is in it, `until` is not. */
export interface Span {
  readonly from: Date
  readonly until: Date
}

/** One person's stretch of time: somebody takes over from what was planned, or has an entry in a calendar. */
export interface Turn extends Span {
  readonly person_id: PersonId
}

/** When somebody is away. Whoever stands in takes over where they would have been on call; null: nobody does. */
export interface Absence extends Turn {
  readonly stand_in_id: PersonId | null
}

/** What a schedule is made of: a rota kept here, or the entries of a calendar that is kept elsewhere. */
export type Plan =
  | { readonly kind: 'rota'; readonly rota: Rota }
  | { readonly kind: 'calendar'; readonly turns: readonly Turn[] }

/** Who is on call when, for one thing. */
export interface Schedule {
  readonly name: string
  /** IANA name; what stands in the rota is by its clocks. */
  readonly time_zone: string
  readonly plan: Plan
  /** What comes later in the list wins. */
  readonly overrides: readonly Turn[]
  /** Of everybody whom it may name; what comes later in the list wins. People who have left are absent for ever. */
  readonly absences: readonly Absence[]
}

/** Somebody is on call, or (null) nobody: a gap. */
export interface Shift extends Span {
  readonly person_id: PersonId | null
  /** How it comes: the words behind "you are on call". Empty in a gap. */
  readonly because: string
}

/** So far ahead the end of a shift is looked for, in milliseconds: five weeks. */
export const lookAhead = 35 * 86_400_000

/** Whether a moment is in a stretch of time. */
export const isIn = ({ from, until }: Span, at: Date): boolean => from <= at && at < until

/**
 * Who is on call at this moment, until when (at most five weeks later), and how that comes; null where nobody is.
 * An override wins over what is planned, unless its person is absent; an absent person never is on call.
 */
export function onCallAt(schedule: Schedule, at: Date): { person_id: PersonId; until: Date; because: string } | null {
  const [shift] = shiftsBetween(schedule, at, new Date(at.getTime() + lookAhead))
  return shift?.person_id ? { person_id: shift.person_id, until: shift.until, because: shift.because } : null
}

/** Every shift between two moments, gaps too: they follow each other without a break, and neighbours differ. */
export function shiftsBetween(schedule: Schedule, from: Date, until: Date): Shift[] {
  const within = (span: Span) => span.from < until && span.until > from
  const overrides = schedule.overrides.filter(within).toReversed()
  const absences = schedule.absences.filter(within).toReversed()
  const planned = planBetween(schedule, from, until)
  const ends = [...overrides, ...absences, ...planned].flatMap(one => [one.from.getTime(), one.until.getTime()])
  const inside = ends.filter(one => one > from.getTime() && one < until.getTime())
  const moments = [...new Set([from.getTime(), ...inside])].sort((a, b) => a - b)
  const shifts: Shift[] = []
  for (const [index, moment] of moments.entries()) {
    if (moment >= until.getTime()) break
    const next = { from: new Date(moment), until: new Date(moments[index + 1] ?? until) }
    const who = whoAt(schedule, overrides, planned, absences, next.from)
    const last = shifts.at(-1)
    if (last && last.person_id === who.person_id && last.because === who.because)
      shifts[shifts.length - 1] = { ...last, until: next.until }
    else shifts.push({ ...next, ...who })
  }
  return shifts
}

/** The gaps between two moments. */
export function gapsBetween(schedule: Schedule, from: Date, until: Date): Span[] {
  const gaps: Span[] = []
  for (const { person_id, ...shift } of shiftsBetween(schedule, from, until))
    if (person_id === null) gaps.push({ from: shift.from, until: shift.until })
  return gaps
}

/** What is planned, that which wins first: of two entries in a calendar the one that began later. */
function planBetween({ plan, time_zone }: Schedule, from: Date, until: Date): Turn[] {
  if (plan.kind === 'calendar')
    return plan.turns
      .filter(turn => turn.from < until && turn.until > from)
      .sort((a, b) => b.from.getTime() - a.from.getTime() || (a.person_id < b.person_id ? -1 : 1))
  const found = handOvers(plan.rota, time_zone, from, until)
  return found.flatMap(({ at, person_id }, index) =>
    person_id === null ? [] : [{ person_id, from: at, until: found[index + 1]?.at ?? until }],
  )
}

function whoAt(
  { name, plan }: Schedule,
  overrides: readonly Turn[],
  planned: readonly Turn[],
  absences: readonly Absence[],
  at: Date,
): Pick<Shift, 'person_id' | 'because'> {
  const away = (person: PersonId) => absences.filter(one => one.person_id === person && isIn(one, at))
  const offers = [
    ...overrides.map(turn => ({ turn, how: 'by an override' })),
    ...planned.map(turn => ({ turn, how: plan.kind === 'rota' ? 'by its rota' : 'by its calendar' })),
  ]
  for (const { turn, how } of offers) {
    if (!isIn(turn, at)) continue
    const absent = away(turn.person_id)
    if (absent.length === 0) return { person_id: turn.person_id, because: `on call for ${name} ${how}` }
    const standIn = absent.find(one => one.stand_in_id !== null && away(one.stand_in_id).length === 0)
    if (standIn?.stand_in_id)
      return { person_id: standIn.stand_in_id, because: `on call for ${name}, standing in for somebody absent` }
  }
  return { person_id: null, because: '' }
}
