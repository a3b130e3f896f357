import type { z } from 'zod'
import type { Principal } from '@/lib/kernel/principal'
import type { recordContract } from '@/lib/session/contract'
import type { Source } from '@/lib/session/source'
import { clock } from '@/server/db/guard'
import { record } from '@/server/db/record'
import { Last, transact } from '@/server/db/tx'
import type { Instance } from '@/server/instance'
import { noteRecorded } from './recorded'
import { readMarks, recordSources } from './source-store'

/** Keeps what a recorder hands in, sealed. Whoever calls has asked whether it may. */
export function keepSources(
  app: Pick<Instance, 'db' | 'vault'>,
  by: Exclude<Principal, { kind: 'person' }>,
  { session, agent, as, sources }: Omit<z.output<typeof recordContract>, 'as'> & { readonly as: Source['reported_by'] },
): Promise<{ ids: string[]; at: Date }> {
  return transact(app.db, async tx => {
    const texts = sources.map(({ kind, ref, text, classification }) => ({
      kind,
      ref: ref ?? null,
      text,
      ...(classification ? { classification } : {}),
    }))
    const [at, ids, marks] = await Promise.all([
      clock(tx),
      recordSources(
        tx,
        app.vault,
        agent,
        session,
        texts.map(one => ({ ...one, reported_by: as })),
      ),
      readMarks(tx, agent, session),
    ])
    if (as !== 'agent') {
      const rows = texts.map((one, n) => ({ id: ids[n] ?? '', source: { ...one, reported_by: as } }))
      tx.after(() => noteRecorded(app, agent, session, rows, marks))
    }
    const recorded = record(tx, at, [
      {
        type: 'session.recorded',
        by,
        subjects: [agent],
        data: {
          agent,
          session,
          as,
          sources: sources.map(({ kind, text }, n) => ({ id: ids[n] ?? '', kind, length: text.length })),
        },
      },
    ])
    return new Last(recorded.then(() => ({ ids, at })))
  })
}
