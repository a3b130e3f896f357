import { parseDecimal } from '@/lib/kernel/decimal'
import { factTable } from './fact-table'

/**
 * With which numbers policies compare a fact, in their order, scaled by 10,000; null where one uses it in any other way. Two
 * values between the same neighbours are judged alike.
 */
export type Bands = ReadonlyMap<string, readonly bigint[] | null>

const comparing = new Set([
  '==',
  '!=',
  '<',
  '<=',
  '>',
  '>=',
  'lessThan',
  'lessThanOrEqual',
  'greaterThan',
  'greaterThanOrEqual',
])

/** The bands of one policy, from its Cedar JSON (`policyToJson`). Only what is compared with a number written out has any. */
export function bandsOf(policy: { readonly conditions?: unknown }): Bands {
  const found = new Map<string, bigint[] | null>()
  walk(policy.conditions, found)
  return sorted(found)
}

/** Those of several policies together. */
export function joinBands(all: readonly Bands[]): Bands {
  const found = new Map<string, bigint[] | null>()
  for (const bands of all) for (const [name, numbers] of bands) add(found, name, numbers)
  return sorted(found)
}

/** What stands for a value where values are told apart: the band it is in, or the value itself. */
export function bandOf<T>(bands: Bands, name: string, value: T): T | string {
  const numbers = bands.get(name)
  const scaled = numbers && parseDecimal(value)
  if (!numbers || scaled === null || scaled === undefined) return value
  const below = numbers.filter(one => one < scaled).length
  return numbers[below] === scaled ? `=${below}` : `<${below}`
}

function sorted(found: ReadonlyMap<string, bigint[] | null>): Bands {
  return new Map(
    [...found].map(([name, numbers]) => [
      name,
      numbers && [...new Set(numbers)].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0)),
    ]),
  )
}

function add(into: Map<string, bigint[] | null>, name: string, numbers: readonly bigint[] | null): void {
  const before = into.get(name)
  into.set(name, before === null || numbers === null ? null : [...(before ?? []), ...numbers])
}

function walk(node: unknown, into: Map<string, bigint[] | null>): void {
  if (Array.isArray(node)) {
    for (const one of node) walk(one, into)
    return
  }
  if (typeof node !== 'object' || node === null) return
  for (const [key, value] of Object.entries(node)) {
    const pair = comparing.has(key) ? sidesOf(value) : null
    if (pair) add(into, pair.name, [pair.number])
    else if (key === 'Var' && value === 'context') for (const { name } of factTable) add(into, name, null)
    else if (key === '.' || key === 'has') {
      const name = attributeOf(value)
      if (name === null) walk(value, into)
      // That it is there says nothing of its value.
      else if (key === '.') add(into, name, null)
    } else walk(value, into)
  }
}

/** A fact and the number it is compared with, whichever stands first. */
function sidesOf(value: unknown): { name: string; number: bigint } | null {
  const sides: unknown[] = Array.isArray(value) ? value : typeof value === 'object' && value ? Object.values(value) : []
  const [first, second] = sides
  if (sides.length !== 2) return null
  return paired(first, second) ?? paired(second, first)
}

function paired(fact: unknown, other: unknown): { name: string; number: bigint } | null {
  const name = typeof fact === 'object' && fact !== null && '.' in fact ? attributeOf(fact['.']) : null
  const number = numberOf(other)
  return name === null || number === null ? null : { name, number }
}

/** The attribute of `context` that is looked at. */
export function attributeOf(access: unknown): string | null {
  if (typeof access !== 'object' || access === null || !('left' in access) || !('attr' in access)) return null
  const { left, attr } = access
  const ofContext = typeof left === 'object' && left !== null && 'Var' in left && left.Var === 'context'
  return ofContext && typeof attr === 'string' ? attr : null
}

/** `5`, or `decimal("5.0")`. */
function numberOf(node: unknown): bigint | null {
  if (typeof node !== 'object' || node === null) return null
  if ('Value' in node) return typeof node.Value === 'number' ? parseDecimal(node.Value) : null
  const [only] = 'decimal' in node && Array.isArray(node.decimal) && node.decimal.length === 1 ? node.decimal : []
  return typeof only === 'object' && only !== null && 'Value' in only && typeof only.Value === 'string'
    ? parseDecimal(only.Value)
    : null
}
