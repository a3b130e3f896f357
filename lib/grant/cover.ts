import { isComposite } from '@/lib/kernel/command'
import { parseDecimal } from '@/lib/kernel/decimal'
import type { Environment, Operation } from '@/lib/kernel/scale'
import { beginsWith, satisfies } from './constraint'
import type { Grant, GrantLine, ResourceLine, Used } from './grant'

/** One action as a grant sees it: what it was judged to be, never what its agent calls it. */
export interface Asked {
  readonly agent_id: string
  readonly tool: string
  readonly operation: Operation
  readonly environment: Environment
  readonly resource_type: string | null
  readonly resource_id: string | null
  /** The resource carries free attributes of the agent's: no line says anything of them, so none covers it. */
  readonly attributes?: boolean
  readonly params: Readonly<Record<string, unknown>>
  /** Decimal with four digits, or null where none is named. */
  readonly amount: string | null
  readonly currency: string | null
  readonly session: string
  readonly task: string | null
  /** How many people the hold asks for. */
  readonly approvals: number
  readonly at: Date
}

export interface Covered {
  readonly grant: Grant
  readonly line: GrantLine
}

/** Does this very resource fall under the line? A command line that is more than one plain command never does (P14). */
function coversResource(line: ResourceLine, type: string | null, id: string | null): boolean {
  if (line.type !== type || isComposite(type, id)) return false
  if (line.match === 'exact' || line.id === null || id === null) return line.id === id
  return beginsWith(line.id, id)
}

/** Is this action of the line's class, whatever has been used of it? */
export function ofClass(line: GrantLine, asked: Asked): boolean {
  const names = Object.keys(asked.params)
  return (
    line.tool === asked.tool &&
    line.operation === asked.operation &&
    line.environment === asked.environment &&
    asked.attributes !== true &&
    coversResource(line.resource, asked.resource_type, asked.resource_id) &&
    names.length === Object.keys(line.params).length &&
    names.every(name => {
      const constraint = Object.hasOwn(line.params, name) ? line.params[name] : undefined
      return constraint !== undefined && satisfies(constraint, asked.params[name])
    })
  )
}

/** Is there enough left of the line for this action? */
function leaves(line: GrantLine, used: Used, asked: Asked): boolean {
  if (used.count + 1 > line.count) return false
  if (line.amount === null) return true
  const most = parseDecimal(line.amount.value)
  const amount = asked.amount === null ? null : parseDecimal(asked.amount)
  if (most === null || amount === null || amount < 0n || asked.currency !== line.amount.currency) return false
  return used.amount + amount <= most
}

/** Is the grant for this agent, session, task, time, and for a hold that asks so many people? */
function isFor(grant: Grant, asked: Asked): boolean {
  return (
    grant.agent_id === asked.agent_id &&
    grant.from <= asked.at &&
    asked.at < grant.expires_at &&
    (grant.session === null || grant.session === asked.session) &&
    (grant.task === null || grant.task === asked.task) &&
    asked.approvals <= grant.approvals
  )
}

/**
 * The line that covers this action, the first in order of ids, or null. One action uses one line. A line whose uses are not
 * in `uses` was not locked by the caller, and covers nothing.
 */
export function cover(grants: readonly Grant[], uses: ReadonlyMap<string, Used>, asked: Asked): Covered | null {
  for (const grant of grants) {
    if (!isFor(grant, asked)) continue
    for (const line of grant.lines) {
      const used = uses.get(line.id)
      if (used && ofClass(line, asked) && leaves(line, used, asked)) return { grant, line }
    }
  }
  return null
}

/** What one use takes of a line: the amount only where the line sums it, scaled by 10,000. */
export function takenOf(line: GrantLine, amount: string | null): bigint {
  return line.amount === null || amount === null ? 0n : (parseDecimal(amount) ?? 0n)
}

/** The uses as they are once this action has used the line: what the next action of a batch is judged by. */
export function afterUse(
  uses: ReadonlyMap<string, Used>,
  { line }: Covered,
  amount: string | null,
): ReadonlyMap<string, Used> {
  const before = uses.get(line.id) ?? { count: 0, amount: 0n }
  return new Map(uses).set(line.id, { count: before.count + 1, amount: before.amount + takenOf(line, amount) })
}

/** The ids of the lines that an action with one of these tools might use, sorted: to be locked in this order. */
export function linesFor(grants: readonly Grant[], tools: ReadonlySet<string>, at: Date): string[] {
  return grants
    .filter(grant => at < grant.expires_at)
    .flatMap(grant => grant.lines.filter(line => tools.has(line.tool)).map(line => line.id))
    .sort()
}
