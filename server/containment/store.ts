import type { Containment, Level, TargetType } from '@/lib/containment/containment'
import type { ContainmentId, PersonId } from '@/lib/kernel/id'
import type { Reader } from '@/server/db/tx'

/** One row as SQL gives it. */
export interface ContainmentRow {
  readonly id: ContainmentId
  readonly target_type: TargetType
  readonly target_id: string
  readonly level: Level
  readonly reason: string
  readonly by_id: PersonId
  readonly epoch: number
  readonly created_at: Date
  readonly lifted_at: Date | null
}

export const containmentColumns = 'id, target_type, target_id, level, reason, by_id, epoch, created_at, lifted_at'

/** A row as the rules see it. */
export function readContainment(row: ContainmentRow): Containment {
  return {
    id: row.id,
    target: { type: row.target_type, id: row.target_id },
    level: row.level,
    reason: row.reason,
    by_id: row.by_id,
    epoch: row.epoch,
    from: row.created_at,
    lifted_at: row.lifted_at,
  }
}

/**
 * What the gate must know: everything in force, and what was lifted within the last 40 days and still counts for holds
 * (a hold lives 30 days at most: pauses give time back, kills and quarantines end what is older than they are).
 */
export async function loadContainments(db: Reader): Promise<Containment[]> {
  const rows = await db.query<ContainmentRow>(
    `select ${containmentColumns} from containment
     where lifted_at is null
        or (level in ('paused', 'quarantined', 'killed') and lifted_at > holdpoint.now() - interval '40 days')
     order by epoch`,
    [],
    'load-containments',
  )
  return rows.map(readContainment)
}
