import { type Past, type Tally, windows } from './past'

/** Asks of one currency that count alike, as one: `at` is the time of the youngest, in milliseconds since the epoch. */
export interface Asks extends Tally {
  readonly at: number
  readonly currency: string
}

/**
 * What one agent has asked of one tool, kept as tallies that slide with time. A window slides in sixtieths of itself: an ask
 * counts until the sixtieth that it fell into has left the window whole, so never too short, and at most a sixtieth too long.
 */
export interface KeptPast {
  /** Adds what is over: how it counts never changes any more. */
  add(asks: Asks): void
  /** All since then is known, in milliseconds since the epoch; null: all there is. */
  reach(from: number | null): void
  /** All of it at `now` (milliseconds since the epoch), with those added that may still end otherwise. */
  at(now: number, open: readonly Asks[]): Past
}

const sixtieths = 60
const lengths = Object.values(windows).map(seconds => seconds * 1_000)
const nothing: Tally = { count: 0, denied: 0, sum: 0n }

/** Two tallies as one. */
const together = (one: Tally, other: Tally): Tally => ({
  count: one.count + other.count,
  denied: one.denied + other.denied,
  sum: one.sum + other.sum,
})

/** Opens an empty one, of which all is known. */
export function openKeptPast(): KeptPast {
  let from: number | null = null
  const currencies = new Map<string, readonly Window[]>()
  const windowsOf = (currency: string): readonly Window[] => {
    const known = currencies.get(currency)
    if (known) return known
    const made = lengths.map(openWindow)
    currencies.set(currency, made)
    return made
  }
  return {
    add(asks) {
      for (const window of windowsOf(asks.currency)) window.add(asks)
    },
    reach(since) {
      from = since
    },
    at(now, open) {
      const tallies = new Map<string, readonly Tally[]>()
      for (const [currency, kept] of currencies) {
        const sums = kept.map(window => window.at(now))
        if (sums.some(one => one.count > 0)) tallies.set(currency, sums)
        else currencies.delete(currency)
      }
      for (const one of open) {
        const before = tallies.get(one.currency) ?? lengths.map(() => nothing)
        tallies.set(
          one.currency,
          before.map((tally, n) => (one.at > now - (lengths[n] ?? 0) ? together(tally, one) : tally)),
        )
      }
      const known = from === null ? lengths.length : lengths.filter(length => now - length >= (from ?? 0)).length
      return { known, tallies }
    },
  }
}

interface Window {
  add(asks: Asks): void
  at(now: number): Tally
}

/** One window: a tally for each of its sixtieths, and what they come to. */
function openWindow(length: number): Window {
  const step = length / sixtieths
  const kept = new Map<number, Tally>()
  let sum = nothing
  let first = Number.NEGATIVE_INFINITY
  return {
    add(asks) {
      const place = Math.floor(asks.at / step)
      if (place < first) return
      kept.set(place, together(kept.get(place) ?? nothing, asks))
      sum = together(sum, asks)
    },
    at(now) {
      const begins = Math.floor((now - length) / step)
      if (begins <= first) return sum
      first = begins
      for (const [place, { count, denied, sum: amount }] of kept) {
        if (place >= first) continue
        kept.delete(place)
        sum = together(sum, { count: -count, denied: -denied, sum: -amount })
      }
      return sum
    },
  }
}
