import { type Reading, readingOf } from './reading'

/** Fewer people than this are not a group: their figures would name them. */
export const leastPeople = 3

/** A hold that has ended, as reports count it. */
export interface HoldFact {
  readonly id: string
  readonly status: string
  readonly opened_at: Date
  readonly decided_at: Date
  /** What was approved was put back, or its agent was stopped within a day. */
  readonly regretted: boolean
}

/** A verdict (approve or reject) that was not voided. */
export interface ReviewFact {
  readonly hold_id: string
  readonly person_id: string
  readonly verdict: string
  readonly at: Date
  readonly dwell_ms: number | null
  readonly shown_chars: number | null
}

interface Spread {
  readonly p50_ms: number
  readonly p95_ms: number
}

export interface Day {
  /** UTC, `2026-03-29`. */
  readonly day: string
  readonly decided: number
  readonly expired: number
  /** Null where nothing was decided, or by too few people to say. */
  readonly time_to_decide: Spread | null
}

/** What a report says of a group of people, or of one. Null: too few people, or nothing to say. */
export interface Figures {
  readonly people: number
  readonly decided: number
  readonly expired: number
  readonly expiry_rate: number | null
  readonly time_to_decide: Spread | null
  readonly days: readonly Day[]
  readonly load: { readonly reviews: number; readonly median: number; readonly most: number } | null
  readonly reading: Readonly<Record<Reading, number>> | null
  readonly disagreement: { readonly reviews: number; readonly disagreed: number } | null
  readonly regret: { readonly approved: number; readonly regretted: number } | null
}

const approvedStates: readonly string[] = ['approved', 'applied', 'failed']
const isDecided = (hold: HoldFact) => hold.status === 'rejected' || approvedStates.includes(hold.status)

/** The value below which `share` of them lie (nearest rank). */
export function percentile(values: readonly number[], share: number): number | null {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? null
}

function spread(values: readonly number[]): Spread | null {
  const [p50_ms, p95_ms] = [percentile(values, 0.5), percentile(values, 0.95)]
  return p50_ms === null || p95_ms === null ? null : { p50_ms, p95_ms }
}

const dayOf = (at: Date) => at.toISOString().slice(0, 10)

/** Every UTC day from the one to the other, both included. */
export function daysBetween(from: Date, to: Date): string[] {
  const days: string[] = []
  for (let at = Date.parse(dayOf(from)); at <= to.getTime(); at += 86_400_000) days.push(dayOf(new Date(at)))
  return days
}

const waited = (holds: readonly HoldFact[]) => holds.map(one => one.decided_at.getTime() - one.opened_at.getTime())

function readings(reviews: readonly ReviewFact[]): Record<Reading, number> {
  const counted = { read: 0, hurried: 0, unopened: 0, unknown: 0 }
  for (const review of reviews) counted[readingOf(review)] += 1
  return counted
}

/** How many of these verdicts met another verdict on the same hold, by somebody else. */
export function disagreed(reviews: readonly ReviewFact[], all: readonly ReviewFact[]): number {
  const byHold = Map.groupBy(all, one => one.hold_id)
  return reviews.filter(one =>
    byHold.get(one.hold_id)?.some(other => other.person_id !== one.person_id && other.verdict !== one.verdict),
  ).length
}

export interface Counted {
  readonly holds: readonly HoldFact[]
  /** Whose figures these are. */
  readonly reviews: readonly ReviewFact[]
  /** All verdicts on these holds, to tell disagreement. */
  readonly all: readonly ReviewFact[]
  readonly from: Date
  readonly to: Date
  /** How many people it takes: 1 for one's own figures and where names are shown. */
  readonly least: number
}

/** Counts. What would tell of fewer than `least` people is left out, day by day too. */
export function figuresOf({ holds, reviews, all, from, to, least }: Counted): Figures {
  const people = new Set(reviews.map(one => one.person_id)).size
  const enough = people >= least
  const decided = holds.filter(isDecided)
  const expired = holds.filter(one => one.status === 'expired')
  const approved = decided.filter(one => approvedStates.includes(one.status))
  const reviewers = Map.groupBy(reviews, one => one.hold_id)
  const byDay = Map.groupBy([...decided, ...expired], one => dayOf(one.decided_at))
  const days = daysBetween(from, to).map(day => {
    const here = byDay.get(day) ?? []
    const done = here.filter(isDecided)
    const who = new Set(done.flatMap(one => reviewers.get(one.id)?.map(review => review.person_id) ?? []))
    return {
      day,
      decided: done.length,
      expired: here.length - done.length,
      time_to_decide: who.size >= least ? spread(waited(done)) : null,
    }
  })
  const each = [...Map.groupBy(reviews, one => one.person_id).values()].map(one => one.length)
  return {
    people,
    decided: decided.length,
    expired: expired.length,
    expiry_rate: decided.length + expired.length === 0 ? null : expired.length / (decided.length + expired.length),
    time_to_decide: enough ? spread(waited(decided)) : null,
    days,
    load: enough ? { reviews: reviews.length, median: percentile(each, 0.5) ?? 0, most: Math.max(0, ...each) } : null,
    reading: enough ? readings(reviews) : null,
    disagreement: enough ? { reviews: reviews.length, disagreed: disagreed(reviews, all) } : null,
    regret: enough ? { approved: approved.length, regretted: approved.filter(one => one.regretted).length } : null,
  }
}

/** One person's line where names are shown. */
export interface PersonFigures {
  readonly person_id: string
  readonly reviews: number
  readonly time_to_decide: Spread | null
  readonly reading: Readonly<Record<Reading, number>>
  readonly disagreed: number
  readonly regretted: number
}

/** Figures by person, those with most verdicts first. Time to decide: from when a hold opened to this person's verdict. */
export function byPerson(holds: readonly HoldFact[], reviews: readonly ReviewFact[]): PersonFigures[] {
  const known = new Map(holds.map(one => [one.id, one]))
  return [...Map.groupBy(reviews, one => one.person_id)]
    .map(([person_id, mine]) => ({
      person_id,
      reviews: mine.length,
      time_to_decide: spread(
        mine.flatMap(one => {
          const hold = known.get(one.hold_id)
          return hold ? [one.at.getTime() - hold.opened_at.getTime()] : []
        }),
      ),
      reading: readings(mine),
      disagreed: disagreed(mine, reviews),
      regretted: mine.filter(one => one.verdict === 'approve' && known.get(one.hold_id)?.regretted).length,
    }))
    .toSorted((a, b) => b.reviews - a.reviews || (a.person_id < b.person_id ? -1 : 1))
}
