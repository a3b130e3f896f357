import { createHash } from 'node:crypto'
import type { Outcome } from '@/lib/action/contract'
import { mayFollow } from '@/lib/action/decision'
import { canonical } from '@/lib/kernel/canonical'
import { isId } from '@/lib/kernel/id'
import type { Principal } from '@/lib/kernel/principal'
import { Refused } from '@/lib/kernel/problem'
import { type Kept, keptOf, withinOf } from '@/lib/policy/obligation'
import { saveParts, shareKey } from '@/server/db/content-store'
import { clock } from '@/server/db/guard'
import { record } from '@/server/db/record'
import { Last, transact } from '@/server/db/tx'
import type { Instance } from '@/server/instance'
import { lockActions, saveOutcome } from './store'

const before = (outcome: string | null) =>
  outcome === 'succeeded' || outcome === 'failed' || outcome === 'unknown' || outcome === 'rolled_back' ? outcome : null

/** Ids by what became of them: one that succeeded without its obligations is seen in the log. */
function byState(kept: readonly Kept[]) {
  const ids = (state: Kept['state']) => kept.filter(one => one.state === state).map(one => one.id)
  return { done: ids('done'), failed: ids('failed'), missing: ids('missing') }
}

/**
 * The agent reports how it ended. The same body again changes nothing; only unknown → succeeded or failed and
 * succeeded → rolled_back may follow. What became of each obligation comes with it, by id.
 * @throws Refused request.not_found, request.invalid, action.not_allowed, action.outcome_conflict
 */
export async function reportOutcome(
  app: Instance,
  by: Extract<Principal, { kind: 'agent' }>,
  id: string,
  outcome: Outcome,
): Promise<void> {
  if (!isId('act', id)) throw new Refused('request.not_found')
  const digest = createHash('sha256').update(canonical(outcome)).digest()
  await transact(app.db, async tx => {
    const [[action], key, at] = await Promise.all([lockActions(tx, [id]), shareKey(tx, app.vault, id), clock(tx)])
    if (!action || action.agent_id !== by.id) throw new Refused('request.not_found')
    if (action.decision?.verdict !== 'allow')
      throw new Refused('action.not_allowed', 'Only an action that was allowed has an outcome.')
    if (action.outcome_digest?.equals(digest)) return
    const { obligations } = action.decision
    const { kept, unknown } = keptOf(obligations, outcome.obligations ?? [])
    if (unknown.length > 0) {
      throw new Refused('request.invalid', 'Each obligation of the decision is reported once, by its id.', {
        errors: unknown.map(n => ({ pointer: `/obligations/${n}/id`, message: 'is no obligation, or named twice' })),
      })
    }
    if (!mayFollow(before(action.outcome), outcome.status)) {
      throw new Refused('action.outcome_conflict', `It was reported as ${action.outcome ?? 'nothing'} before.`, {
        carries: { action: { id, outcome: action.outcome } },
      })
    }
    const saved = Promise.all([
      saveOutcome(tx, id, outcome.status, digest, at),
      key && saveParts(tx, app.vault, id, key, { outcome: canonical(outcome) }),
    ])
    tx.hint('outcome', [id])
    const recorded = record(tx, at, [
      {
        type: 'action.reported',
        by,
        subjects: [id, action.agent_id],
        data: {
          action: id,
          outcome: outcome.status,
          before: action.outcome,
          ...(obligations.length > 0 ? { obligations: byState(kept) } : {}),
          ...(withinOf(obligations) !== null && action.execute_by && at > action.execute_by ? { late: true } : {}),
        },
      },
    ])
    return new Last(Promise.all([saved, recorded]).then(() => undefined))
  })
}
