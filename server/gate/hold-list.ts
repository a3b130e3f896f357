import type { PersonId } from '@/lib/kernel/id'
import { Refused } from '@/lib/kernel/problem'
import { pageOf, readCursor, withCursor } from '@/server/db/page'
import { reader } from '@/server/db/tx'
import { closedPage, type HoldFilter, openPage, spreadPage } from '@/server/hold/list-store'
import type { HoldRow } from '@/server/hold/store'
import type { Instance } from '@/server/instance'
import { draw, type HoldItem, itemOf, readBelongings } from './hold-page'
import type { Registries } from './registry'

export interface HoldQuery {
  readonly status: 'open' | 'closed' | 'all'
  readonly mine: boolean
  /** The first page leaves out what one agent floods it with. */
  readonly spread?: boolean | undefined
  readonly agent?: string | undefined
  readonly tool?: string | undefined
  readonly risk?: string | undefined
  readonly q?: string | undefined
  readonly limit: number
  readonly cursor?: string | undefined
}

const mostRounds = 8

/** The keys by which a page goes on. Open ones are sorted by risk, then by what ends first; others newest first. */
const keysOf = (status: HoldQuery['status'], hold: HoldRow): string[] =>
  status === 'open'
    ? [String(hold.risk), hold.due_at.toISOString(), hold.id]
    : [status === 'closed' ? (hold.decided_at ?? hold.opened_at).toISOString() : hold.opened_at.toISOString(), hold.id]

/**
 * One page of the queue, as this person may see it. Search looks at ids, tool and agent: arguments are content and are not searched. Rows come from an index in pages and are filtered by the rules of who
 * sees what; a bounded number of rounds keeps a sparse filter from reading everything.
 */
export async function listHolds(
  app: Instance,
  registries: Registries,
  personId: PersonId,
  query: HoldQuery,
): Promise<{ items: HoldItem[]; next_cursor: string | null }> {
  const registry = await registries.refresh()
  const person = registry.people.find(one => one.id === personId)
  if (!person) throw new Refused('session.required')
  const db = reader(app.db.pool)
  let after = readCursor(query.cursor, query.status === 'open' ? 3 : 2)
  const filter: HoldFilter = { agent: query.agent, tool: query.tool }
  const found: { row: HoldRow; item: HoldItem }[] = []
  for (let round = 0; round < mostRounds; round++) {
    const from = after
    const spread = query.spread === true && query.status === 'open' && !from
    const size = spread ? query.limit : query.limit + 1
    const { rows, at } = await withCursor(query.cursor, () =>
      query.status === 'open'
        ? spread
          ? spreadPage(db, filter, size)
          : openPage(db, filter, from, size)
        : closedPage(db, filter, from, size, query.status === 'all'),
    )
    if (rows.length === 0) return finish(found, query, null)
    const belongings = await readBelongings(
      app,
      rows.map(row => row.id),
    )
    const items = draw(belongings, registry, person, rows, at).map(one => ({
      row: one.hold,
      item: itemOf(one, registry, person, at),
    }))
    found.push(...items.filter(one => matches(one.item, query)))
    const last = rows.at(-1)
    if (rows.length < size || !last) return finish(found, query, null)
    after = keysOf(query.status, last)
    // A full page that is spread may have left out some that come before its last: it says that there are more.
    if (found.length > query.limit || (spread && found.length === query.limit)) break
  }
  return finish(found, query, after)
}

function finish(found: readonly { row: HoldRow; item: HoldItem }[], query: HoldQuery, after: string[] | null) {
  const page = pageOf(found, query.limit, one => keysOf(query.status, one.row))
  const items = page.items.map(one => one.item)
  // Rounds ran out before the page was full: go on behind the last row that was looked at.
  const rest = after && found.length <= query.limit ? Buffer.from(JSON.stringify(after)).toString('base64url') : null
  return { items, next_cursor: page.next_cursor ?? rest }
}

function matches(item: HoldItem, query: HoldQuery): boolean {
  if (query.status === 'open' && item.status !== 'pending') return false
  if (query.mine && !item.may_decide) return false
  if (query.risk !== undefined && item.risk.level !== query.risk) return false
  if (query.q === undefined) return true
  const words = query.q.toLowerCase()
  return [item.id, item.action_id, item.tool, item.agent?.name].some(text => text?.toLowerCase().includes(words))
}
