import { createHash } from 'node:crypto'
import { mayEverywhere } from '@/lib/access/permission'
import { grantEvent } from '@/lib/grant/events'
import type { GrantLine } from '@/lib/grant/grant'
import { endedBecause } from '@/lib/grant/standing'
import { canonical } from '@/lib/kernel/canonical'
import { digestOf } from '@/lib/kernel/digest'
import type { PersonId } from '@/lib/kernel/id'
import { Refused } from '@/lib/kernel/problem'
import { loadPeople } from '@/server/access/registry-store'
import { clock, touchRegistry } from '@/server/db/guard'
import { record } from '@/server/db/record'
import type { Tx } from '@/server/db/tx'
import type { ApprovedChange } from '@/server/hold/propose'
import type { Instance } from '@/server/instance'
import { readPresent } from './basis-store'
import { activate, findGrant, insertUses } from './store'

/** A line as the log says it: what its parameters may be stays out, but for a digest. */
export function recorded(line: GrantLine) {
  return {
    line_id: line.id,
    tool: line.tool,
    operation: line.operation,
    environment: line.environment,
    count: line.count,
    amount: line.amount && { ...line.amount },
    terms: `sha256:${createHash('sha256')
      .update(canonical({ resource: line.resource, params: line.params, salt: line.id }))
      .digest('hex')}`,
  }
}

/** Opens what people have agreed to. @throws Refused change.stale where what it was based on has moved */
async function apply(tx: Tx, _app: Instance, change: ApprovedChange): Promise<void> {
  await touchRegistry(tx)
  const grant = await findGrant(tx, change.subject_id, true)
  if (grant?.status !== 'proposed' || grant.hold_id !== change.hold_id || digestOf(grant.basis) !== change.based_on)
    throw new Refused('change.stale')
  if (endedBecause(grant, await readPresent(tx, grant.agent_id, grant.lines, grant.basis.epoch)))
    throw new Refused('change.stale')
  const others = change.approved_by.filter(one => one !== grant.requested_by)
  if (others.length < grant.approvals) throw new Refused('change.stale')
  const at = await clock(tx)
  const expires = new Date(at.getTime() + grant.seconds * 1_000)
  if (!(await activate(tx, grant.id, at, expires, change.approved_by))) throw new Refused('change.stale')
  await insertUses(tx, grant)
  tx.hint('grant', [grant.id, grant.agent_id])
  const which = { grant_id: grant.id, agent_id: grant.agent_id, hold: grant.hold_id, expires_at: expires.toISOString() }
  const engine = { kind: 'system', id: 'engine' } as const
  const people = grant.kind === 'break_glass' ? await told(tx) : []
  await record(tx, at, [
    grantEvent('grant.created', engine, {
      ...which,
      kind: grant.kind,
      lines: grant.lines.map(recorded),
      approvals: grant.approvals,
      approved_by: [...change.approved_by],
    }),
    ...(grant.kind === 'break_glass' ? [grantEvent('grant.glass_broken', engine, { ...which, people })] : []),
  ])
}

/** Everybody who governs hears of a broken glass. */
async function told(tx: Tx): Promise<PersonId[]> {
  return (await loadPeople(tx))
    .filter(one => one.status === 'active' && mayEverywhere(one, 'containment.contain'))
    .map(one => one.id)
}

/** Standing approvals that people have agreed to. */
export const grantChanges = [
  { kind: 'grant.create', apply },
  { kind: 'grant.break_glass', apply },
] as const
