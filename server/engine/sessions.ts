import { transact } from '@/server/db/tx'
import type { Served } from '@/server/gate/served'
import { forgetSessions } from '@/server/session/store'

/** Sessions without news for so long are forgotten: what is asked in one afterwards begins anew. */
const days = 30
const most = 500

/** Forgets sessions that ended long ago, some at a time. */
export async function forgetEndedSessions(app: Pick<Served, 'db'>): Promise<number> {
  const seen = await transact(app.db, tx => forgetSessions(tx, days, most), app.db.background)
  return seen === most ? 1 : 0
}
