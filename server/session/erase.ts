import { mayEverywhere, type SignedIn } from '@/lib/access/permission'
import { Refused } from '@/lib/kernel/problem'
import { clock } from '@/server/db/guard'
import { record } from '@/server/db/record'
import { transact } from '@/server/db/tx'
import type { Instance } from '@/server/instance'
import { eraseSources } from './source-store'

/**
 * Erases what was recorded until now of an agent's session: results of tools, words of people. The log still verifies, and what
 * its calls said is theirs (server/action/erase). Again is fine. @throws Refused request.forbidden
 */
export async function eraseSession(app: Instance, person: SignedIn, agent: string, session: string): Promise<void> {
  if (!mayEverywhere(person, 'content.erase')) throw new Refused('request.forbidden')
  await transact(app.db, async tx => {
    const at = await clock(tx)
    const sources = await eraseSources(tx, agent, session, person.id)
    if (sources === 0) return
    await record(tx, at, [
      {
        type: 'session.erased',
        by: { kind: 'person', id: person.id },
        subjects: [agent],
        data: { agent, session, sources },
      },
    ])
  })
}
