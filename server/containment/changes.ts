import { z } from 'zod'
import { idSchema } from '@/lib/kernel/id-schema'
import { Refused } from '@/lib/kernel/problem'
import { clock, touchRegistry } from '@/server/db/guard'
import { record } from '@/server/db/record'
import type { Tx } from '@/server/db/tx'
import type { ApprovedChange } from '@/server/hold/propose'
import type { Instance } from '@/server/instance'
import { basis, writeLift } from './lift'
import { findContainment } from './switch-store'

const liftPayload = z.strictObject({ reason: z.string(), proposed_by: idSchema('usr') })

/** A lift that two people have agreed to. One that was thrown again meanwhile is stale: engaging wins (K07). */
export const containmentChanges = [
  {
    kind: 'containment.lift',
    async apply(tx: Tx, _app: Instance, change: ApprovedChange): Promise<void> {
      const { reason, proposed_by } = liftPayload.parse(change.payload)
      await touchRegistry(tx)
      const containment = await findContainment(tx, change.subject_id)
      if (!containment || containment.lifted_at || basis(containment) !== change.based_on)
        throw new Refused('change.stale')
      const at = await clock(tx)
      await record(tx, at, [await writeLift(tx, containment, proposed_by, reason, at)])
    },
  },
] as const
