import type { EnforcementWindow } from '@/lib/agent/enforcement'
import type { PersonId } from '@/lib/kernel/id'
import type { Reader, Tx } from '@/server/db/tx'

type Row = Omit<EnforcementWindow, 'target'> & {
  readonly target_type: EnforcementWindow['target']['type']
  readonly target_id: string
}

const columns = 'w.id, w.target_type, w.target_id, w.from_at as "from", w.until, w.by_id, w.reason, w.ended_at'

const read = <T extends Row>({ target_type, target_id, ...row }: T) => ({
  ...row,
  target: { type: target_type, id: target_id },
})

/** Every window that nobody has ended yet, for the gate's snapshot; whether its time is over, the gate judges. */
export async function loadWindows(db: Reader): Promise<EnforcementWindow[]> {
  const rows = await db.query<Row>(
    `select ${columns} from enforcement_window w where w.ended_at is null order by w.until`,
    [],
    'load-windows',
  )
  return rows.map(read)
}

export async function findWindow(db: Reader, id: string, lock = false): Promise<EnforcementWindow | null> {
  const [row] = await db.query<Row>(
    `select ${columns} from enforcement_window w where w.id = $1 ${lock ? 'for update' : ''}`,
    [id],
  )
  return row ? read(row) : null
}

/** The window of exactly this target that is open now. */
export async function openWindow(
  db: Reader,
  target: EnforcementWindow['target'],
  at: Date,
): Promise<EnforcementWindow | null> {
  const [row] = await db.query<Row>(
    `select ${columns} from enforcement_window w
     where w.target_type = $1 and w.target_id = $2 and w.ended_at is null and w.until > $3 order by w.id desc limit 1`,
    [target.type, target.id, at],
  )
  return row ? read(row) : null
}

export async function insertWindow(tx: Tx, window: EnforcementWindow, hold: string): Promise<void> {
  await tx.query(
    `insert into enforcement_window (id, target_type, target_id, from_at, until, by_id, hold_id, reason)
     values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [window.id, window.target.type, window.target.id, window.from, window.until, window.by_id, hold, window.reason],
  )
}

/** Ends a window that is still open; `by` null: its time is over. False when it had ended. */
export async function endWindow(tx: Tx, id: string, by: PersonId | null, at: Date): Promise<boolean> {
  const rows = await tx.query(
    `update enforcement_window set ended_at = greatest($3, from_at), ended_by = $2
     where id = $1 and ended_at is null returning id`,
    [id, by, at],
  )
  return rows.length === 1
}

/** Ids of windows whose time is over and that nobody has ended. */
export async function overdueWindows(db: Reader, limit: number): Promise<string[]> {
  const rows = await db.query<{ id: string }>(
    'select id from enforcement_window where ended_at is null and until <= holdpoint.now() order by until limit $1',
    [limit],
    'overdue-windows',
  )
  return rows.map(row => row.id)
}

/** A window as people read it. */
export interface WindowView extends EnforcementWindow {
  readonly target_name: string | null
  readonly team_id: string | null
  readonly owner: string | null
  readonly backup: string | null
  readonly by_name: string | null
  readonly hold_id: string
  readonly ended_by: string | null
  readonly ended_by_name: string | null
}

/** Windows that this person may see (`teams` null: all), newest first. */
export async function listWindows(
  db: Reader,
  reach: { readonly teams: readonly string[] | null; readonly person: string },
  filter: { readonly id?: string; readonly open?: boolean; readonly target?: string },
  before: string | null,
  limit: number,
): Promise<WindowView[]> {
  const owner = 'coalesce(a.owner_id, p.owner_id)'
  const backup = 'case when a.owner_id is null then coalesce(a.backup_id, p.backup_id) else a.backup_id end'
  const rows = await db.query<Omit<WindowView, 'target'> & Row>(
    `select ${columns}, w.hold_id, w.ended_by, b.name as by_name, e.name as ended_by_name, ${owner} as owner, ${backup} as backup,
            coalesce(a.name, t.name) as target_name, coalesce(p.team_id, t.id) as team_id
     from enforcement_window w
       left join agent a on w.target_type = 'agent' and a.id = w.target_id left join application p on p.id = a.application_id
       left join team t on w.target_type = 'team' and t.id = w.target_id
       left join person b on b.id = w.by_id left join person e on e.id = w.ended_by
     where ($1::text[] is null or coalesce(p.team_id, t.id) = any($1) or ${owner} = $2 or ${backup} = $2)
       and ($3::text is null or w.id = $3) and ($4::text is null or w.target_id = $4)
       and (not $5 or (w.ended_at is null and w.until > holdpoint.now()))
       and ($6::text is null or w.id < $6) order by w.id desc limit $7`,
    [reach.teams, reach.person, filter.id ?? null, filter.target ?? null, filter.open ?? false, before, limit],
  )
  return rows.map(read)
}
