import { z } from 'zod'
import { Refused } from '@/lib/kernel/problem'
import { reader } from '@/server/db/tx'
import { type AnyDoor, door } from './door'
import type { Meter } from './metrics'
import { countObserving } from './metrics-store'

/** What the start of an instance has come to. */
export interface Readiness {
  /** Everything has been started and nothing is being stopped. */
  up: boolean
}

/** Doors for whoever runs Holdpoint: is it alive, is it ready, how is it doing. They tell no versions and no names. */
export function healthDoors(readiness: Readiness, meter: Meter): AnyDoor[] {
  return [
    door({
      method: 'GET',
      path: '/health/live',
      summary: 'The process answers',
      who: 'open',
      answer: z.object({ status: z.literal('live') }),
      handle: async () => ({ status: 200, body: { status: 'live' } }),
    }),
    door({
      method: 'GET',
      path: '/health/ready',
      summary: 'Everything is up: 200; otherwise 503',
      who: 'open',
      answer: z.object({
        status: z.literal('ready'),
        /** How many agents and teams are watched only; absent: policy is enforced for everybody. */
        observing: z.number().int().positive().optional(),
      }),
      handle: async ({ app }) => {
        if (!readiness.up) throw new Refused('service.unavailable', 'Holdpoint is starting or stopping.')
        await reader(app.db.pool).query('select 1', [], 'ready')
        // Loud where policy is not enforced for everybody (O06), and still ready: it decides.
        const observing = (await countObserving(reader(app.db.pool))).reduce((sum, one) => sum + one.count, 0)
        return { status: 200, body: observing > 0 ? { status: 'ready', observing } : { status: 'ready' } }
      },
    }),
    door({
      method: 'GET',
      path: '/metrics',
      summary: 'Metrics in the Prometheus text format',
      who: 'open',
      answer: null,
      media: 'text/plain',
      handle: async () => new Response(await meter.text(), { headers: { 'content-type': meter.contentType } }),
    }),
  ]
}
