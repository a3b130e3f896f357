import type { Operation } from '@/lib/kernel/scale'
import type { whos } from './annotations'

/** A string of Cedar: whatever it holds, it never ends before its own closing quote, and stays on one line. */
export function text(value: string): string {
  return `"${escaped(value)}"`
}

/** A pattern for `like`: only `*` is a wildcard. */
export function pattern(value: string): string {
  return text(value)
}

// Everything but plain printable characters, and the two that mean something inside a string.
const special = /["\\\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu

function escaped(value: string): string {
  return value
    .toWellFormed()
    .replace(special, character =>
      character === '"' || character === '\\' ? `\\${character}` : `\\u{${character.codePointAt(0)?.toString(16)}}`,
    )
}

/** A set of strings. */
export function setOf(values: readonly string[]): string {
  return `[${values.map(text).join(', ')}]`
}

/** A decimal, from what the form holds (digits, at most four after the point). */
export function decimal(value: string): string {
  return `decimal(${text(value.includes('.') ? value : `${value}.0`)})`
}

/** Any of several conditions; none is never. */
export function anyOf(conditions: readonly string[]): string {
  return conditions.length === 0
    ? 'false'
    : conditions.length === 1
      ? `${conditions[0]}`
      : `(${conditions.join(' || ')})`
}

/** What a rule that stops does: it asks so many people, or denies. */
export interface Stop {
  readonly id: string
  readonly reason: string
  readonly effect: 'ask' | 'deny'
  readonly approvals: number
  readonly who: (typeof whos)[number]
  readonly operations: readonly Operation[] | 'all'
  readonly when: readonly string[]
}

/** One forbid that asks or denies, as people would write it. */
export function stop({ id, reason, effect, approvals, who, operations, when }: Stop): string {
  const asks = effect === 'ask' ? ` @approvals(${text(String(approvals))}) @who(${text(who)})` : ''
  const condition = when.length > 0 ? `\nwhen { ${when.join(' && ')} }` : ''
  return `@id(${text(id)}) @reason(${text(reason)})${asks}
forbid (principal, ${actions(operations)}, resource)${condition}${effect === 'ask' ? ' unless { context.approved }' : ''};
`
}

function actions(operations: readonly Operation[] | 'all'): string {
  if (operations === 'all') return 'action'
  const named = operations.map(one => `Action::${text(one)}`)
  return named.length === 1 ? `action == ${named[0]}` : `action in [${named.join(', ')}]`
}
