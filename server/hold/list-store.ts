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

/** How far a spread page looks: an agent's own limit on open holds is half of it unless somebody raised it. */
const mostLooked = 2_000

/**
 * The first open holds, gravest first; of one agent, tool, operation and risk no more than a quarter of the page (six at
 * least) while others wait: a flood pushes nobody else's out of it (U11). What is left out comes as these are decided.
 */
export function spreadPage(db: Reader, filter: HoldFilter, limit: number): Promise<HoldPage> {
  const params: unknown[] = []
  const where = [`h.status = 'pending'`, ...filtered(filter, params)].join(' and ')
  const most = params.push(Math.max(6, Math.floor(limit / 4)))
  const head = `select h.id, h.agent_id, h.tool, h.operation, h.risk, h.due_at from hold h where ${where}
    order by -h.risk, h.due_at, h.id limit ${mostLooked}`
  const ranked = `select id, risk, due_at, row_number() over (partition by coalesce(agent_id, id), tool, operation, risk order by due_at, id) as nth
    from (${head}) as head`
  const shown = `select id from (${ranked}) as ranked order by nth > $${most}, -risk, due_at, id limit $${params.push(limit)}`
  return page(db, [`h.id in (${shown})`], params, '-h.risk, h.due_at, h.id', limit)
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
