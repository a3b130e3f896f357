import { Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { Database } from '@/server/db/pool'
import { gateMeter } from '@/server/gate/meter'
import { openStandingMeter } from './standing-meter'

/** Counts what doors answer. Labels are door paths, never ids: no agent can make the number of series grow. */
export interface Meter {
  /** Begins one request; the returned function ends it. */
  begin(): (method: string, door: string, status: number) => void
  /** Prometheus text exposition format 0.0.4. */
  text(): Promise<string>
  readonly contentType: string
  readonly registry: Registry
}

export function openMeter(db: Database): Meter {
  const registry = new Registry()
  const standing = openStandingMeter(registry, db)
  for (const metric of gateMeter({ db }).metrics) registry.registerMetric(metric)
  const answers = new Counter({
    name: 'holdpoint_http_answers_total',
    help: 'Answers by door and status',
    labelNames: ['method', 'door', 'status'],
    registers: [registry],
  })
  const seconds = new Histogram({
    name: 'holdpoint_http_seconds',
    help: 'Time to answer, waiting included',
    labelNames: ['door'],
    buckets: [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5, 30, 300],
    registers: [registry],
  })
  const open = new Gauge({ name: 'holdpoint_http_open', help: 'Requests being answered', registers: [registry] })
  new Gauge({
    name: 'holdpoint_database_connections',
    help: 'Connections of the main pool',
    labelNames: ['state'],
    registers: [registry],
    collect() {
      this.set({ state: 'total' }, db.pool.totalCount)
      this.set({ state: 'idle' }, db.pool.idleCount)
      this.set({ state: 'waiting' }, db.pool.waitingCount)
    },
  })
  new Gauge({
    name: 'holdpoint_memory_bytes',
    help: 'Resident memory',
    registers: [registry],
    collect() {
      this.set(process.memoryUsage.rss())
    },
  })
  return {
    begin() {
      const from = performance.now()
      open.inc()
      return (method, door, status) => {
        open.dec()
        answers.inc({ method, door, status: String(status) })
        seconds.observe({ door }, (performance.now() - from) / 1_000)
      }
    },
    async text() {
      await standing.refresh()
      return registry.metrics()
    },
    contentType: registry.contentType,
    registry,
  }
}
