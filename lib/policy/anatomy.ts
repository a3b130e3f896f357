import type { Operation } from '@/lib/kernel/scale'
import { operations } from '@/lib/kernel/scale'
import { attributeOf, type Bands, bandsOf } from './bands'
import { readsOf } from './reads'

/** A value that a policy compares a fact with. */
export type Literal = string | boolean | number

/** What one policy can be about, read out of its Cedar JSON (`policyToJson`). */
export interface Anatomy {
  readonly effect: 'permit' | 'forbid'
  /** The operations that its head names; null is every one. Cedar looks at nothing else of it for any other operation. */
  readonly operations: ReadonlySet<Operation> | null
  /** The tools that the first thing it asks names; null is every one. For any other, Cedar looks at nothing behind that. */
  readonly tools: ReadonlySet<string> | null
  readonly reads: ReadonlySet<string>
  readonly bands: Bands
  /** Whether it asks who the agent is, or what type the resource has. */
  readonly names: { readonly principal: boolean; readonly resource: boolean }
  /** What it compares each fact with; decimals as they are written. */
  readonly literals: ReadonlyMap<string, ReadonlySet<Literal>>
}

/** A policy as `policyToJson` writes it, as far as this looks. */
export interface PolicyJson {
  readonly effect: 'permit' | 'forbid'
  readonly principal?: unknown
  readonly action: unknown
  readonly resource?: unknown
  readonly conditions?: unknown
}

/** Takes a policy apart. What it does not understand of a head counts as about every operation. */
export function anatomyOf(policy: PolicyJson): Anatomy {
  const literals = new Map<string, Set<Literal>>()
  compared(policy.conditions, literals)
  const names = {
    principal: !isAny(policy.principal) || uses(policy.conditions, 'principal'),
    resource: !isAny(policy.resource) || uses(policy.conditions, 'resource'),
  }
  const { effect } = policy
  return {
    effect,
    operations: operationsOf(policy.action),
    tools: toolsOf(policy.conditions),
    reads: readsOf(policy),
    bands: bandsOf(policy),
    names,
    literals,
  }
}

const isAny = (head: unknown) => typeof head === 'object' && head !== null && 'op' in head && head.op === 'All'

function uses(node: unknown, variable: string): boolean {
  if (typeof node !== 'object' || node === null) return false
  return Object.entries(node).some(([key, value]) => (key === 'Var' && value === variable) || uses(value, variable))
}

/** May this policy have any say about this operation? */
export const isAbout = (anatomy: Anatomy, operation: Operation): boolean => anatomy.operations?.has(operation) ?? true

function operationsOf(head: unknown): ReadonlySet<Operation> | null {
  const named = namedIn(head)
  const known = named?.map(name => operations.find(one => one === name))
  return known?.every(one => one !== undefined) ? new Set(known) : null
}

/** The ids of `== entity`, `in entity` or `in [entities]`; null for anything else. Actions are in no groups (the schema). */
function namedIn(head: unknown): string[] | null {
  if (typeof head !== 'object' || head === null || !('op' in head)) return null
  if (head.op !== '==' && head.op !== 'in') return null
  const entities = 'entity' in head ? [head.entity] : 'entities' in head ? head.entities : null
  if (!Array.isArray(entities)) return null
  const ids = entities.map(one =>
    typeof one === 'object' && one !== null && one.type === 'Action' && typeof one.id === 'string' ? one.id : null,
  )
  return ids.every(id => id !== null) ? ids : null
}

/** `when { context.tool == "x" && … }`: what stands leftmost is asked first, and nothing else where it does not hold. */
function toolsOf(conditions: unknown): ReadonlySet<string> | null {
  const first: unknown = Array.isArray(conditions) ? conditions[0] : null
  if (typeof first !== 'object' || first === null || !('kind' in first) || first.kind !== 'when') return null
  let node: unknown = 'body' in first ? first.body : null
  for (let both = sides(node, '&&'); both; both = sides(node, '&&')) node = both.left
  const named = toolsIn(node)
  return named && new Set(named)
}

function toolsIn(node: unknown): string[] | null {
  const either = sides(node, '||')
  if (either) {
    const [left, right] = [toolsIn(either.left), toolsIn(either.right)]
    return left && right && [...left, ...right]
  }
  const equal = sides(node, '==')
  if (equal) return isTool(equal.left) ? textsIn([equal.right]) : isTool(equal.right) ? textsIn([equal.left]) : null
  const among = sides(node, 'contains')
  const set = among && isTool(among.right) ? among.left : null
  return typeof set === 'object' && set !== null && 'Set' in set && Array.isArray(set.Set) ? textsIn(set.Set) : null
}

function sides(node: unknown, operator: string): { left: unknown; right: unknown } | null {
  const found: unknown =
    typeof node === 'object' && node !== null ? Object.entries(node).find(([key]) => key === operator)?.[1] : null
  return typeof found === 'object' && found !== null && 'left' in found && 'right' in found ? found : null
}

const isTool = (node: unknown) =>
  typeof node === 'object' && node !== null && '.' in node && attributeOf(node['.']) === 'tool'

function textsIn(nodes: readonly unknown[]): string[] | null {
  const texts = nodes.map(node =>
    typeof node === 'object' && node !== null && 'Value' in node && typeof node.Value === 'string' ? node.Value : null,
  )
  return texts.every(text => text !== null) ? texts : null
}

const joins = new Set(['&&', '||', '!', 'if-then-else', 'left', 'right', 'arg', 'if', 'then', 'else', 'body'])

/** Goes down to the comparisons; whatever stands in one with a fact is what that fact is compared with. */
function compared(node: unknown, into: Map<string, Set<Literal>>): void {
  if (Array.isArray(node)) {
    for (const one of node) compared(one, into)
    return
  }
  if (typeof node !== 'object' || node === null) return
  for (const [key, value] of Object.entries(node)) {
    if (joins.has(key)) compared(value, into)
    else if (key !== 'kind') {
      const values: Literal[] = []
      valuesIn(value, values)
      for (const name of readsOf({ conditions: { [key]: value } })) {
        const known = into.get(name) ?? new Set()
        for (const one of values) known.add(one)
        into.set(name, known)
      }
    }
  }
}

function valuesIn(node: unknown, into: Literal[]): void {
  if (typeof node !== 'object' || node === null) return
  for (const [key, value] of Object.entries(node)) {
    if (key === 'Value' && (typeof value === 'string' || typeof value === 'boolean' || typeof value === 'number'))
      into.push(value)
    else valuesIn(value, into)
  }
}
