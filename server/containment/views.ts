import type { SignedIn } from '@/lib/access/permission'
import type { Containment } from '@/lib/containment/containment'
import { lifting } from '@/lib/containment/lifting'
import type { ContainmentId } from '@/lib/kernel/id'
import { Refused } from '@/lib/kernel/problem'
import { type Page, pageOf, readCursor } from '@/server/db/page'
import type { Reader } from '@/server/db/tx'
import { mayLift, seesTarget } from './authority'
import { homeOf, standsAloneIn } from './switch-store'
import { type ContainmentView, listContainments } from './view-store'

/** One switch as the console shows it. */
export interface ContainmentItem {
  readonly id: string
  readonly target: { readonly type: string; readonly id: string; readonly name: string | null }
  readonly level: string
  readonly reason: string
  readonly by: { readonly id: string; readonly name: string | null }
  readonly at: Date
  readonly created_at: Date
  readonly lifted_at: Date | null
  readonly lifted_by: { readonly id: string; readonly name: string | null } | null
  readonly lift_reason: string | null
  readonly lift_hold_id: string | null
  /** This person may lift it, or ask a second one to agree. */
  readonly may_lift: boolean
  readonly etag: string
}

async function show(
  db: Reader,
  person: SignedIn,
  row: ContainmentView,
  alone: boolean,
  now: Date,
): Promise<ContainmentItem | null> {
  const home = await homeOf(db, { type: row.target_type, id: row.target_id })
  if (!home || !seesTarget(person, home)) return null
  const who = {
    id: person.id,
    may_lift: mayLift(person, home),
    is_owner: home.owner === person.id,
    alone,
  }
  const by: Pick<Containment, 'level' | 'by_id' | 'from'> = { level: row.level, by_id: row.by_id, from: row.created_at }
  return {
    id: row.id,
    target: { type: row.target_type, id: row.target_id, name: row.target_name },
    level: row.level,
    reason: row.reason,
    by: { id: row.by_id, name: row.by_name },
    at: row.created_at,
    created_at: row.created_at,
    lifted_at: row.lifted_at,
    lifted_by: row.lifted_by ? { id: row.lifted_by, name: row.lifted_by_name } : null,
    lift_reason: row.lift_reason,
    lift_hold_id: row.lift_hold_id,
    may_lift: row.lifted_at === null && row.lift_hold_id === null && lifting(by, who, now) !== 'forbidden',
    etag: `e${row.epoch}${row.lifted_at ? 'l' : ''}`,
  }
}

async function nowOf(db: Reader): Promise<Date> {
  const [row] = await db.query<{ at: Date }>('select holdpoint.now() as at')
  if (!row) throw new Error('the clock did not answer')
  return row.at
}

/** Switches that this person may see, newest first. */
export async function pageContainments(
  db: Reader,
  person: SignedIn,
  query: { status: 'in_force' | 'lifted' | 'all'; limit: number; cursor?: string | undefined },
): Promise<Page<ContainmentItem>> {
  const before = readCursor(query.cursor, 1)
  const rows = await listContainments(db, query.status, before?.[0] ?? null, query.limit + 1)
  const page = pageOf(rows, query.limit, row => [row.id])
  const [alone, now] = [await standsAloneIn(db, person.id), await nowOf(db)]
  const items: ContainmentItem[] = []
  for (const row of page.items) {
    const item = await show(db, person, row, alone, now)
    if (item) items.push(item)
  }
  return { items, next_cursor: page.next_cursor }
}

/** One switch, as it stands. @throws Refused `request.not_found` */
export async function readContainmentItem(db: Reader, person: SignedIn, id: ContainmentId): Promise<ContainmentItem> {
  const [row] = await listContainments(db, 'all', null, 1, id)
  const item = row && (await show(db, person, row, await standsAloneIn(db, person.id), await nowOf(db)))
  if (!item) throw new Refused('request.not_found')
  return item
}
