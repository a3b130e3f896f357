import { Refused } from '@/lib/kernel/problem'
import type { HoldRow } from '@/server/hold/store'

/** It has ended: 409 with how. */
export function closed(hold: HoldRow): Refused {
  return new Refused('hold.closed', `This ended as ${hold.status}.`, {
    carries: {
      hold: {
        id: hold.id,
        status: hold.status,
        action_id: hold.action_id,
        decided_at: hold.decided_at?.toISOString() ?? null,
      },
    },
  })
}
