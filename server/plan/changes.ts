import { Refused } from '@/lib/kernel/problem'
import { clock } from '@/server/db/guard'
import { record } from '@/server/db/record'
import type { Tx } from '@/server/db/tx'
import type { Instance } from '@/server/instance'
import { approvePlan } from './store'

/** A chain that enough people have agreed to: from now on its steps pass. @throws Refused change.stale when it is over */
export const planChanges = [
  {
    kind: 'plan.approve',
    async apply(
      tx: Tx,
      _app: Instance,
      change: { subject_id: string; hold_id: string; approved_by: readonly string[] },
    ): Promise<void> {
      const { subject_id: plan, hold_id: hold, approved_by } = change
      const approvers = [...new Set(approved_by)]
      if (!(await approvePlan(tx, plan, approvers))) throw new Refused('change.stale')
      const at = await clock(tx)
      await record(tx, at, [
        {
          type: 'plan.approved',
          by: { kind: 'system', id: 'engine' },
          subjects: [plan, hold],
          data: { plan, hold, approvers },
        },
      ])
    },
  },
] as const
