import type { EscalationPolicy } from '@/lib/escalation/policy'
import type { Absence, Schedule } from '@/lib/on-call/on-call'
import type { Reader } from '@/server/db/tx'
import { schedulesAt } from '@/server/on-call/schedules'
import { listAbsences } from '@/server/on-call/store'

/** Who is on call and who is away, as it stands now. */
export interface Roster {
  readonly schedules: ReadonlyMap<string, Schedule>
  readonly absences: readonly Absence[]
}

/** No hold waits so long. */
const ahead = 40 * 86_400_000

/** Reads what these policies ask of it, from `at` on. */
export async function readRoster(db: Reader, at: Date, policies: readonly EscalationPolicy[]): Promise<Roster> {
  const targets = policies.flatMap(policy => policy.levels.flatMap(level => level.who))
  const ids = [...new Set(targets.flatMap(one => (one.kind === 'on_call' ? [one.schedule_id] : [])))]
  return {
    schedules: ids.length > 0 ? await schedulesAt(db, ids, at) : new Map(),
    absences: await listAbsences(db, at, new Date(at.getTime() + ahead)),
  }
}
