import { type Absence, isIn } from '@/lib/on-call/on-call'

/** The absence that a person is in at this moment, or null: they are there. Of several the one that lasts longest. */
function awayAt(all: readonly Absence[], person: string, at: Date): Absence | null {
  const now = all.filter(one => one.person_id === person && isIn(one, at))
  return now.toSorted((a, b) => b.until.getTime() - a.until.getTime())[0] ?? null
}

/**
 * Who reads for an absent person at this moment: one hop, and only somebody who is there themselves (A18). Null: nobody, or
 * the person is there.
 */
export function standInFor(all: readonly Absence[], person: string, at: Date): string | null {
  const standIn = awayAt(all, person, at)?.stand_in_id ?? null
  return standIn === null || awayAt(all, standIn, at) ? null : standIn
}
