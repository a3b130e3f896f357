import type { Rule } from './judge'
import type { ProofEffect, Proven } from './proof-effect'

/** How often and of whom people are asked, counted. Groups are `who|team`, and as approval policies write them. */
interface Load {
  held: number
  approvals: number
  outside_hours: number
  readonly by_rule: Record<string, { count: number; sentence: string }>
  readonly by_group: Record<string, number>
}

/** One recorded action that a candidate would treat otherwise. */
export interface Example {
  readonly action_id: string
  readonly tool: string
  readonly agent_id: string
  readonly at: string
  readonly from: ProofEffect
  readonly to: ProofEffect
  readonly rules: readonly string[]
}

const kinds = {
  allow: 'newly_allowed',
  constrain: 'newly_narrowed',
  hold: 'newly_held',
  deny: 'newly_denied',
} as const satisfies Record<ProofEffect, string>
type ChangeKind = (typeof kinds)[ProofEffect]

/** What came of asking a candidate about recorded actions, beside what is in force. Plain data: it can be stored and gone on with. */
export interface Tally {
  rows: number
  before_policy: number
  replayable: number
  unreplayable: number
  unchanged: number
  recorded_differs: number
  from: string | null
  to: string | null
  readonly missing: Record<string, number>
  readonly changes: Record<ChangeKind, { count: number; examples: Example[] }>
  readonly in_force: Load
  readonly candidate: Load
}

const noLoad = (): Load => ({ held: 0, approvals: 0, outside_hours: 0, by_rule: {}, by_group: {} })

export const emptyTally = (): Tally => ({
  rows: 0,
  before_policy: 0,
  replayable: 0,
  unreplayable: 0,
  unchanged: 0,
  recorded_differs: 0,
  from: null,
  to: null,
  missing: {},
  changes: {
    newly_allowed: { count: 0, examples: [] },
    newly_narrowed: { count: 0, examples: [] },
    newly_held: { count: 0, examples: [] },
    newly_denied: { count: 0, examples: [] },
  },
  in_force: noLoad(),
  candidate: noLoad(),
})

/** One recorded action with what was kept of it. */
export interface Recorded {
  readonly action_id: string
  readonly tool: string
  readonly agent_id: string
  readonly team: string
  readonly at: Date
  readonly off_hours: boolean
  readonly effect: ProofEffect
  /** Whom an approval policy of this name would ask about it, by group. */
  readonly asks: (name: string) => ReadonlyMap<string, number>
  /** Floors of the gate that stood under policy: whatever it allows is held by them. */
  readonly floors: readonly { readonly id: string; readonly sentence: string }[]
}

const mostExamples = 20
const mostRules = 2_000

/** Counts a row that is looked at. */
export function see(tally: Tally, at: Date): void {
  tally.rows++
  const time = at.toISOString()
  if (tally.from === null || time < tally.from) tally.from = time
  if (tally.to === null || time > tally.to) tally.to = time
}

/** Counts a row that cannot be judged again, with each fact that was not kept. */
export function lacks(tally: Tally, facts: readonly string[]): void {
  tally.unreplayable++
  for (const fact of facts) tally.missing[fact] = (tally.missing[fact] ?? 0) + 1
}

/** Counts one row as what is in force and as the candidate judge it. */
export function compare(tally: Tally, row: Recorded, inForce: Proven, candidate: Proven): void {
  tally.replayable++
  const from = effectWith(inForce, row)
  const to = effectWith(candidate, row)
  if (from !== row.effect) tally.recorded_differs++
  if (from === 'hold') ask(tally.in_force, row, inForce)
  if (to === 'hold') ask(tally.candidate, row, candidate)
  if (from === to) {
    tally.unchanged++
    return
  }
  const change = tally.changes[kinds[to]]
  change.count++
  if (change.examples.length >= mostExamples) return
  const { action_id, tool, agent_id, at } = row
  const rules = candidate.rules.map(rule => rule.id)
  change.examples.push({ action_id, tool, agent_id, at: at.toISOString(), from, to, rules })
}

const effectWith = (judged: Proven, row: Recorded): ProofEffect =>
  judged.effect !== 'deny' && row.floors.length > 0 ? 'hold' : judged.effect

function ask(load: Load, row: Recorded, judged: Proven): void {
  const groups = new Map<string, number>()
  const needs = (group: string, approvals: number) => groups.set(group, Math.max(groups.get(group) ?? 0, approvals))
  const need = (who: Rule['who'], approvals: number) =>
    needs(`${who}|${who === 'team_approvers' ? row.team : ''}`, approvals)
  const holding = judged.effect === 'hold' ? judged.rules : []
  for (const rule of holding) {
    if (rule.requirement === undefined) need(rule.who, rule.approvals ?? 1)
    else for (const [group, approvals] of row.asks(rule.requirement)) needs(group, approvals)
  }
  if (holding.length === 0 || row.floors.length > 0) need('team_approvers', 1)
  const because = [...holding.map(rule => ({ id: rule.id, sentence: rule.reason })), ...row.floors]
  for (const { id, sentence } of because) {
    const known = load.by_rule[id]
    if (known) known.count++
    else if (Object.keys(load.by_rule).length < mostRules) load.by_rule[id] = { count: 1, sentence }
  }
  const approvals = [...groups.values()].reduce((sum, one) => sum + one, 0)
  for (const [group, one] of groups) load.by_group[group] = (load.by_group[group] ?? 0) + one
  load.held++
  load.approvals += approvals
  if (row.off_hours) load.outside_hours += approvals
}
