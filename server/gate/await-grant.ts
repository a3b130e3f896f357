import { Refused } from '@/lib/kernel/problem'
import { coalesce } from '@/server/db/coalesce'
import { reader } from '@/server/db/tx'
import { findGrants, type GrantRow } from '@/server/grant/store'
import { demandLive } from './await'
import type { Served } from './served'

const reads = new WeakMap<Served, (id: string) => Promise<GrantRow | undefined>>()

/** One grant as it stands now; reads that arrive together are one. */
function readGrant(app: Served, id: string): Promise<GrantRow | undefined> {
  const known = reads.get(app)
  const read =
    known ??
    coalesce(async (ids: string[]) => {
      const rows = await findGrants(reader(app.db.pool), ids)
      return new Map(rows.map((row): [string, GrantRow] => [row.id, row]))
    })
  if (!known) reads.set(app, read)
  return read(id)
}

/** A hint may be lost; then the next look is at most so much late, in milliseconds. */
const lookAgain = 2_000

/**
 * Reads a grant of this agent, and again on every hint about it, until people have decided or the time is up. It is one of the
 * agent's waits, as those for actions are: counted with them, and ended with its key.
 * @throws Refused request.not_found, credential.invalid
 */
export async function awaitGrant(
  app: Served,
  asked: {
    readonly id: string
    readonly agent: string
    readonly credential: string
    readonly seconds: number
    readonly signal: AbortSignal
  },
): Promise<GrantRow> {
  const { waiters } = app.gate
  const end = performance.now() + asked.seconds * 1_000
  const full = waiters.isFull(asked.agent)
  for (;;) {
    const left = full ? 0 : Math.max(0, end - performance.now())
    const waiter = waiters.wait(asked.id, asked, Math.min(left, lookAgain), asked.signal)
    let hold: string | null = null
    const stop = app.db.hints.subscribe(hint => {
      if (hint === 'resync' || hint.subjects === '*') return
      if (hint.subjects.includes(asked.id) || (hold !== null && hint.subjects.includes(hold))) waiter.stop()
    })
    try {
      const grant = await readGrant(app, asked.id)
      if (grant?.agent_id !== asked.agent) throw new Refused('request.not_found')
      hold = grant.hold_id
      const waits = grant.status === 'proposed' && ['pending', 'approved'].includes(grant.hold_status)
      if (!waits || left === 0 || asked.signal.aborted || waiters.draining()) return grant
      if ((await waiter.woken) === 'recheck') await demandLive(app, asked)
    } finally {
      stop()
      waiter.stop()
    }
  }
}
