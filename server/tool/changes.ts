import { z } from 'zod'
import { etagOf } from '@/lib/kernel/etag'
import { idSchema } from '@/lib/kernel/id-schema'
import { Refused } from '@/lib/kernel/problem'
import { classifiedBody } from '@/lib/tool/contract'
import { clock, guardExclusive, touchRegistry } from '@/server/db/guard'
import { record } from '@/server/db/record'
import type { Tx } from '@/server/db/tx'
import { settleClassification } from '@/server/hold/classify'
import type { ApprovedChange } from '@/server/hold/propose'
import type { Instance } from '@/server/instance'
import { knownTool, writeClassification } from './classify'

const payload = z.strictObject({ classification: classifiedBody, proposed_by: idSchema('usr') })

/** A weaker classification that two people have agreed to. @throws Refused `change.stale` when the tool has moved since */
export const toolChanges = [
  {
    kind: 'tool.reclassify',
    async apply(tx: Tx, _app: Instance, change: ApprovedChange): Promise<void> {
      const { classification, proposed_by } = payload.parse(change.payload)
      await touchRegistry(tx)
      const tool = await knownTool(tx, change.subject_id, true)
      if (etagOf(tool.version) !== change.based_on) throw new Refused('change.stale')
      // Where its definition had changed, its calls wait under its item, which this ends.
      const settled = tool.drift ? await settleClassification(tx, tool.id, proposed_by, await clock(tx)) : []
      await guardExclusive(tx)
      const at = await clock(tx)
      await record(tx, at, [...settled, await writeClassification(tx, tool, classification, proposed_by, at)])
    },
  },
] as const
