import type { z } from 'zod'
import type { Principal } from '@/lib/kernel/principal'
import type { recordContract } from '@/lib/session/contract'
import type { Source } from '@/lib/session/source'
import { clock } from '@/server/db/guard'
import { record } from '@/server/db/record'
import { transact } from '@/server/db/tx'
import type { Instance } from '@/server/instance'
import { recordSources } from './source-store'

/** Keeps what a recorder hands in, sealed. Whoever calls has asked whether it may. */
export function keepSources(
  app: Pick<Instance, 'db' | 'vault'>,
  by: Exclude<Principal, { kind: 'person' }>,
  session: string,
  { agent, as, sources }: Omit<z.output<typeof recordContract>, 'as'> & { readonly as: Source['reported_by'] },
): Promise<{ ids: string[]; at: Date }> {
  return transact(app.db, async tx => {
    const at = await clock(tx)
    const ids = await recordSources(
      tx,
      app.vault,
      agent,
      session,
      sources.map(({ kind, ref, text, classification }) => ({
        kind,
        reported_by: as,
        ref: ref ?? null,
        text,
        ...(classification ? { classification } : {}),
      })),
    )
    await record(tx, at, [
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
    return { ids, at }
  })
}
