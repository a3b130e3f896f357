import type { z } from 'zod'
import { mayEverywhere, type SignedIn } from '@/lib/access/permission'
import type { ApprovalPolicy } from '@/lib/approval-policy/approval-policy'
import { faultsOf, previewOf } from '@/lib/approval-policy/check'
import { approvalPolicyBody } from '@/lib/approval-policy/contract'
import type { HoldId } from '@/lib/kernel/id'
import { Refused } from '@/lib/kernel/problem'
import { clock, guardExclusive, touchRegistry } from '@/server/db/guard'
import { record } from '@/server/db/record'
import { type Reader, reader, type Tx } from '@/server/db/tx'
import { type ApprovedChange, proposeChange } from '@/server/hold/propose'
import type { Instance } from '@/server/instance'
import { insertApprovalPolicy, retirementOf, versionsOf } from './store'
import { changeKind, readPeople } from './views'

/** Refuses what says nothing sensible, and what nobody of today could meet (A20). */
export async function demandPossible(db: Reader, text: Pick<ApprovalPolicy, 'stages'>): Promise<void> {
  const organisation = await readPeople(db)
  const { people, teams, names } = organisation
  const unknown = [...JSON.stringify(text.stages).matchAll(/"((?:tea|usr)_[0-9A-Z]{26})"/g)].flatMap(([, id = '']) =>
    teams.has(id) || people.some(one => one.id === id) ? [] : [id],
  )
  const faults = faultsOf(text)
  if (unknown.length > 0) faults.push(`There is no ${unknown.map(id => names.team(id)).join(', ')} here.`)
  if (faults.length === 0 && !previewOf(text, organisation).possible)
    faults.push('Nobody of today could meet it: there are too few people in its groups.')
  if (faults.length > 0)
    throw new Refused('approval_policy.unmeetable', faults.join(' '), {
      errors: faults.map(message => ({ pointer: '/stages', message })),
    })
}

/** @throws Refused approval_policy.retired */
async function demandNotRetired(db: Reader, name: string): Promise<void> {
  if (await retirementOf(db, name))
    throw new Refused('approval_policy.retired', `“${name}” is retired. Restore it before it is changed.`)
}

/**
 * Proposes what an approval policy shall say; a new name is a new one. It comes into force once a second person agrees.
 * @throws Refused approval_policy.unmeetable; approval_policy.retired; change.stale where another version than `based_on` is in force
 */
export async function proposeApprovalPolicy(
  app: Instance,
  person: SignedIn,
  name: string,
  { based_on, note, ...text }: z.output<typeof approvalPolicyBody>,
): Promise<{ hold_id: HoldId }> {
  if (!mayEverywhere(person, 'policy.propose')) throw new Refused('request.forbidden')
  const db = reader(app.db.pool)
  await demandPossible(db, text)
  const [now] = await versionsOf(db, name, 1)
  await demandNotRetired(db, name)
  if ((now?.version ?? 0) !== based_on)
    throw new Refused(
      'change.stale',
      `Version ${now?.version ?? 0} is in force, not ${based_on}. Look at what has changed.`,
    )
  return proposeChange(app, person, {
    kind: changeKind,
    subject_id: name,
    based_on: String(based_on),
    payload: { ...text, note },
    agent_id: null,
    team_id: null,
  })
}

const payload = approvalPolicyBody.omit({ based_on: true })

/** Coming into force tightens whatever waits, so the guard is taken alone: nothing is allowed by the old text afterwards. */
export const approvalPolicyChanges = [
  {
    kind: changeKind,
    async apply(tx: Tx, _app: Instance, change: ApprovedChange): Promise<void> {
      const { note, ...text } = payload.parse(change.payload)
      await touchRegistry(tx)
      const [now] = await versionsOf(tx, change.subject_id, 1)
      if (String(now?.version ?? 0) !== change.based_on) throw new Refused('change.stale')
      await demandNotRetired(tx, change.subject_id)
      await demandPossible(tx, text)
      await guardExclusive(tx)
      const at = await clock(tx)
      const by = change.approved_by[0] ?? 'engine'
      const version = (now?.version ?? 0) + 1
      const row = {
        ...text,
        name: change.subject_id,
        version,
        note,
        hold_id: change.hold_id,
        published_by: by,
        published_at: at,
      }
      await insertApprovalPolicy(tx, row)
      tx.hint('policy', '*')
      await record(tx, at, [
        {
          type: 'approval_policy.published',
          by: { kind: 'system', id: 'engine' },
          subjects: [change.subject_id, change.hold_id],
          data: { name: change.subject_id, version, ...text, hold: change.hold_id, by },
        },
      ])
    },
  },
] as const
