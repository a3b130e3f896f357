import { type Calendar, localTime } from '@/lib/access/calendar'
import type { Operation } from '@/lib/kernel/scale'
import type { Readiness } from './enforcement-contract'

/** How far back "ready to enforce" looks. */
export const readinessDays = 14

/** One action that was let through while watching, with what would have happened to it. */
export interface ObservedAction {
  readonly id: string
  readonly tool: string
  readonly operation: Operation
  readonly environment: string
  readonly resource_type: string | null
  readonly tenant: string | null
  readonly at: Date
  readonly status: 'held' | 'denied'
  readonly rules: readonly string[]
  /** What the rules say, by their ids. */
  readonly sentences: Readonly<Record<string, string>>
}

interface Split {
  held: number
  denied: number
}

/** Counts by some key; one that is counted twice for an action (two rules) counts for each. */
class Tally<K> {
  readonly #counts = new Map<K, Split>()
  add(key: K, status: keyof Split): void {
    const known = this.#counts.get(key) ?? { held: 0, denied: 0 }
    known[status]++
    this.#counts.set(key, known)
  }
  of(key: K): Split {
    return this.#counts.get(key) ?? { held: 0, denied: 0 }
  }
  /** Most first, ties in the order of their keys. */
  ranked(most: number): [K, Split][] {
    const size = ({ held, denied }: Split) => held + denied
    return [...this.#counts]
      .sort(([a, x], [b, y]) => size(y) - size(x) || (String(a) < String(b) ? -1 : 1))
      .slice(0, most)
  }
}

/** What enforcing would have done: by rule, tool and hour of the team's day, and which alike ones make most of the work. */
export function readinessOf(
  observed: readonly ObservedAction[],
  calendar: Calendar,
): Pick<Readiness, 'would_be' | 'by_rule' | 'by_tool' | 'by_hour' | 'alike'> {
  const [rules, tools, hours] = [new Tally<string>(), new Tally<string>(), new Tally<number>()]
  const sentences = new Map<string, string>()
  const off = new Map<number, number>()
  const total: Split = { held: 0, denied: 0 }
  const classes = new Map<string, { readonly first: ObservedAction; held: number }>()
  for (const one of observed) {
    total[one.status]++
    tools.add(one.tool, one.status)
    for (const rule of one.rules) {
      rules.add(rule, one.status)
      const sentence = one.sentences[rule]
      if (sentence !== undefined) sentences.set(rule, sentence)
    }
    const { hour, off_hours } = localTime(calendar, one.at)
    hours.add(hour, one.status)
    if (off_hours) off.set(hour, (off.get(hour) ?? 0) + 1)
    if (one.status === 'held') countAlike(classes, one)
  }
  return {
    would_be: total,
    by_rule: rules.ranked(20).map(([rule, split]) => ({ rule, sentence: sentences.get(rule) ?? null, ...split })),
    by_tool: tools.ranked(20).map(([tool, split]) => ({ tool, ...split })),
    by_hour: Array.from({ length: 24 }, (_, hour) => ({ hour, ...hours.of(hour), off_hours: off.get(hour) ?? 0 })),
    alike: [...classes.values()]
      .filter(one => one.held > 1)
      .sort((a, b) => b.held - a.held || (a.first.tool < b.first.tool ? -1 : 1))
      .slice(0, 10)
      .map(({ first, held }) => ({
        tool: first.tool,
        operation: first.operation,
        environment: first.environment,
        resource_type: first.resource_type,
        tenant: first.tenant,
        held,
        share: held / total.held,
        example: first.id,
      })),
  }
}

/** Alike: the same tool doing the same, in the same environment, to the same type of resource of the same tenant. */
function countAlike(classes: Map<string, { readonly first: ObservedAction; held: number }>, one: ObservedAction): void {
  const alike = JSON.stringify([one.tool, one.operation, one.environment, one.resource_type, one.tenant])
  const known = classes.get(alike)
  if (known) known.held++
  else classes.set(alike, { first: one, held: 1 })
}
