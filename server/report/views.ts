import { type SignedIn, teamsFor } from '@/lib/access/permission'
import { Refused } from '@/lib/kernel/problem'
import { canaryOutcomes } from '@/lib/report/canary'
import { byPerson, disagreed, figuresOf, leastPeople } from '@/lib/report/figures'
import { loadTeams } from '@/server/access/organisation-store'
import { clock } from '@/server/db/guard'
import { reader } from '@/server/db/tx'
import type { Instance } from '@/server/instance'
import { canariesOfPerson, canariesOfTeams, type OutcomeCount } from './canary-store'
import { namingNow } from './naming'
import { endedAmong, endedHolds, hurriesOf, mostHolds, peopleNames, reviewsBy, reviewsOf } from './store'

const dayMs = 86_400_000

const outcomes = (rows: readonly OutcomeCount[]) => {
  const [caught, missed, undecided] = canaryOutcomes.map(one => rows.find(row => row.outcome === one)?.count ?? 0)
  return { caught: caught ?? 0, missed: missed ?? 0, undecided: undecided ?? 0 }
}

async function windowOf(app: Pick<Instance, 'db'>, days: number) {
  const to = await clock(reader(app.db.pool))
  return { from: new Date(to.getTime() - days * dayMs), to }
}

/** What one person decided in so many days: their own figures, for themselves. */
export async function ownReport(app: Pick<Instance, 'db'>, by: SignedIn, days: number) {
  const db = reader(app.db.pool)
  const { from, to } = await windowOf(app, days)
  const [mine, hurries, naming, canaries] = await Promise.all([
    reviewsBy(db, by.id, from),
    hurriesOf(db, [by.id], from),
    namingNow(db),
    canariesOfPerson(db, by.id, from),
  ])
  const ids = [...new Set(mine.map(one => one.hold_id))]
  const [ended, all] = await Promise.all([endedAmong(db, ids), reviewsOf(db, ids)])
  const latest = new Map(mine.toReversed().map(one => [one.hold_id, one]))
  // For oneself time runs to one's own verdict, and what was approved is what oneself approved.
  const holds = ended.flatMap(hold => {
    const review = latest.get(hold.id)
    const decided = hold.status !== 'expired' && review
    return decided
      ? [{ ...hold, status: review.verdict === 'approve' ? 'approved' : 'rejected', decided_at: review.at }]
      : []
  })
  const known = new Set(ended.map(one => one.id))
  const reviews = mine.filter(one => known.has(one.hold_id))
  const figures = figuresOf({ holds, reviews, all, from, to, least: 1 })
  return {
    from,
    to,
    figures: { ...figures, disagreement: { reviews: reviews.length, disagreed: disagreed(reviews, all) } },
    hurries: hurries.map(({ at, approvals }) => ({ at, approvals })),
    canaries: outcomes(canaries),
    naming,
    more: false,
  }
}

/**
 * What teams decided in so many days. Figures that would tell of fewer than three people are left out; people are named only
 * while an administrator lets reports name them. @throws Refused 403, 404
 */
export async function teamReport(app: Pick<Instance, 'db'>, by: SignedIn, days: number, team: string | undefined) {
  const led = teamsFor(by, 'report.read')
  if (led !== 'all' && led.length === 0) throw new Refused('request.forbidden')
  const db = reader(app.db.pool)
  const names = await loadTeams(db)
  const visible = [...names].filter(([id]) => led === 'all' || led.some(one => one === id))
  if (team !== undefined && !visible.some(([id]) => id === team)) throw new Refused('request.not_found')
  const teams = team !== undefined ? [team] : led === 'all' ? null : led
  const { from, to } = await windowOf(app, days)
  const [found, naming, canaries] = await Promise.all([
    endedHolds(db, teams, from),
    namingNow(db),
    canariesOfTeams(db, teams, from),
  ])
  const holds = found.slice(0, mostHolds)
  const all = await reviewsOf(
    db,
    holds.map(one => one.id),
  )
  const people = [...new Set(all.map(one => one.person_id))]
  const figures = figuresOf({ holds, reviews: all, all, from, to, least: naming ? 1 : leastPeople })
  const hurries = await hurriesOf(db, people, from)
  const called = naming ? await peopleNames(db, people) : new Map<string, string>()
  return {
    from,
    to,
    teams: visible.map(([id, name]) => ({ id, name })).toSorted((a, b) => a.name.localeCompare(b.name, 'en')),
    least_people: leastPeople,
    figures,
    // A count of flags says who, where only one or two people decide.
    hurries: naming || people.length >= leastPeople ? hurries.length : 0,
    canaries: naming || people.length >= leastPeople ? outcomes(canaries) : null,
    naming,
    people: naming
      ? byPerson(holds, all).map(({ person_id, ...rest }) => ({
          person: { id: person_id, name: called.get(person_id) ?? null },
          ...rest,
          hurries: hurries.filter(one => one.person_id === person_id).length,
        }))
      : null,
    more: found.length > mostHolds,
  }
}
