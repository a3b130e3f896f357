import type { Absence, Schedule } from '@/lib/on-call/on-call'
import type { Reader } from '@/server/db/tx'
import { loadAbsences } from './store'

/** Who is on call and who is away, as it stands now. */
export interface Roster {
  readonly schedules: ReadonlyMap<string, Schedule>
  readonly absences: readonly Absence[]
}

/** Reads it, from `at` on. */
export async function readRoster(db: Reader, at: Date): Promise<Roster> {
  return { schedules: new Map(), absences: await loadAbsences(db, at) }
}
