import { parseDecimal } from '@/lib/kernel/decimal'
import { meanings } from '@/lib/tool/tool'
import { type Constraints, combine, unconstrained } from './constraint'
import { durationSeconds } from './duration'

/*
 * @constrain("cap $amount 500 GBP; drop bcc; restrict account to [A, 'B C']; restrict path to prefix /tmp/; mask note;
 *             read_only; execute_within 5m; row_limit 100")
 *
 * Clauses stand between semicolons. A parameter is its name, or $ and a meaning of the catalogue. What is not exactly one
 * of these forms is a fault: a typo must never let more through (O03).
 */

/** What was read, or every fault in it. */
export type ConstraintsRead =
  | { readonly ok: true; readonly constraints: Constraints }
  | { readonly ok: false; readonly faults: readonly string[] }

const fifteenMinutes = 900
const word = String.raw`(\$?[A-Za-z_][A-Za-z0-9_.-]{0,199})`
const forms = {
  cap: new RegExp(`^cap ${word} (\\d[\\d.]*)(?: ([A-Z]{3}))?$`),
  drop: new RegExp(`^drop ${word}$`),
  list: new RegExp(`^restrict ${word} to \\[(.*)\\]$`),
  prefix: new RegExp(`^restrict ${word} to prefix (\\S{1,300})$`),
  mask: new RegExp(`^mask ${word}$`),
  within: /^execute_within (\S+)$/,
  rows: /^row_limit ([1-9]\d{0,8})$/,
} as const

/** Reads the text of `@constrain`. */
export function readConstraints(text: string): ConstraintsRead {
  const clauses = clausesOf(text)
  if (clauses.length > 20) return { ok: false, faults: ['@constrain has more than 20 clauses.'] }
  const faults: string[] = []
  let constraints = unconstrained
  for (const clause of clauses) {
    const read = clauseOf(clause)
    if (typeof read === 'string') faults.push(read)
    else constraints = combine(constraints, { ...unconstrained, ...read })
  }
  return faults.length > 0 ? { ok: false, faults } : { ok: true, constraints }
}

/** The clauses between semicolons, blanks outside quotes run together; a semicolon in quotes is part of a value. */
export function clausesOf(text: string): string[] {
  return (text.match(/(?:'[^']*'|[^;])+|(?<=;)(?=;|$)|^(?=;|$)/g) ?? ['']).map(one =>
    (one.match(/'[^']*'|[^']+|'/g) ?? [])
      .map(part => (part.startsWith("'") ? part : part.replaceAll(/\s+/g, ' ')))
      .join('')
      .trim(),
  )
}

function clauseOf(clause: string): Partial<Constraints> | string {
  if (clause === '') return 'A clause says nothing.'
  if (clause === 'read_only') return { read_only: true }
  const cap = forms.cap.exec(clause)
  if (cap) {
    const [, of = '', number = '', currency = null] = cap
    const most = parseDecimal(number)
    if (most === null) return `“${clause}”: the limit is no decimal (15 digits, 4 behind the point).`
    return unknown(of) ?? { caps: [{ of, currency, most: plainDecimal(most) }] }
  }
  const drop = forms.drop.exec(clause)?.[1]
  if (drop !== undefined) return unknown(drop) ?? { drops: [drop] }
  const mask = forms.mask.exec(clause)?.[1]
  if (mask !== undefined) return unknown(mask) ?? { masks: [mask] }
  const list = forms.list.exec(clause)
  if (list) {
    const [, of = '', inside = ''] = list
    const to = itemsOf(inside)
    return to ? (unknown(of) ?? { sets: [{ of, to }] }) : `“${clause}”: the list needs 1 to 100 values, with commas.`
  }
  const prefix = forms.prefix.exec(clause)
  if (prefix) {
    const [, of = '', begins = ''] = prefix
    if (begins.includes('*')) return `“${clause}”: a prefix has no *.`
    return unknown(of) ?? { starts: [{ of, prefix: begins }] }
  }
  const within = forms.within.exec(clause)?.[1]
  if (within !== undefined) {
    const seconds = durationSeconds(within)
    const fits = seconds !== null && seconds >= 1 && seconds <= fifteenMinutes
    return fits ? { execute_within: seconds } : `“${clause}”: from 1s to 15m.`
  }
  const rows = forms.rows.exec(clause)?.[1]
  if (rows !== undefined) return { row_limit: Number(rows) }
  return `“${clause}” is none of cap, drop, restrict, mask, read_only, execute_within, row_limit as they are written.`
}

/** Values between commas: bare, or in single quotes. Sorted, each once; null for what is no list. */
function itemsOf(inside: string): string[] | null {
  const found = inside.match(/'[^']{1,300}'|[^\s,'[\]]{1,300}/g) ?? []
  const bare = inside.replaceAll(/'[^']{1,300}'|[^\s,'[\]]{1,300}/g, 'x').replaceAll(' ', '')
  if (found.length === 0 || found.length > 100 || bare !== found.map(() => 'x').join(',')) return null
  return [...new Set(found.map(one => one.replaceAll("'", '')))].sort()
}

function unknown(target: string): string | null {
  return target.startsWith('$') && !meanings.some(one => `$${one}` === target)
    ? `${target}: there is no such meaning; there are ${meanings.join(', ')}.`
    : null
}

/** A decimal scaled by 10,000 as its shortest text. */
export function plainDecimal(scaled: bigint): string {
  const digits = (scaled % 10_000n).toString().padStart(4, '0').replace(/0+$/, '')
  return `${scaled / 10_000n}${digits === '' ? '' : `.${digits}`}`
}
