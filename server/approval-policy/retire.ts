import { mayEverywhere, type SignedIn } from '@/lib/access/permission'
import { etagOf, matchesEtag } from '@/lib/kernel/etag'
import { Refused } from '@/lib/kernel/problem'
import { clock, touchRegistry } from '@/server/db/guard'
import { record } from '@/server/db/record'
import { type Tx, transact } from '@/server/db/tx'
import type { Instance } from '@/server/instance'
import { demandPossible } from './changes'
import { type ApprovalPolicyRow, endRetirement, insertRetirement, retirementOf, versionsOf } from './store'
import { rulesNaming } from './views'

type WithDatabase = Pick<Instance, 'db'>

/** Whoever publishes rules or another text waits for the registry's row too, so that what is read here stays so. */
async function locked(tx: Tx, name: string, ifMatch: string | null): Promise<ApprovalPolicyRow> {
  await touchRegistry(tx)
  const [now] = await versionsOf(tx, name, 1)
  if (!now) throw new Refused('request.not_found')
  if (!matchesEtag(ifMatch, now.version))
    throw new Refused('request.precondition_failed', `It is ${etagOf(now.version)} now: somebody else has changed it.`)
  return now
}

function happened(
  type: 'approval_policy.retired' | 'approval_policy.restored',
  person: SignedIn,
  now: ApprovalPolicyRow,
) {
  const { name, version } = now
  return { type, by: { kind: 'person', id: person.id }, subjects: [name], data: { name, version } } as const
}

/**
 * Lets rules name it no more. Nobody else agrees: no rule in force asks by it, so nothing is decided otherwise. Its versions
 * stay, and holds that were opened by it go on as they were.
 * @throws Refused approval_policy.named, which says by which rules; approval_policy.retired; request.precondition_failed
 */
export async function retireApprovalPolicy(
  app: WithDatabase,
  person: SignedIn,
  name: string,
  reason: string,
  ifMatch: string | null,
): Promise<void> {
  if (!mayEverywhere(person, 'policy.propose')) throw new Refused('request.forbidden')
  await transact(app.db, async tx => {
    const now = await locked(tx, name, ifMatch)
    if (await retirementOf(tx, name)) throw new Refused('approval_policy.retired', `“${name}” is retired already.`)
    const rules = (await rulesNaming(tx)).get(name) ?? []
    if (rules.length > 0)
      throw new Refused(
        'approval_policy.named',
        `${rules.map(one => `“${one}”`).join(', ')} ${rules.length === 1 ? 'names' : 'name'} it. Publish rules without it first.`,
      )
    const at = await clock(tx)
    await insertRetirement(tx, name, { retired_at: at, retired_by: person.id, reason })
    tx.hint('policy', '*')
    await record(tx, at, [happened('approval_policy.retired', person, now)])
  })
}

/**
 * Lets rules name it again, as two people have agreed to it before; naming it takes two again. One that is not retired stays
 * as it is.
 * @throws Refused approval_policy.unmeetable where nobody of today could meet it; request.precondition_failed
 */
export async function restoreApprovalPolicy(
  app: WithDatabase,
  person: SignedIn,
  name: string,
  ifMatch: string | null,
): Promise<void> {
  if (!mayEverywhere(person, 'policy.propose')) throw new Refused('request.forbidden')
  await transact(app.db, async tx => {
    const now = await locked(tx, name, ifMatch)
    await demandPossible(tx, now)
    const at = await clock(tx)
    if (!(await endRetirement(tx, name, person.id, at))) return
    tx.hint('policy', '*')
    await record(tx, at, [happened('approval_policy.restored', person, now)])
  })
}
