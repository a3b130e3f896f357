import { parseDecimal } from '@/lib/kernel/decimal'
import type { FieldError } from '@/lib/kernel/problem'

/*
 * What approvers and rules may change in an action's arguments. Narrower is provable only for a few shapes; everything else
 * must stay as it was, because a changed string or a dropped filter can reach further than what was asked (A22).
 *
 *   amount, count         smaller, not below zero, same JSON type
 *   subject, body         other text
 *   recipient             left out altogether, while another recipient stays
 *   list                  fewer of the same items, in the same order; never none, which often means all
 *   object                each member by these rules; no member added or dropped
 *   all else              unchanged
 */
const mayShrink = new Set(['amount', 'count'])
const mayRead = new Set(['subject', 'body'])

/** Says where `changed` is not narrower than `original`; empty means it may be approved. Meanings are the catalogue's. */
export function widenings(
  original: Record<string, unknown>,
  changed: Record<string, unknown>,
  meanings: Readonly<Record<string, string>>,
): FieldError[] {
  const errors: FieldError[] = []
  const addressed = Object.keys(changed).some(name => meanings[name] === 'recipient' && saysSomething(changed[name]))
  for (const name of new Set([...Object.keys(original), ...Object.keys(changed)])) {
    if (addressed && meanings[name] === 'recipient' && !Object.hasOwn(changed, name)) continue
    compare(original[name], changed[name], `/params/${escaped(name)}`, meanings[name] ?? 'other', errors)
  }
  return errors
}

function compare(before: unknown, after: unknown, pointer: string, meaning: string, errors: FieldError[]): void {
  if (same(before, after)) return
  if (before === undefined) errors.push({ pointer, message: 'was not there: an argument cannot be added' })
  else if (after === undefined) errors.push({ pointer, message: 'an argument cannot be dropped' })
  else if (mayShrink.has(meaning) && typeof before === typeof after) {
    const from = parseDecimal(before)
    const to = parseDecimal(after)
    if (from === null || to === null || to < 0n || to > from)
      errors.push({ pointer, message: 'may only become smaller' })
  } else if (mayRead.has(meaning) && typeof before === 'string' && typeof after === 'string') {
    return
  } else if (Array.isArray(before) && Array.isArray(after)) {
    if (after.length === 0) errors.push({ pointer, message: 'may not lose all items: an empty list often means all' })
    else if (!isSubsequence(before, after)) errors.push({ pointer, message: 'may only lose items' })
  } else if (isObject(before) && isObject(after)) {
    for (const name of new Set([...Object.keys(before), ...Object.keys(after)]))
      compare(before[name], after[name], `${pointer}/${escaped(name)}`, 'other', errors)
  } else errors.push({ pointer, message: 'cannot be changed: reject it instead, and say what you would allow' })
}

const saysSomething = (value: unknown) =>
  Array.isArray(value) ? value.length > 0 : typeof value === 'string' && value.trim() !== ''

/** One step of a JSON pointer (RFC 6901 §3). */
const escaped = (name: string): string => name.replaceAll('~', '~0').replaceAll('/', '~1')

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b)

function isSubsequence(before: readonly unknown[], after: readonly unknown[]): boolean {
  let at = 0
  for (const item of before) if (at < after.length && same(item, after[at])) at++
  return at === after.length
}
