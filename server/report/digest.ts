import { digestOf, digestPayload, digestText, lastWeek } from '@/lib/report/digest'
import { enqueue, type Message } from '@/server/access/outbox-store'
import { countUnused } from '@/server/agent/scope-store'
import { clock } from '@/server/db/guard'
import { reader, transact } from '@/server/db/tx'
import type { Served } from '@/server/gate/served'
import { answeredFor, leastId } from './agents'
import { askedSince, digestedIn, openHolds } from './agents-store'
import { canaryAgents } from './canary-store'

const kind = 'owner.digest'
/** The week of which an instance has told everybody: until the next one it need not look. */
const told = new WeakMap<object, string>()

/**
 * Writes to every owner once a week what their agents asked in the week that is over and what became of it: whichever
 * instance comes first, and late where none was up. Only where mail is configured, and only who has something to read.
 */
export async function digestDue(app: Served): Promise<number> {
  if (!app.config.smtp) return 0
  const db = reader(app.db.background)
  const at = await clock(db)
  const week = lastWeek(at)
  if (told.get(app.db) === week.name) return 0
  const registry = await app.gate.registries.refresh()
  const subject_id = `digest:${week.name}`
  const tests = await canaryAgents(db)
  const done = await digestedIn(db, subject_id, kind)
  for (const person of registry.people) {
    if (person.status !== 'active' || done.has(`mail:${person.id}`)) continue
    const owned = answeredFor(registry, person.id).filter(
      one => one.relation === 'owner' && !tests.has(one.known.agent.id),
    )
    if (owned.length === 0) continue
    const agents = owned.map(one => one.known.agent.id)
    const [rows, open, unused] = await Promise.all([
      askedSince(db, agents, { from: week.from, late: week.to, least: leastId(week.from) }),
      openHolds(db, agents),
      countUnused(db, agents),
    ])
    const digest = digestOf(
      week,
      rows.map(row => ({ ...row, count: row.count - row.late })),
      agents.length,
      { waiting: open.reduce((sum, one) => sum + one.count, 0), unused },
    )
    if (!digest) continue
    const message: Message = {
      subject_id,
      kind,
      person_id: person.id,
      payload: JSON.stringify(digest),
      channels: ['mail'],
    }
    await transact(app.db, async tx => void (await enqueue(tx, at, [message])), app.db.background)
  }
  told.set(app.db, week.name)
  return 0
}

/** The letter that carries a digest. */
export function digestLetter(url: string, payload: string): { readonly subject: string; readonly text: string } {
  return digestText(digestPayload.parse(JSON.parse(payload)), url)
}
