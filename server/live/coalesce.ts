import type { Hint } from '@/server/db/hints'

/**
 * At most about five hints a second of one type. A quarter of a second would be spent on waiting alone: what is submitted
 * just after another hint is to be visible within 250 ms, refetch and drawing included.
 */
const pauseMs = 180
const mostSubjects = 50

/** Gathers hints by type: the first goes out at once, those within the pause after it as one. Past 50 subjects it is everything. */
export function openCoalescer(send: (hint: Hint) => void): { add(hint: Hint): void; close(): void } {
  const held = new Map<string, Set<string> | '*' | null>()
  const timers = new Map<string, NodeJS.Timeout>()

  const flush = (type: string): void => {
    const gathered = held.get(type)
    if (!gathered) {
      held.delete(type)
      timers.delete(type)
      return
    }
    held.set(type, null)
    timers.set(type, setTimeout(flush, pauseMs, type))
    send({ type, subjects: gathered === '*' || gathered.size > mostSubjects ? '*' : [...gathered] })
  }

  return {
    add({ type, subjects }) {
      const before = held.get(type)
      const waiting = timers.has(type)
      if (before === '*' || subjects === '*') held.set(type, '*')
      else held.set(type, new Set([...(before ?? []), ...subjects].slice(0, mostSubjects + 1)))
      if (!waiting) flush(type)
    },
    close() {
      for (const timer of timers.values()) clearTimeout(timer)
      held.clear()
    },
  }
}
