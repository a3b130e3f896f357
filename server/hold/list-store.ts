import type { Reader } from '@/server/db/tx'
import { type HoldRow, holdColumns, holdFrom, type RawHold, toHold } from './store'

export interface HoldFilter {
  readonly agent?: string | undefined
  readonly tool?: string | undefined
}

/** A page and the time of the snapshot that it was read in. */
export interface HoldPage {
  readonly rows: HoldRow[]
  readonly at: Date
}

async function page(db: Reader, where: string[], params: unknown[], order: string, limit: number): Promise<HoldPage> {
  const rows = await db.query<RawHold & { at: Date }>(
    `select ${holdColumns}, holdpoint.now() as at ${holdFrom} where ${where.join(' and ')} order by ${order} limit $${params.push(limit)}`,
    params,
  )
  const [first] = rows.length > 0 ? rows : await db.query<{ at: Date }>('select holdpoint.now() as at', [], 'clock')
  return { rows: rows.map(toHold), at: first?.at ?? new Date(0) }
}

function filtered(filter: HoldFilter, params: unknown[]): string[] {
  const where: string[] = []
  if (filter.agent !== undefined) where.push(`h.agent_id = $${params.push(filter.agent)}`)
  if (filter.tool !== undefined) where.push(`h.tool = $${params.push(filter.tool)}`)
  return where
}

/** Open holds: gravest first, then by what ends first. `after` is [risk, due_at, id]. */
export function openPage(
  db: Reader,
  filter: HoldFilter,
  after: readonly string[] | null,
  limit: number,
): Promise<HoldPage> {
  const params: unknown[] = []
  const where = [`h.status = 'pending'`, ...filtered(filter, params)]
  if (after) {
    where.push(
      `(-h.risk, h.due_at, h.id) > ($${params.push(-Number(after[0]))}::integer, $${params.push(after[1])}::timestamptz, $${params.push(after[2])})`,
    )
  }
  return page(db, where, params, '-h.risk, h.due_at, h.id', limit)
}

/** Ended holds by when they ended, or all by when they opened; newest first. `after` is [time, id]. */
export function closedPage(
  db: Reader,
  filter: HoldFilter,
  after: readonly string[] | null,
  limit: number,
  all: boolean,
): Promise<HoldPage> {
  const params: unknown[] = []
  const time = all ? 'h.opened_at' : 'h.decided_at'
  const where = [...(all ? [] : [`h.status <> 'pending'`]), ...filtered(filter, params)]
  if (after) where.push(`(${time}, h.id) < ($${params.push(after[0])}::timestamptz, $${params.push(after[1])})`)
  return page(db, where.length > 0 ? where : ['true'], params, `${time} desc, h.id desc`, limit)
}
