import { parseDecimal } from '@/lib/kernel/decimal'
import { matchesGlob } from '@/lib/kernel/glob'
import type { Operation } from '@/lib/kernel/scale'
import { type Constraints, least, type Target } from './constraint'
import { plainDecimal } from './constraint-syntax'
import { widenings } from './narrow'
import type { Duty } from './obligation'

/** What replaces a masked text. */
export const maskText = '***'

/** What the catalogue says of the tool that is asked for. */
export interface ConstrainedTool {
  readonly operation: Operation
  readonly parameters: Readonly<Record<string, string>>
}

/** The arguments narrowed, or the one sentence why they cannot be: then it is not allowed without people. */
export type Narrowed =
  | {
      readonly ok: true
      readonly params: Readonly<Record<string, unknown>>
      /** Some argument differs from what was asked. */
      readonly modified: boolean
      /** Seconds from the decision; null: as ever. */
      readonly execute_within: number | null
      /** What the agent must also do so that it holds. */
      readonly duties: readonly Duty[]
    }
  | { readonly ok: false; readonly reason: string }

/**
 * Applies constraints to the arguments of one action. The result is never more than what was asked (INV-16): what cannot be
 * shown to be narrower, or what would leave nothing, is refused. Pure, and the same again changes nothing.
 */
export function constrain(
  params: Readonly<Record<string, unknown>>,
  constraints: Constraints,
  tool: ConstrainedTool,
): Narrowed {
  const names = (target: Target) =>
    (target.startsWith('$')
      ? Object.keys(tool.parameters).filter(name => tool.parameters[name] === target.slice(1))
      : [target]
    ).filter(name => Object.hasOwn(params, name))
  const refuse = (reason: string): Narrowed => ({ ok: false, reason })
  if (constraints.read_only && tool.operation !== 'read')
    return refuse('Only reading would be allowed, and this tool does not only read.')
  const dropped = new Set(constraints.drops.flatMap(names))
  const out = new Map(Object.entries(params).filter(([name]) => !dropped.has(name)))
  /** The named ones that are still there. A limit on what was left out altogether would limit nothing. */
  const limited = (target: Target): readonly string[] | null => {
    const there = names(target)
    return there.length === 0 ? null : there.filter(name => !dropped.has(name))
  }
  const caps = [...constraints.caps, ...rowCaps(constraints.row_limit, tool, params)]
  for (const { of, currency, most } of caps) {
    const found = limited(of)
    if (!found) return refuse(`${of} is limited, and was not given.`)
    if (currency !== null && !isIn(currency, params, tool)) return refuse(`The limit is in ${currency}; this is not.`)
    for (const name of found) {
      const now = parseDecimal(out.get(name))
      if (now === null || now < 0n) return refuse(`${name} is limited, and cannot be read as an amount.`)
      const limit = parseDecimal(most) ?? 0n
      if (now > limit)
        out.set(name, typeof params[name] === 'number' ? Number(plainDecimal(limit)) : plainDecimal(limit))
    }
  }
  const allowed = [
    ...constraints.sets.map(({ of, to }) => ({ of, fits: (value: string) => to.includes(value) })),
    ...constraints.starts.map(({ of, prefix }) => ({ of, fits: (v: string) => matchesGlob(`${prefix}*`, v) })),
  ]
  for (const { of, fits } of allowed) {
    const found = limited(of)
    if (!found) return refuse(`${of} is restricted, and was not given.`)
    for (const name of found) {
      const left = kept(out.get(name), fits)
      if (left === undefined) return refuse(`${name} is restricted to values that were not asked for.`)
      out.set(name, left)
    }
  }
  for (const name of constraints.masks.flatMap(names)) if (out.has(name)) out.set(name, maskText)
  const narrowed = Object.fromEntries(out)
  const wider = widenings(params, narrowed, tool.parameters)
  if (wider[0]) return refuse(`${wider[0].pointer.slice('/params/'.length)} ${wider[0].message}.`)
  return {
    ok: true,
    params: narrowed,
    modified: JSON.stringify(narrowed) !== JSON.stringify(params),
    execute_within: constraints.execute_within,
    duties: constraints.row_limit === null ? [] : [{ type: 'row_limit', properties: { rows: constraints.row_limit } }],
  }
}

/** A limit of rows is also a cap on what the catalogue calls a count, where the call gives one. */
function rowCaps(rows: number | null, tool: ConstrainedTool, params: Readonly<Record<string, unknown>>) {
  const counted = Object.keys(params).filter(name => tool.parameters[name] === 'count')
  return rows === null ? [] : counted.map(of => ({ of, currency: null, most: String(rows) }))
}

function isIn(currency: string, params: Readonly<Record<string, unknown>>, tool: ConstrainedTool): boolean {
  const given = Object.keys(params).filter(name => tool.parameters[name] === 'currency')
  return given.length > 0 && given.every(name => params[name] === currency)
}

/** The value where it fits, a list's items that do; undefined where nothing is left, or it cannot be said. */
function kept(value: unknown, fits: (value: string) => boolean): unknown {
  if (typeof value === 'string') return fits(value) ? value : undefined
  if (!Array.isArray(value)) return undefined
  const left: unknown[] = value.filter(item => typeof item === 'string' && fits(item))
  return left.length > 0 ? left : undefined
}

/** When it must be executed at the latest: the second clock, or earlier where a constraint or an obligation says so. */
export function executeBy(at: Date, ...withins: readonly (number | null)[]): Date {
  return new Date(at.getTime() + (withins.reduce(least, 900) ?? 900) * 1_000)
}
