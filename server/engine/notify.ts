import { mayEverywhere } from '@/lib/access/permission'
import { enqueue } from '@/server/access/outbox-store'
import { clock } from '@/server/db/guard'
import { record } from '@/server/db/record'
import { reader, transact } from '@/server/db/tx'
import type { Served } from '@/server/gate/served'
import { alarmed, lockAlarms, unseenRun } from '@/server/hold/notify-store'

const engine = { kind: 'system', id: 'engine' } as const

/** Whom to write to. Messages name ids only: what it is about is read after signing in. */
function message(kind: string, hold: string, people: readonly string[]) {
  return people.map(person_id => ({ subject_id: hold, kind, person_id, payload: JSON.stringify({ kind, hold }) }))
}

/** Three holds in a row that expired unseen alarm the governors, mail or not. */
export async function notifyDue(app: Served): Promise<number> {
  if ((await unseenRun(reader(app.db.background))).length === 0) return 0
  const registry = await app.gate.registries.refresh()
  const governors = registry.people
    .filter(one => one.status === 'active' && mayEverywhere(one, 'policy.propose'))
    .map(one => one.id)
  await transact(
    app.db,
    async tx => {
      // Asked again under a lock: two instances that see the same run raise one alarm.
      await lockAlarms(tx)
      const run = await unseenRun(tx)
      const newest = run[0]
      if (!newest || (await alarmed(tx, run))) return
      const at = await clock(tx)
      await enqueue(tx, at, message('hold.unseen', newest, governors), app.config.smtp !== null)
      tx.hint('hold', '*')
      await record(tx, at, [
        { type: 'hold.unseen_alarmed', by: engine, subjects: run, data: { holds: run, people: governors } },
      ])
    },
    app.db.background,
  )
  return 0
}
