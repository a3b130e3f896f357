import type { SignedIn } from '@/lib/access/permission'
import { agentIn, type KnownAgent, type Registry } from '@/lib/gate/registry'
import { formatId } from '@/lib/kernel/id'
import { type Asked, askedOf } from '@/lib/report/asked'
import { clock } from '@/server/db/guard'
import { type Reader, reader } from '@/server/db/tx'
import type { Served } from '@/server/gate/served'
import { askedSince, mostActions, openHolds } from './agents-store'
import { canaryAgents } from './canary-store'

const dayMs = 86_400_000

interface Answered {
  readonly known: KnownAgent
  readonly relation: 'owner' | 'backup'
}

/** The agents that this person answers for, and how. Retired ones are left out. */
export function answeredFor(registry: Registry, person: string): readonly Answered[] {
  return [...registry.agents.values()].flatMap(({ id, status }): Answered[] => {
    const known = status === 'retired' ? null : agentIn(registry, id)
    if (known?.owner === person) return [{ known, relation: 'owner' }]
    return known?.backup === person ? [{ known, relation: 'backup' }] : []
  })
}

/** No id of an action that was made then or later is less; the clocks of instances and database differ by less than two weeks. */
export const leastId = (from: Date) => formatId('act', from.getTime() - 14 * dayMs, new Uint8Array(10))

/** What these agents asked in so many days until `at`, and in the last 7 of them. By agent. */
async function askedOfAgents(db: Reader, agents: readonly string[], at: Date, days: number) {
  const from = new Date(at.getTime() - days * dayMs)
  const rows = await askedSince(db, agents, { from, late: new Date(at.getTime() - 7 * dayMs), least: leastId(from) })
  const open = new Map((await openHolds(db, agents)).map(one => [one.agent_id, one.count]))
  const byAgent = Map.groupBy(rows, row => row.agent_id)
  return new Map(
    agents.map(id => {
      const mine = byAgent.get(id) ?? []
      const found: { all: Asked; late: Asked; open: number; more: boolean } = {
        all: askedOf(mine),
        late: askedOf(mine.map(row => ({ ...row, count: row.late }))),
        open: open.get(id) ?? 0,
        more: mine.reduce((sum, row) => sum + row.count, 0) >= mostActions,
      }
      return [id, found] as const
    }),
  )
}

/** What the agents of one person asked in the last 7 and 30 days, and what became of it. */
export async function ownAgents(app: Served, by: SignedIn) {
  const registry = await app.gate.registries.refresh()
  const db = reader(app.db.pool)
  const tests = await canaryAgents(db)
  const mine = answeredFor(registry, by.id)
    .filter(one => !tests.has(one.known.agent.id))
    .slice(0, 200)
  const asked = await askedOfAgents(
    db,
    mine.map(one => one.known.agent.id),
    await clock(db),
    30,
  )
  return {
    items: mine
      .flatMap(({ known, relation }) => {
        const found = asked.get(known.agent.id)
        return found
          ? [
              {
                agent: { id: known.agent.id, name: known.agent.name },
                application: { id: known.application.id, name: known.application.name },
                relation,
                open_holds: found.open,
                last_7_days: found.late,
                last_30_days: found.all,
                more: found.more,
              },
            ]
          : []
      })
      .toSorted((a, b) => b.open_holds - a.open_holds || a.agent.name.localeCompare(b.agent.name, 'en')),
  }
}
