import type { Tally } from './proof-tally'

const day = 86_400_000

/** Days that a tally stands for: from its first row until `until`, at least one, so that an hour is not made a day of. */
export const daysOf = (tally: Pick<Tally, 'from'>, until: Date): number =>
  tally.from === null ? 1 : Math.max(1, (until.getTime() - Date.parse(tally.from)) / day)

const rounded = (value: number) => Math.round(value * 100) / 100

/** The people of a group, named and counted by whoever knows them. */
export type CountPeople = (group: string) => { readonly name: string; readonly people: number }

/** A tally as people read it: numbers a day, the busiest rules and people first. */
export function reportOf(tally: Tally, until: Date, people: CountPeople) {
  const days = daysOf(tally, until)
  const aDay = (count: number) => rounded(count / days)
  const load = (of: Tally['in_force']) => ({
    held_a_day: aDay(of.held),
    approvals_a_day: aDay(of.approvals),
    outside_hours_a_day: aDay(of.outside_hours),
    by_rule: Object.entries(of.by_rule)
      .sort(([, a], [, b]) => b.count - a.count)
      .slice(0, 50)
      .map(([rule, { count, sentence }]) => ({ rule, sentence, held: count, a_day: aDay(count) })),
    by_group: Object.entries(of.by_group)
      .sort(([, a], [, b]) => b - a)
      .slice(0, 50)
      .map(([group, approvals]) => {
        const counted = people(group)
        const each = counted.people === 0 ? null : rounded(approvals / days / counted.people)
        return {
          who: counted.name,
          approvers: counted.people,
          approvals_a_day: aDay(approvals),
          per_approver_a_day: each,
        }
      }),
  })
  const { rows, before_policy, replayable, unreplayable, unchanged, recorded_differs, from, to, changes } = tally
  return {
    from,
    to,
    rows,
    before_policy,
    judged: replayable + unreplayable,
    replayable,
    unreplayable,
    missing: Object.entries(tally.missing)
      .sort(([, a], [, b]) => b - a)
      .map(([fact, count]) => ({ fact, count })),
    unchanged,
    recorded_differs,
    changes,
    forecast: { days: rounded(days), in_force: load(tally.in_force), candidate: load(tally.candidate) },
  }
}
