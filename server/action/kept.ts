import { z } from 'zod'
import { dutyLine, type Kept, keptOf } from '@/lib/policy/obligation'
import { readContent } from '@/server/db/content-store'
import { reader } from '@/server/db/tx'
import type { Instance } from '@/server/instance'
import type { ActionRow } from './store'

/** One obligation of a decision as screens show it; `state` null: no outcome has been reported yet. */
export interface KeptObligation {
  readonly id: string
  readonly sentence: string
  readonly state: Kept['state'] | null
  readonly note: string | null
}

const reports = z.object({
  obligations: z
    .array(z.object({ id: z.string(), status: z.enum(['done', 'failed']), note: z.string().optional() }))
    .default([]),
})

/** What a decision obliged to, and what its agent reported of it. `outcome` is the sealed report, if it can still be read. */
export function obligationsKept(
  action: Pick<ActionRow, 'decision' | 'outcome'>,
  outcome: string | undefined,
): KeptObligation[] {
  const asked = action.decision?.obligations ?? []
  const said = reports.safeParse(JSON.parse(outcome ?? '{}')).data?.obligations ?? []
  const { kept } = keptOf(asked, said)
  return asked.map((one, at) => ({
    id: one.id,
    sentence: dutyLine(one),
    state: action.outcome === null ? null : (kept[at]?.state ?? 'missing'),
    note: said.find(report => report.id === one.id)?.note ?? null,
  }))
}

/** The same for a page of actions; content is read only for those that oblige and were reported. */
export async function obligationsOfPage(
  app: Instance,
  rows: readonly ActionRow[],
): Promise<ReadonlyMap<string, readonly KeptObligation[]>> {
  const obliged = rows.filter(row => (row.decision?.obligations.length ?? 0) > 0)
  const told = obliged.filter(row => row.outcome !== null).map(row => row.id)
  const contents = told.length > 0 ? await readContent(reader(app.db.pool), app.vault, told) : null
  return new Map(obliged.map(row => [row.id, obligationsKept(row, contents?.get(row.id)?.parts.get('outcome'))]))
}
