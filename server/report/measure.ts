import { charactersShown } from '@/lib/hold/reading-time'
import type { EventDraft } from '@/lib/kernel/event'
import { reportEvent } from '@/lib/report/events'
import { hurriedMinute } from '@/lib/report/velocity'
import { readContent } from '@/server/db/content-store'
import { clock } from '@/server/db/guard'
import { record } from '@/server/db/record'
import { transact } from '@/server/db/tx'
import type { Instance } from '@/server/instance'
import { approvalsOf, lockUnmeasured, noteHurry, saveMeasured, type UnmeasuredRow } from './measure-store'

const atOnce = 100
const minute = 60_000
const engine = { kind: 'system', id: 'engine' } as const

const dwell = ({ first_at, created_at }: UnmeasuredRow): number | null =>
  first_at && first_at <= created_at ? Math.min(2_147_483_647, created_at.getTime() - first_at.getTime()) : null

/**
 * Measures verdicts that were just given: how much was shown, and for how long. More approvals by one person within a
 * minute than anybody reads are recorded (A26), once a minute, whichever instance finds them.
 */
export async function measureReviews(app: Instance): Promise<number> {
  return transact(
    app.db,
    async tx => {
      const fresh = await lockUnmeasured(tx, atOnce)
      if (fresh.length === 0) return 0
      const at = await clock(tx)
      const contents = await readContent(tx, app.vault, [...new Set(fresh.map(row => row.subject))])
      await saveMeasured(
        tx,
        fresh.map(row => ({
          id: row.id,
          dwell_ms: dwell(row),
          shown_chars: charactersShown(contents.get(row.subject)?.parts),
        })),
        at,
      )
      const events: EventDraft[] = []
      const approvals = fresh.filter(row => row.verdict === 'approve' && !row.self)
      for (const [person, rows] of Map.groupBy(
        approvals.toSorted((a, b) => (a.person_id < b.person_id ? -1 : 1)),
        row => row.person_id,
      )) {
        const ends = rows.map(row => row.created_at).toSorted((a, b) => a.getTime() - b.getTime())
        const [first, last] = [ends[0] ?? at, ends.at(-1) ?? at]
        const all = await approvalsOf(tx, person, new Date(first.getTime() - minute), last)
        const found = hurriedMinute(all, ends)
        if (found && (await noteHurry(tx, person, found.at, found.approvals)))
          events.push(
            reportEvent('review.hurried', engine, [person], {
              person_id: person,
              approvals: found.approvals,
              seconds: 60,
            }),
          )
      }
      await record(tx, at, events)
      return fresh.length === atOnce ? 1 : 0
    },
    app.db.background,
  )
}
