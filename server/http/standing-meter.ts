import { Counter, Gauge, type Registry } from 'prom-client'
import { regressionOf } from '@/server/db/checkpoint'
import type { Database } from '@/server/db/pool'
import { reader } from '@/server/db/tx'
import { countDecisions, countObserving, countOpenHolds, countSwitches, readStanding } from './metrics-store'

/** At most so many log entries are read for one scrape; what is left is read at the next. */
const mostEntries = 50_000

/**
 * What the database says of the whole deployment: every instance on it says the same, so take one, or the highest, and do
 * not add them up. Read at a scrape; a database out of reach is `holdpoint_database_up` 0 and no stale number.
 */
export function openStandingMeter(registry: Registry, db: Database): { refresh(): Promise<void> } {
  const gauge = <T extends string>(name: string, help: string, labelNames: readonly T[] = []) =>
    new Gauge<T>({ name: `holdpoint_${name}`, help, labelNames: [...labelNames], registers: [registry] })
  const up = gauge('database_up', 'The database answered this scrape')
  const openHolds = gauge('open_holds', 'Holds that wait, by how long', ['kind', 'age'])
  const switches = gauge('switches', 'Switches in force', ['level'])
  const observing = gauge('observing', 'Agents and teams that are watched only: policy is not enforced', ['target'])
  const deliveries = gauge('deliveries', 'Messages that wait, and those given up', ['status'])
  const plain = {
    oldest_hold: gauge('oldest_hold_seconds', 'How long the oldest open hold has waited'),
    engine_lag: gauge('engine_lag_seconds', 'How long the oldest due work has not been done'),
    delivery_lag: gauge('delivery_lag_seconds', 'How long the oldest due message has not been sent'),
    unnumbered: gauge('log_unnumbered', 'Events recorded and not numbered yet'),
    sequencer_lag: gauge('sequencer_lag_seconds', 'How long the oldest of them has been recorded'),
    unsigned: gauge('log_unsigned', 'Entries of the log under no signed head yet'),
    log_size: gauge('log_entries', 'Entries of the log'),
  }
  const skew = gauge(
    'clock_skew_seconds',
    'This machine’s clock less the database’s; the database’s is the one that counts',
  )
  new Gauge({
    name: 'holdpoint_log_regressed',
    help: 'The log has gone back behind a head that was kept: everything is denied',
    registers: [registry],
    collect() {
      this.set(regressionOf({ db }) === null ? 0 : 1)
    },
  })
  const decisions = new Counter({
    name: 'holdpoint_decisions_total',
    help: 'Decisions in the log since this instance was first asked',
    labelNames: ['verdict', 'by', 'code'],
    registers: [registry],
  })
  const background = reader(db.background)
  let next: number | null = null

  const read = async (): Promise<void> => {
    const began = Date.now()
    const standing = await readStanding(background)
    const ended = Date.now()
    const [holds, levels] = [await countOpenHolds(background), await countSwitches(background)]
    const to = Math.min(standing.log_size, (next ?? standing.log_size) + mostEntries)
    const decided = next === null || next >= to ? [] : await countDecisions(background, next, to)
    next = to
    for (const { count, ...labels } of decided) decisions.inc(labels, count)
    openHolds.reset()
    for (const { count, ...labels } of holds) openHolds.set(labels, count)
    switches.reset()
    for (const { count, level } of levels) switches.set({ level }, count)
    observing.reset()
    for (const { count, target } of await countObserving(background)) observing.set({ target }, count)
    deliveries.set({ status: 'pending' }, standing.pending_deliveries)
    deliveries.set({ status: 'dead' }, standing.dead_deliveries)
    plain.oldest_hold.set(standing.oldest_hold)
    plain.engine_lag.set(standing.engine_lag)
    plain.delivery_lag.set(standing.delivery_lag)
    plain.unnumbered.set(standing.unnumbered)
    plain.sequencer_lag.set(standing.sequencer_lag)
    plain.unsigned.set(standing.unsigned)
    plain.log_size.set(standing.log_size)
    skew.set(((began + ended) / 2 - standing.now) / 1_000)
    up.set(1)
  }

  const forget = (): void => {
    for (const one of [skew, ...Object.values(plain)]) one.remove()
    for (const one of [openHolds, switches, observing, deliveries]) one.reset()
    up.set(0)
  }

  let running: Promise<void> | null = null
  return {
    refresh() {
      // Two scrapers at once are one read.
      running ??= read()
        .catch(forget)
        .finally(() => {
          running = null
        })
      return running
    },
  }
}
