import { Gauge, Histogram, type Metric } from 'prom-client'
import type { Instance } from '@/server/instance'

/** How the gate of one instance is doing. */
export interface GateMeter {
  /** A submission arrives; the returned function is called once it is ruled on (people are not waited for) or refused. */
  begin(): (ruling: 'decided' | 'held' | 'refused') => void
  /** Waits begin and end with this. */
  readonly waiting: Gauge
  readonly metrics: readonly Metric[]
}

const meters = new WeakMap<object, GateMeter>()

/** The gate's meter of this instance; the same one for whoever asks. */
export function gateMeter(app: Pick<Instance, 'db'>): GateMeter {
  const known = meters.get(app.db)
  if (known) return known
  const seconds = new Histogram({
    name: 'holdpoint_gate_seconds',
    help: 'From a submission to its committed ruling, without waiting for people',
    labelNames: ['ruling'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
    registers: [],
  })
  const queue = new Gauge({
    name: 'holdpoint_gate_queue',
    help: 'Submissions that have arrived and are not ruled on yet',
    registers: [],
  })
  const waiting = new Gauge({
    name: 'holdpoint_gate_waiting',
    help: 'Calls of agents that wait for people here',
    registers: [],
  })
  const meter: GateMeter = {
    begin() {
      const from = performance.now()
      queue.inc()
      return ruling => {
        queue.dec()
        seconds.observe({ ruling }, (performance.now() - from) / 1_000)
      }
    },
    waiting,
    metrics: [seconds, queue, waiting],
  }
  meters.set(app.db, meter)
  return meter
}
