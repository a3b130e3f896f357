import { canonical } from '@/lib/kernel/canonical'
import { parseDecimal } from '@/lib/kernel/decimal'
import type { Tool } from '@/lib/tool/tool'
import { lineProblems } from './check'
import type { Constraint } from './constraint'
import { type Asked, ofClass } from './cover'
import type { GrantLine } from './grant'
import { openTally } from './tally'

/** An action that was decided, as grants look back at it. */
export interface Past extends Asked {
  readonly id: string
  readonly status: string
  readonly code: string
}

/** What lines would have covered of a past. */
export interface Coverage {
  /** Of these lines' classes. */
  readonly asked: number
  readonly held: number
  readonly approved: number
  /** What people rejected and this would have let through. */
  readonly rejected: readonly Past[]
  /** How many of each line. */
  readonly lines: readonly number[]
}

/** What these lines would have covered, counted and summed as they would have been, oldest first. */
export function coverageOf(lines: readonly GrantLine[], past: readonly Past[]): Coverage {
  const tally = openTally(new Map(lines.map(line => [line.id, { count: 0, amount: 0n }])))
  const byLine = new Map<string, number>()
  const found: Past[] = []
  for (const one of [...past].sort((a, b) => a.at.getTime() - b.at.getTime())) {
    const grant = {
      id: 'grt_0' as const,
      kind: 'standing' as const,
      agent_id: 'agt_0' as const,
      session: null,
      task: null,
      lines,
      approvals: Number.MAX_SAFE_INTEGER,
      approved_by: [],
      from: new Date(0),
      expires_at: new Date(8.64e15),
    }
    const covered = tally.use([grant], { ...one, agent_id: grant.agent_id })
    if (!covered) continue
    byLine.set(covered.line.id, (byLine.get(covered.line.id) ?? 0) + 1)
    found.push(one)
  }
  const wasHeld = (status: string) => ['held', 'approved', 'rejected', 'expired', 'cancelled'].includes(status)
  return {
    asked: past.filter(one => lines.some(line => ofClass(line, one))).length,
    held: found.filter(one => wasHeld(one.status)).length,
    approved: found.filter(one => one.status === 'approved').length,
    rejected: found.filter(one => one.status === 'rejected'),
    lines: lines.map(line => byLine.get(line.id) ?? 0),
  }
}

/** How many alike approvals are asked for before anything is suggested. */
export const fewest = 5
const mostChoices = 10

/** What the values of one parameter have in common; null where nothing narrow can be said. */
function commonly(values: readonly unknown[], meaning: string | undefined): Constraint | null {
  const distinct = new Map(values.map(value => [canonical(value), value]))
  if (distinct.size === 1) return { equals: values[0] }
  const decimals = values.map(parseDecimal)
  if (meaning === 'amount' || meaning === 'count') {
    const top = decimals.reduce<bigint | null>(
      (most, one) => (one !== null && (most === null || one > most) ? one : most),
      null,
    )
    if (top === null || decimals.includes(null)) return null
    return { at_most: `${top / 10_000n}.${String(top % 10_000n).padStart(4, '0')}` }
  }
  if (distinct.size <= mostChoices && distinct.size * 2 <= values.length) return { one_of: [...distinct.values()] }
  const texts = values.filter(value => typeof value === 'string')
  if (texts.length < values.length) return null
  const prefix = texts.reduce((common, text) => {
    let same = 0
    while (same < common.length && common[same] === text[same]) same++
    return common.slice(0, same)
  })
  if (prefix.length >= 3) return { prefix }
  return { max_length: Math.max(...texts.map(text => [...text].length)) }
}

/**
 * The class that these actions share, as a line: null where it could not be granted, or they share too little. `least`: how
 * many there must be.
 */
export function lineFrom(id: GrantLine['id'], alike: readonly Past[], tool: Tool, least = fewest): GrantLine | null {
  const [first] = alike
  if (!first || alike.length < least) return null
  const names = Object.keys(first.params)
  if (alike.some(one => Object.keys(one.params).sort().join('\n') !== [...names].sort().join('\n'))) return null
  const params: Record<string, Constraint> = {}
  for (const name of names) {
    const meaning = tool.classified?.parameters[name]
    const common = commonly(
      alike.map(one => one.params[name]),
      meaning,
    )
    if (!common) return null
    params[name] = common
  }
  const ids = alike.map(one => one.resource_id)
  const of = commonly(ids, 'resource_id')
  const resource =
    of === null || 'max_length' in of || 'one_of' in of || 'at_most' in of
      ? null
      : 'equals' in of
        ? { type: first.resource_type, id: first.resource_id, match: 'exact' as const }
        : { type: first.resource_type, id: of.prefix, match: 'prefix' as const }
  if (!resource) return null
  const { operation, environment } = first
  const line = { tool: tool.name, operation, environment, resource, params, count: alike.length * 2, amount: null }
  return lineProblems(line, tool).length === 0 ? { id, ...line } : null
}

/** What alike actions share: everything but the values of their parameters and which resource of a type it was. */
const classOf = (one: Past) =>
  canonical([one.agent_id, one.tool, one.operation, one.environment, one.resource_type, Object.keys(one.params).sort()])

/** Approvals that are alike, at least as many as a suggestion asks for. */
export function alikeGroups(past: readonly Past[]): Past[][] {
  const approved = past.filter(one => one.status === 'approved')
  return [...Map.groupBy(approved, classOf).values()].filter(group => group.length >= fewest)
}

/** An action with those like it that waited, or would have, and that nobody rejected; the given one first. */
export function alikeTo(example: Past, past: readonly Past[]): Past[] {
  const its = classOf(example)
  const others = past.filter(
    one => one.id !== example.id && (one.status === 'held' || one.status === 'approved') && classOf(one) === its,
  )
  return [example, ...others]
}
