import { plainCalendar } from '@/lib/access/calendar'
import { mayIn, type SignedIn, teamsFor } from '@/lib/access/permission'
import { type EnforcementWindow, isOpen, windowFor } from '@/lib/agent/enforcement'
import { readinessDays, readinessOf } from '@/lib/agent/readiness'
import { Refused } from '@/lib/kernel/problem'
import { loadCalendars } from '@/server/access/calendar-store'
import { clock } from '@/server/db/guard'
import { type Page, pageOf, readCursor } from '@/server/db/page'
import type { Reader } from '@/server/db/tx'
import { waitingChange } from '@/server/hold/propose'
import { observeKind, visiblePlace } from './enforcement'
import { listWindows, type WindowView } from './enforcement-store'
import { countAsked, readObserved } from './readiness-store'

const named = (id: string, name: string | null) => ({ id, name })

function item(row: WindowView, person: SignedIn, now: Date) {
  const team = row.team_id === null ? null : (`tea_${row.team_id.slice(4)}` as const)
  const near = row.owner === person.id || row.backup === person.id
  const governs = mayIn(person, 'enforcement.observe', team) || mayIn(person, 'hold.review', team)
  const open = isOpen(row, now)
  return {
    id: row.id,
    target: { ...row.target, name: row.target_name },
    state: row.ended_at ? 'ended' : open ? 'open' : 'over',
    since: row.from,
    until: row.until,
    by: named(row.by_id, row.by_name),
    reason: row.reason,
    hold_id: row.hold_id,
    ended_at: row.ended_at,
    ended_by: row.ended_by ? named(row.ended_by, row.ended_by_name) : null,
    may_end: open && (near || governs),
    created_at: row.from,
    etag: row.ended_at ? 'ended' : 'open',
  } as const
}
export type WindowItem = ReturnType<typeof item>

const reachOf = (person: SignedIn) => {
  const teams = teamsFor(person, 'registry.read')
  return { person: person.id, teams: teams === 'all' ? null : teams }
}

/** Windows of watching only that this person may see, newest first. */
export async function pageWindows(
  db: Reader,
  person: SignedIn,
  query: { status: 'open' | 'all'; target?: string | undefined; limit: number; cursor?: string | undefined },
): Promise<Page<WindowItem>> {
  const before = readCursor(query.cursor, 1)
  const filter = { open: query.status === 'open', ...(query.target ? { target: query.target } : {}) }
  const rows = await listWindows(db, reachOf(person), filter, before?.[0] ?? null, query.limit + 1)
  const now = await clock(db)
  const page = pageOf(rows, query.limit, row => [row.id])
  return { ...page, items: page.items.map(row => item(row, person, now)) }
}

/** @throws Refused `request.not_found` */
export async function readWindow(db: Reader, person: SignedIn, id: string): Promise<WindowItem> {
  const [row] = await listWindows(db, reachOf(person), { id }, null, 1)
  if (!row) throw new Refused('request.not_found')
  return item(row, person, await clock(db))
}

/** What an agent's row and page say of being watched only; null: enforced. */
export function shownWindow(
  windows: readonly (EnforcementWindow & { readonly by_name: string | null })[],
  agent: { readonly id: string; readonly team_id: string },
  now: Date,
) {
  const window = windowFor(windows, { agent_id: agent.id, team_id: agent.team_id }, now)
  const by = windows.find(one => one.id === window?.id)?.by_name ?? ''
  return (
    window && {
      id: window.id,
      target: window.target.type,
      since: window.from,
      until: window.until,
      by: named(window.by_id, by),
      reason: window.reason,
    }
  )
}

/** "Ready to enforce": what the last 14 days would have been for an agent or a team. @throws Refused `request.not_found` */
export async function readReadiness(db: Reader, person: SignedIn, target: EnforcementWindow['target']) {
  const place = await visiblePlace(db, person, target)
  const now = await clock(db)
  const from = new Date(now.getTime() - readinessDays * 86_400_000)
  const [agent, team] = target.type === 'agent' ? [target.id, null] : [null, target.id]
  const { observed, capped } = await readObserved(db, agent, team, from)
  const calendar = (await loadCalendars(db)).get(place.team_id) ?? plainCalendar
  const windows = await listWindows(db, { teams: null, person: person.id }, { open: true }, null, 1_000)
  const reaches = windowFor(windows, { agent_id: target.id, team_id: place.team_id }, now)
  const row = windows.find(one => one.id === reaches?.id)
  return {
    id: target.id,
    etag: `${place.version}`,
    window: row ? item(row, person, now) : null,
    waiting_hold_id: await waitingChange(db, observeKind, target.id),
    days: readinessDays,
    from,
    actions: await countAsked(db, agent, team, from),
    capped,
    time_zone: calendar.time_zone,
    ...readinessOf(observed, calendar),
  }
}
