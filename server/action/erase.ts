import { mayEverywhere, type SignedIn } from '@/lib/access/permission'
import { isId } from '@/lib/kernel/id'
import { Refused } from '@/lib/kernel/problem'
import { eraseContent } from '@/server/db/content-store'
import { clock } from '@/server/db/guard'
import { record } from '@/server/db/record'
import { transact } from '@/server/db/tx'
import type { Instance } from '@/server/instance'
import { clearDigest, lockActions } from './store'

/**
 * Erases what an action said: its key is destroyed, with it arguments, prompt and comments; the log still verifies. What
 * is still waiting is decided first. Again is fine. @throws Refused request.not_found, request.forbidden, action.waiting
 */
export async function eraseAction(app: Instance, person: SignedIn, id: string): Promise<void> {
  if (!mayEverywhere(person, 'content.erase')) throw new Refused('request.forbidden')
  if (!isId('act', id)) throw new Refused('request.not_found')
  await transact(app.db, async tx => {
    const [action] = await lockActions(tx, [id])
    if (!action) throw new Refused('request.not_found')
    if (!action.decision) throw new Refused('action.waiting')
    const at = await clock(tx)
    if (!(await eraseContent(tx, id, person.id))) return
    await clearDigest(tx, id)
    tx.hint('action', [id])
    await record(tx, at, [
      {
        type: 'action.erased',
        by: { kind: 'person', id: person.id },
        subjects: [id, action.agent_id],
        data: { action: id },
      },
    ])
  })
}
