import type { History } from '@/lib/policy/facts'

const windowNames = ['minute', 'hour', 'day', 'week', 'month'] as const

/** The windows over which policy may count and sum, in seconds. */
export const windows: Readonly<Record<(typeof windowNames)[number], number>> = {
  minute: 60,
  hour: 3_600,
  day: 86_400,
  week: 604_800,
  month: 2_592_000,
}

/** One agent's asks of one tool in one currency within one window. Sums are scaled by 10,000. */
export interface Tally {
  readonly count: number
  readonly denied: number
  readonly sum: bigint
}

/**
 * What one agent has asked of one tool: a tally for each window and currency ('' where none is named). `known` is how many of
 * the windows, from the shortest, were looked through whole: in longer ones every number is as large as can be, so that no
 * limit is passed by asking often.
 */
export interface Past {
  readonly known: number
  readonly tallies: ReadonlyMap<string, readonly Tally[]>
}

export const noPast: Past = { known: windowNames.length, tallies: new Map() }
const none: Tally = { count: 0, denied: 0, sum: 0n }

/** Cedar's largest decimal, scaled by 10,000. */
const most = 9_223_372_036_854_775_807n
const clamp = (sum: bigint) => (sum > most ? most : sum)

/** What policy sees of it, with the action that asks now included. `amount` is scaled by 10,000; null adds nothing. */
export function historyOf(past: Past, currency: string | null, amount: bigint | null): History {
  const all = [...past.tallies.values()]
  const mine = past.tallies.get(currency ?? '')
  const per = windowNames.map((name, at) => {
    const sum = clamp((mine?.[at]?.sum ?? 0n) + (amount ?? 0n))
    const beyond = at >= past.known
    return {
      [`count_${name}`]: beyond ? Number.MAX_SAFE_INTEGER : total(all, at, 'count') + 1,
      [`denied_${name}`]: beyond ? Number.MAX_SAFE_INTEGER : total(all, at, 'denied'),
      [`sum_${name}`]: decimal(beyond ? most : sum),
    }
  })
  return whole(Object.assign({}, ...per))
}

/** The past after one more ask: what is denied counts as asked and denied, what goes on or waits counts with its amount. */
export function withOne(past: Past, currency: string | null, amount: bigint | null, denied: boolean): Past {
  const slot = currency ?? ''
  const before = past.tallies.get(slot)
  const tallies = windowNames.map((_, at): Tally => {
    const { count, denied: refused, sum } = before?.[at] ?? none
    return { count: count + 1, denied: refused + (denied ? 1 : 0), sum: denied ? sum : clamp(sum + (amount ?? 0n)) }
  })
  return { ...past, tallies: new Map(past.tallies).set(slot, tallies) }
}

/** Does any of these facts need the past? */
export function readsPast(reads: ReadonlySet<string>): boolean {
  return windowNames.some(name => reads.has(`count_${name}`) || reads.has(`denied_${name}`) || reads.has(`sum_${name}`))
}

function total(all: readonly (readonly Tally[])[], at: number, of: 'count' | 'denied'): number {
  return all.reduce((sum, tallies) => sum + (tallies[at]?.[of] ?? 0), 0)
}

function decimal(scaled: bigint): string {
  return `${scaled / 10_000n}.${String(scaled % 10_000n).padStart(4, '0')}`
}

/** The windows are closed: what is there for each name is there for all. */
function whole(history: Partial<History>): History {
  const { count_minute = 0, count_hour = 0, count_day = 0, count_week = 0, count_month = 0 } = history
  const { denied_minute = 0, denied_hour = 0, denied_day = 0, denied_week = 0, denied_month = 0 } = history
  const { sum_minute = '0', sum_hour = '0', sum_day = '0', sum_week = '0', sum_month = '0' } = history
  return {
    count_minute,
    count_hour,
    count_day,
    count_week,
    count_month,
    denied_minute,
    denied_hour,
    denied_day,
    denied_week,
    denied_month,
    sum_minute,
    sum_hour,
    sum_day,
    sum_week,
    sum_month,
  }
}
