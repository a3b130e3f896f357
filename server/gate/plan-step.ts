import type { Candidate } from '@/lib/gate/candidate'
import { type Planned, planned } from '@/lib/gate/plan-ruling'
import type { Registry } from '@/lib/gate/registry'
import type { Ruling } from '@/lib/gate/ruling'
import { isId } from '@/lib/kernel/id'
import { type Plan, withPassed } from '@/lib/plan/plan'
import { record } from '@/server/db/record'
import type { Tx } from '@/server/db/tx'
import { lockPlans, type Pass, passSteps } from '@/server/plan/store'

/** The plans that one batch names, locked; what each submission uses up is known to those after it. */
export interface BatchPlans {
  /** The ruling with its plan's say; null where it names none. */
  rule(ruling: Ruling, candidate: Candidate, registry: Registry, at: Date): Planned | null
  /** This action uses the step up, if it is written. */
  passed(candidate: Candidate, n: number, action: string): void
  /** Writes what was used up, in the transaction of the actions. */
  write(tx: Tx, at: Date): Promise<void>
}

const namedBy = (submission: Candidate['submission']): string | null => {
  const plan = submission.context?.plan
  return plan !== undefined && isId('pln', plan) ? plan : null
}

/** Ids of the plans that these submissions name; mostly none, and then nothing is read. */
export function plansNamed(batch: readonly { readonly submission: Candidate['submission'] }[]): string[] {
  return [...new Set(batch.flatMap(one => namedBy(one.submission) ?? []))].sort()
}

/** Locks these plans in id order. Its first statement must stand before the guard. */
export async function openPlans(tx: Tx, ids: readonly string[]): Promise<BatchPlans> {
  const plans = new Map<string, Plan>((await lockPlans(tx, ids)).map(plan => [plan.id, plan]))
  const passes: Pass[] = []
  return {
    rule(ruling, candidate, registry, at) {
      const named = namedBy(candidate.submission)
      return named === null ? null : planned(ruling, plans.get(named), candidate, registry, at)
    },
    passed({ submission }, n, action) {
      const plan = plans.get(namedBy(submission) ?? '')
      if (!plan) return
      plans.set(plan.id, withPassed(plan, n, action))
      passes.push({ plan: plan.id, n, action })
    },
    async write(tx, at) {
      const done = await passSteps(tx, passes, at)
      tx.hint('hold', '*')
      await record(
        tx,
        at,
        done.map(({ plan, n, action }) => ({
          type: 'plan.passed',
          by: { kind: 'system', id: 'gate' },
          subjects: [plan, action],
          data: { plan, step: n, action },
        })),
      )
    },
  }
}
