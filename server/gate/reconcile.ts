import type { SignedIn } from '@/lib/access/permission'
import { isId } from '@/lib/kernel/id'
import { Refused } from '@/lib/kernel/problem'
import { lockActions, markReconciled } from '@/server/action/store'
import { saveContent } from '@/server/db/content-store'
import { clock } from '@/server/db/guard'
import { record } from '@/server/db/record'
import { transact } from '@/server/db/tx'
import type { Instance } from '@/server/instance'

/**
 * A person says how an action whose outcome nobody knew has ended. After that the same may be asked without being held for it.
 * @throws Refused request.not_found, request.forbidden (who does not review this agent's holds), action.nothing_to_reconcile
 */
export async function reconcile(
  app: Instance,
  person: SignedIn,
  id: string,
  how: { status: 'succeeded' | 'failed'; summary?: string | undefined },
  { visible, reviewed }: { visible: ReadonlySet<string> | null; reviewed: (agent: string) => boolean },
): Promise<void> {
  if (!isId('act', id)) throw new Refused('request.not_found')
  await transact(app.db, async tx => {
    const [action] = await lockActions(tx, [id])
    if (!action || (visible && !visible.has(action.agent_id))) throw new Refused('request.not_found')
    if (!reviewed(action.agent_id)) throw new Refused('request.forbidden')
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
