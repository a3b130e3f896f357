import { Refused } from '@/lib/kernel/problem'
import { reader } from '@/server/db/tx'
import type { Instance } from '@/server/instance'
import { findGrant, type GrantRow } from './store'

/** Reads a grant of this agent, and again on every hint about it, until people have decided or the time is up. */
export async function awaitGrant(
  app: Instance,
  asked: { readonly id: string; readonly agent: string; readonly seconds: number; readonly signal: AbortSignal },
): Promise<GrantRow> {
  const end = performance.now() + asked.seconds * 1_000
  for (;;) {
    const grant = await findGrant(reader(app.db.pool), asked.id)
    if (grant?.agent_id !== asked.agent) throw new Refused('request.not_found')
    const left = end - performance.now()
    const waits = grant.status === 'proposed' && ['pending', 'approved'].includes(grant.hold_status)
    if (!waits || left <= 0 || asked.signal.aborted) return grant
    await new Promise<void>(resolve => {
      const done = () => {
        clearTimeout(timer)
        stop()
        asked.signal.removeEventListener('abort', done)
        resolve()
      }
      // A hint may be lost; then the next look is at most two seconds late.
      const timer = setTimeout(done, Math.min(left, 2_000))
      const stop = app.db.hints.subscribe(hint => {
        if (hint === 'resync' || hint.subjects === '*') return
        if (hint.subjects.includes(grant.id) || hint.subjects.includes(grant.hold_id)) done()
      })
      asked.signal.addEventListener('abort', done)
    })
  }
}
