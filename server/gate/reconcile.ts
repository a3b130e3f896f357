import { mayIn, type SignedIn } from '@/lib/access/permission'
import { agentIn, type Registry } from '@/lib/gate/registry'
import { sideOf } from '@/lib/gate/side'
import { conflict } from '@/lib/hold/conflict'
import { mayReview } from '@/lib/hold/requirement'
import { isId } from '@/lib/kernel/id'
import { Refused } from '@/lib/kernel/problem'
import { type ActionRow, lockActions, markReconciled } from '@/server/action/store'
import { saveContent } from '@/server/db/content-store'
import { clock } from '@/server/db/guard'
import { record } from '@/server/db/record'
import { transact } from '@/server/db/tx'
import type { Instance } from '@/server/instance'

/**
 * May this person say how the action has ended? It releases what is held for it, so that the side that asked may not, outside
 * development (four eyes), as little as it may approve; only where nobody else could review anything. @returns why not, or null
 */
export function reconcileBlock(
  registry: Registry,
  by: SignedIn,
  action: { readonly agent_id: string; readonly acting_for: string | null },
  at: Date,
): string | null {
  const known = agentIn(registry, action.agent_id)
  const person = registry.people.find(one => one.id === by.id)
  if (!known || !person || !mayIn(by, 'hold.review', known.team)) return 'You do not review what this agent does.'
  const others = registry.people.some(one => one.id !== by.id && one.status === 'active' && mayReview(one))
  if (!others || known.agent.environment === 'development') return null
  return conflict(sideOf(registry, known, at, action.acting_for), person)
}

/**
 * A person says how an action whose outcome nobody knew has ended. After that the same may be asked without being held for it.
 * @throws Refused request.not_found, request.forbidden (whom `block` keeps from it), action.nothing_to_reconcile
 */
export async function reconcile(
  app: Instance,
  person: SignedIn,
  id: string,
  how: { status: 'succeeded' | 'failed'; summary?: string | undefined },
  { visible, block }: { visible: ReadonlySet<string> | null; block: (action: ActionRow) => string | null },
): Promise<void> {
  if (!isId('act', id)) throw new Refused('request.not_found')
  await transact(app.db, async tx => {
    const [action] = await lockActions(tx, [id])
    if (!action || (visible && !visible.has(action.agent_id))) throw new Refused('request.not_found')
    const why = block(action)
    if (why !== null) throw new Refused('request.forbidden', why)
    if (action.outcome !== 'unknown' || action.reconciled_at) throw new Refused('action.nothing_to_reconcile')
    const at = await clock(tx)
    await markReconciled(tx, id, how.status, at)
    if (how.summary) await saveContent(tx, app.vault, id, { reconciled: how.summary })
    tx.hint('action', [id])
    await record(tx, at, [
      {
        type: 'action.reconciled',
        by: { kind: 'person', id: person.id },
        subjects: [id, action.agent_id],
        data: { action: id, status: how.status },
      },
    ])
  })
}
