import { mayEverywhere } from '@/lib/access/permission'
import { agentIn, type Registry } from '@/lib/gate/registry'
import { approversOf } from '@/lib/hold/conflict'
import type { EventDraft } from '@/lib/kernel/event'
import { clock } from '@/server/db/guard'
import { record } from '@/server/db/record'
import { reader, transact } from '@/server/db/tx'
import { matterOf } from '@/server/gate/matter'
import type { Served } from '@/server/gate/served'
import {
  alarmed,
  enqueue,
  lockAlarms,
  lockHalfway,
  lockUntold,
  markHalfway,
  markTold,
  unseenRun,
} from '@/server/hold/notify-store'
import type { HoldRow } from '@/server/hold/store'

const engine = { kind: 'system', id: 'engine' } as const
const atOnce = 50

/** Whom to write to. Messages name ids only: what it is about is read after signing in. */
function message(kind: string, hold: string, people: readonly string[]) {
  return people.map(person_id => ({ subject_id: hold, kind, person_id, payload: JSON.stringify({ kind, hold }) }))
}

function told(type: EventDraft['type'], hold: HoldRow, people: readonly string[]): EventDraft {
  return {
    type,
    by: engine,
    subjects: [hold.id, ...(hold.action_id ? [hold.action_id] : [])],
    data: { hold: hold.id, people },
  }
}

/** The accountable people of a hold's agent. */
function accountableFor(registry: Registry, hold: HoldRow): string[] {
  const known = hold.agent_id ? agentIn(registry, hold.agent_id) : null
  return known ? [known.owner, ...(known.backup ? [known.backup] : [])] : []
}

/**
 * Tells people, where mail is configured: eligible approvers when a hold opens, owner and backup at half time. Three holds
 * in a row that expired unseen alarm the governors, mail or not.
 */
export async function notifyDue(app: Served): Promise<number> {
  const alarms = await alarmUnseen(app)
  if (!app.config.smtp) return alarms
  const registry = await app.gate.registries.refresh()
  return transact(
    app.db,
    async tx => {
      const fresh = await lockUntold(tx, atOnce)
      const halfway = await lockHalfway(tx, atOnce)
      if (fresh.length + halfway.length === 0) return 0
      const at = await clock(tx)
      const events: EventDraft[] = []
      for (const hold of fresh) {
        const { side, selfAllowed } = matterOf(hold, null, registry, at)
        const people = approversOf(hold.requirement, side, registry.people, selfAllowed).slice(0, 50)
        await enqueue(tx, at, message('hold.opened', hold.id, people))
        if (people.length > 0) events.push(told('hold.told', hold, people))
      }
      for (const hold of halfway) {
        const people = accountableFor(registry, hold)
        await enqueue(tx, at, message('hold.halfway', hold.id, people))
        if (people.length > 0) events.push(told('hold.reminded', hold, people))
      }
      await markTold(
        tx,
        fresh.map(hold => hold.id),
        at,
      )
      await markHalfway(
        tx,
        halfway.map(hold => hold.id),
      )
      await record(tx, at, events)
      return fresh.length === atOnce || halfway.length === atOnce ? 1 : 0
    },
    app.db.background,
  )
}

async function alarmUnseen(app: Served): Promise<number> {
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
      if (app.config.smtp) await enqueue(tx, at, message('hold.unseen', newest, governors))
      tx.hint('hold', '*')
      await record(tx, at, [
        { type: 'hold.unseen_alarmed', by: engine, subjects: run, data: { holds: run, people: governors } },
      ])
    },
    app.db.background,
  )
  return 0
}
