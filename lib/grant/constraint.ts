import { canonical } from '@/lib/kernel/canonical'
import { parseDecimal } from '@/lib/kernel/decimal'
import { matchesGlob } from '@/lib/kernel/glob'

/** What the value of one parameter may be. Values are compared as JSON: `98.7` and `"98.70"` are two things. */
export type Constraint =
  | { readonly equals: unknown }
  | { readonly one_of: readonly unknown[] }
  /** A decimal with at most four digits behind the point; nothing below nought is covered. */
  | { readonly at_most: string }
  | { readonly prefix: string }
  /** Any text of at most so many characters. Never for what decides where something goes or what is run. */
  | { readonly max_length: number }

export type ConstraintKind = 'equals' | 'one_of' | 'at_most' | 'prefix' | 'max_length'

/** Which of the five a constraint is. */
export function kindOf(constraint: Constraint): ConstraintKind {
  if ('equals' in constraint) return 'equals'
  if ('one_of' in constraint) return 'one_of'
  if ('at_most' in constraint) return 'at_most'
  return 'prefix' in constraint ? 'prefix' : 'max_length'
}

/** Text that begins so, and holds nothing by which a later reader would step out of it (P08): `..`, escapes, controls. */
export function beginsWith(prefix: string, value: string): boolean {
  return prefix !== '' && !prefix.includes('*') && matchesGlob(`${prefix}*`, value)
}

/** Is this value what the constraint allows? What it cannot read it does not allow. */
export function satisfies(constraint: Constraint, value: unknown): boolean {
  if (value === undefined) return false
  if ('equals' in constraint) return canonical(constraint.equals) === canonical(value)
  if ('one_of' in constraint) {
    const said = canonical(value)
    return constraint.one_of.some(one => canonical(one) === said)
  }
  if ('at_most' in constraint) {
    const most = parseDecimal(constraint.at_most)
    const given = parseDecimal(value)
    return most !== null && given !== null && given >= 0n && given <= most
  }
  if (typeof value !== 'string') return false
  return 'prefix' in constraint ? beginsWith(constraint.prefix, value) : [...value].length <= constraint.max_length
}
