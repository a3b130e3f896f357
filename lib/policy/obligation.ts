import { clausesOf } from './constraint-syntax'
import { durationSeconds } from './duration'

/*
 * @obligation("mask:iban; notify:owner; log; row_limit:100; execute_within:5m; custom:ask the customer first")
 *
 * What an agent must also do with what it may do, on permits. All obligations of the permits that decided count together.
 * The agent reports each back with its outcome.
 */

export const dutyTypes = ['mask', 'row_limit', 'notify', 'log', 'execute_within', 'custom'] as const

/** One thing to do, without the id it gets in a decision. */
export type Duty =
  | { readonly type: 'mask'; readonly properties: { readonly field: string } }
  | { readonly type: 'row_limit'; readonly properties: { readonly rows: number } }
  | { readonly type: 'notify'; readonly properties: { readonly whom: string } }
  | { readonly type: 'log'; readonly properties: Record<string, never> }
  | { readonly type: 'execute_within'; readonly properties: { readonly seconds: number } }
  | { readonly type: 'custom'; readonly properties: { readonly text: string } }

/** As an answer carries it (api §2). */
export interface Obligation {
  readonly id: string
  readonly type: Duty['type']
  readonly properties: Record<string, unknown>
}

export type DutiesRead =
  | { readonly ok: true; readonly duties: readonly Duty[] }
  | { readonly ok: false; readonly faults: readonly string[] }

/** Reads the text of `@obligation`. What is not one of its forms is a fault (O03). */
export function readDuties(text: string): DutiesRead {
  const read = clausesOf(text).map(dutyOf)
  const faults = read.filter(one => typeof one === 'string')
  const duties = read.filter(one => typeof one !== 'string')
  if (read.length > 20) return { ok: false, faults: ['@obligation has more than 20 parts.'] }
  return faults.length > 0 ? { ok: false, faults } : { ok: true, duties }
}

function dutyOf(clause: string): Duty | string {
  const [, type, , value = ''] = /^([a-z_]+)(:(.*))?$/.exec(clause) ?? []
  switch (type) {
    case 'log':
      return clause === 'log' ? { type, properties: {} } : '“log” takes nothing.'
    case 'notify':
      return clause === 'notify' || /^[a-z_][\w.@-]{0,99}$/i.test(value)
        ? { type, properties: { whom: value || 'owner' } }
        : `“${clause}”: notify, or notify:whom.`
    case 'mask':
      return /^[A-Za-z_][\w.-]{0,199}$/.test(value)
        ? { type, properties: { field: value } }
        : `“${clause}”: mask:field names one field.`
    case 'row_limit':
      return /^[1-9]\d{0,8}$/.test(value)
        ? { type, properties: { rows: Number(value) } }
        : `“${clause}”: row_limit:100 is a whole number.`
    case 'execute_within': {
      const seconds = durationSeconds(value)
      return seconds !== null && seconds >= 1 && seconds <= 900
        ? { type, properties: { seconds } }
        : `“${clause}”: execute_within:5m is from 1s to 15m.`
    }
    case 'custom':
      return /^\P{C}{1,300}$/u.test(value)
        ? { type, properties: { text: value } }
        : `“${clause}”: custom:text says what to do, in at most 300 characters.`
    default:
      return `“${clause}” is none of ${dutyTypes.join(', ')}.`
  }
}

/** Everything that is asked, each once and the strictest limits only, with ids that are the same in whatever order they came. */
export function obligationsOf(duties: readonly Duty[]): Obligation[] {
  const strictest = new Map<string, Duty>()
  for (const duty of duties) {
    const key = duty.type === 'row_limit' || duty.type === 'execute_within' ? duty.type : JSON.stringify(duty)
    const before = strictest.get(key)
    if (!before || limitOf(duty) < limitOf(before)) strictest.set(key, duty)
  }
  return [...strictest]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, { type, properties }], at) => ({ id: `obl_${at + 1}`, type, properties: { ...properties } }))
}

const limitOf = (duty: Duty) =>
  duty.type === 'row_limit' ? duty.properties.rows : duty.type === 'execute_within' ? duty.properties.seconds : 0

/** How long an obligation leaves for executing; null where none says. */
export function withinOf(
  obligations: readonly { readonly type: string; readonly properties: Record<string, unknown> }[],
): number | null {
  const seconds = obligations.flatMap(one =>
    one.type === 'execute_within' && typeof one.properties.seconds === 'number' ? one.properties.seconds : [],
  )
  return seconds.length > 0 ? Math.min(...seconds) : null
}

/** What an agent says of one obligation, with its outcome. */
export interface Reported {
  readonly id: string
  readonly status: 'done' | 'failed'
  readonly note?: string | undefined
}

/** Where each obligation stands once an outcome has come. */
export interface Kept {
  readonly id: string
  readonly state: 'done' | 'failed' | 'missing'
}

/** Sets reports beside what was asked; `unknown` are places in the report that name none, or one twice. */
export function keptOf(
  obligations: readonly { readonly id: string }[],
  reports: readonly Reported[],
): { readonly kept: readonly Kept[]; readonly unknown: readonly number[] } {
  const unknown = reports.flatMap((report, at) =>
    obligations.some(one => one.id === report.id) && reports.findIndex(one => one.id === report.id) === at ? [] : at,
  )
  return {
    unknown,
    kept: obligations.map(({ id }) => ({ id, state: reports.find(one => one.id === id)?.status ?? 'missing' })),
  }
}

/** One obligation in a few words, for screens. */
export function dutyLine({ type, properties }: Pick<Obligation, 'properties'> & { readonly type: string }): string {
  const said = (name: string) => String(properties[name] ?? '')
  switch (type) {
    case 'mask':
      return `mask ${said('field')}`
    case 'row_limit':
      return `at most ${said('rows')} rows`
    case 'notify':
      return `notify ${said('whom')}`
    case 'log':
      return 'log it'
    case 'execute_within':
      return `within ${said('seconds')} s`
    default:
      return said('text') || type
  }
}
