import type { Calendar } from '@/lib/access/calendar'
import type { EscalationPolicy, Level } from './policy'
import { type Facts, type LeftOut, type Told, tellable } from './tellable'
import { afterWorking } from './working-time'

/** A step by name: `opened`, `reminded.50`, `escalated.<level>.<repeat>`; the first level is 1, its first time 0. */
export type StepName = string

/** A step that was made: when, and who was told. Nobody: there was none, or a later one stands for it. */
export interface Made {
  readonly step: StepName
  readonly at: Date
  readonly people: readonly Told[]
}

/** How far a hold has come: all that is remembered of it between two looks. */
export interface Progress {
  /** The highest level that was reached. */
  readonly level: number
  /** Levels up to this one are due whatever their time: somebody said that they cannot judge it. */
  readonly hurried: number
  readonly made: readonly Made[]
}

export const untouched: Progress = { level: 0, hurried: 0, made: [] }

/** The hold as its escalation sees it; `expires_at` with what a pause gave back. */
export interface Waiting {
  readonly opened_at: Date
  readonly expires_at: Date
  /** When its team works. */
  readonly calendar: Calendar
}

/** One step that is made now. */
export interface Step extends Made {
  readonly level: number | null
  readonly repeat: number
  readonly left_out: readonly LeftOut[]
  readonly added: readonly string[]
}

const share = ({ opened_at, expires_at }: Waiting, percent: number): Date =>
  new Date(opened_at.getTime() + ((expires_at.getTime() - opened_at.getTime()) * percent) / 100)

/** When a level is reached by itself; null: never. */
function ownTime(level: Level, policy: EscalationPolicy, hold: Waiting): Date | null {
  if ('percent' in level.after) return share(hold, level.after.percent)
  if (level.working) return afterWorking(policy.calendar ?? hold.calendar, hold.opened_at, level.after.seconds)
  return new Date(hold.opened_at.getTime() + level.after.seconds * 1_000)
}

interface Due {
  readonly step: StepName
  readonly at: Date
  readonly level: number | null
  readonly repeat: number
}

/**
 * Every step that is still to be made, and when. A level comes at its time, not before the one above it; at once where
 * somebody has hurried it, or where the level above it had nobody to tell.
 */
function remaining(policy: EscalationPolicy, hold: Waiting, progress: Progress): Due[] {
  const made = new Map(progress.made.map(one => [one.step, one]))
  const due: Due[] = []
  const add = (one: Due) => {
    if (!made.has(one.step)) due.push(one)
  }
  add({ step: 'opened', at: hold.opened_at, level: null, repeat: 0 })
  for (const percent of policy.reminders)
    add({ step: `reminded.${percent}`, at: share(hold, percent), level: null, repeat: 0 })
  let above = hold.opened_at
  let nobody = false
  for (const [index, level] of policy.levels.entries()) {
    const number = index + 1
    const before = made.get(`escalated.${number}.0`)
    const own = ownTime(level, policy, hold)
    const reached =
      before?.at ?? (number <= progress.hurried || nobody ? above : own && new Date(Math.max(+own, +above)))
    if (!reached) break
    add({ step: `escalated.${number}.0`, at: reached, level: number, repeat: 0 })
    for (let repeat = 1; repeat <= (level.repeat?.times ?? 0); repeat++)
      add({
        step: `escalated.${number}.${repeat}`,
        at: new Date(reached.getTime() + repeat * (level.repeat?.every_seconds ?? 0) * 1_000),
        level: number,
        repeat,
      })
    above = reached
    nobody = before?.people.length === 0
  }
  return due
}

/** Of what is due at once, how often it is said: a level's repeats once, and of two reminders the later. */
function isSpoken(one: Due, due: readonly Due[]): boolean {
  if (one.level !== null) {
    if (one.repeat === 0) return true
    return !due.some(other => other.level === one.level && (other.repeat === 0 || other.repeat > one.repeat))
  }
  return one.step !== 'reminded.50' || !due.some(other => other.step === 'reminded.90')
}

/**
 * Makes every step that is due at `at`, from what was made before and the clock alone: whoever looks late makes up for all
 * of it, and whoever looks twice does nothing the second time. Pure: the engine and the preview both ask this.
 * @returns the steps in order, how far it has come then, and when to look next (null: never)
 */
export function advance(
  policy: EscalationPolicy,
  hold: Waiting,
  before: Progress,
  facts: Facts,
  at: Date,
): { steps: Step[]; progress: Progress; next: Date | null } {
  const steps: Step[] = []
  let progress = before
  const mayDecide = new Set<string>()
  if (at >= hold.expires_at) return { steps, progress, next: null }
  for (;;) {
    const rest = remaining(policy, hold, progress)
    const due = rest.filter(one => one.at <= at)
    if (due.length === 0) {
      // What would come after the end comes only where it is given more time: that is asked again at the end.
      const next = rest.reduce<Date | null>((first, one) => (first && first <= one.at ? first : one.at), null)
      return { steps, progress, next: next && next > hold.expires_at ? hold.expires_at : next }
    }
    // Levels one by one: an empty one makes the next due.
    const first = due.find(one => one.level !== null && one.repeat === 0)
    const now = due.filter(one => one.level === null || one.repeat > 0 || one === first)
    for (const one of now) {
      const spoken = isSpoken(one, due)
      const found = spoken ? tellFor(one, policy, facts, before, mayDecide, at) : nobodyToTell
      for (const id of found.added) mayDecide.add(id)
      const made: Step = {
        step: one.step,
        at,
        people: found.told,
        level: one.level,
        repeat: one.repeat,
        left_out: found.left_out,
        added: found.added,
      }
      // One that a later one stands for is noted, not shown.
      if (spoken) steps.push(made)
      progress = {
        level: Math.max(progress.level, one.repeat === 0 && one.level !== null ? one.level : 0),
        hurried: progress.hurried,
        made: [...progress.made, { step: made.step, at, people: made.people }],
      }
    }
  }
}

const nobodyToTell = { told: [], left_out: [], added: [] }

function tellFor(
  one: Due,
  policy: EscalationPolicy,
  facts: Facts,
  before: Progress,
  mayDecide: ReadonlySet<string>,
  at: Date,
): { told: Told[]; left_out: LeftOut[]; added: string[] } {
  const eligible: Facts['eligible'] = person => facts.eligible(person) || mayDecide.has(person.id)
  const now = { ...facts, eligible }
  if (one.step === 'opened') return tellable({ who: [{ kind: 'approvers' }], adds: false }, now, at)
  const open = (told: readonly Told[]) => told.filter(person => !facts.reviewed.has(person.person_id))
  if (one.level === null) {
    // Those who were told before this look: whoever hears of it now needs no reminder of it.
    const known = [...new Set(before.made.flatMap(made => made.people).map(person => person.person_id))]
    const who = known.map(person_id => ({ kind: 'person', person_id }) as const)
    const { told } = tellable({ who, adds: false }, { ...now, sees: eligible }, at)
    const why = one.step === 'reminded.90' ? 'Nine tenths of the time are gone' : 'Half of the time is gone'
    return {
      told: open(told).map(person => ({ ...person, why: `${why}, and you may decide this.` })),
      left_out: [],
      added: [],
    }
  }
  const level = policy.levels[one.level - 1]
  if (!level) return nobodyToTell
  const found = tellable(level, now, at)
  const told = found.told.map(person => ({ ...person, why: `${person.why} (${policy.name}, level ${one.level})` }))
  return { ...found, told: one.repeat > 0 ? open(told) : told }
}

/** Steps that a preview follows at most: far more than any policy has. */
const mostSteps = 500

/** All that will still happen if nobody decides, from `from` on: who will be told, when and why. */
export function foresee(
  policy: EscalationPolicy,
  hold: Waiting,
  before: Progress,
  factsAt: (added: readonly string[]) => Facts,
  from: Date,
): Step[] {
  const steps: Step[] = []
  const added: string[] = []
  let progress = before
  for (let at: Date | null = from; at && steps.length < mostSteps; ) {
    const made = advance(policy, hold, progress, factsAt(added), at)
    steps.push(...made.steps)
    added.push(...made.steps.flatMap(one => one.added))
    progress = made.progress
    at = made.next
  }
  return steps
}
