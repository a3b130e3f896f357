import { mayIn, type SignedIn } from '@/lib/access/permission'
import { grantEvent } from '@/lib/grant/events'
import { type GrantId, isId } from '@/lib/kernel/id'
import type { Principal } from '@/lib/kernel/principal'
import { Refused } from '@/lib/kernel/problem'
import { findAgent, type Registration } from '@/server/agent/agent-store'
import { seesAgent } from '@/server/agent/authority'
import { clock, guardExclusive, touchRegistry } from '@/server/db/guard'
import { record } from '@/server/db/record'
import { type Reader, type Tx, transact } from '@/server/db/tx'
import type { Instance } from '@/server/instance'
import { readAround } from './basis-store'
import { judgeGrants } from './registry-store'
import { closeGrant, dueGrants, findGrant, type GrantRow, revokeGrant, writeReview } from './store'

/** Finds a grant that this person may see: whoever sees its agent; a broken glass everybody. @throws Refused request.not_found */
export async function visibleGrant(
  db: Reader,
  person: SignedIn,
  id: string,
  lock = false,
): Promise<{ grant: GrantRow; agent: Registration }> {
  const grant = isId('grt', id) ? await findGrant(db, id, lock) : null
  const agent = grant && (await findAgent(db, grant.agent_id, false))
  const loud = grant?.kind === 'break_glass' && grant.status !== 'proposed'
  if (!grant || !agent || !(loud || seesAgent(person, agent))) throw new Refused('request.not_found')
  return { grant, agent }
}

/** Who may revoke: owner and backup, who approves in the agent's team, and who governs there. */
export function mayRevoke(person: SignedIn, agent: Pick<Registration, 'team_id' | 'owner' | 'backup'>): boolean {
  return mayIn(person, 'grant.propose', agent.team_id) || agent.owner === person.id || agent.backup === person.id
}

/**
 * Revokes: once this has answered nothing more goes on under it, on any instance (the guard is held alone).
 * @throws Refused request.not_found, request.forbidden, grant.over
 */
export async function revoke(app: Instance, person: SignedIn, id: string, reason: string): Promise<GrantRow> {
  return transact(app.db, async tx => {
    await touchRegistry(tx)
    const { grant, agent } = await visibleGrant(tx, person, id, true)
    if (!mayRevoke(person, agent)) throw new Refused('request.forbidden')
    return taken(tx, grant, { kind: 'person', id: person.id }, reason)
  })
}

/** The agent gives it back. @throws Refused request.not_found for what is not its own, grant.over */
export async function giveBack(
  app: Instance,
  by: Extract<Principal, { kind: 'agent' }>,
  id: string,
  reason: string,
): Promise<GrantRow> {
  return transact(app.db, async tx => {
    await touchRegistry(tx)
    const grant = isId('grt', id) ? await findGrant(tx, id, true) : null
    if (grant?.agent_id !== by.id) throw new Refused('request.not_found')
    return taken(tx, grant, by, reason)
  })
}

async function taken(tx: Tx, grant: GrantRow, by: Principal, reason: string): Promise<GrantRow> {
  await guardExclusive(tx)
  const at = await clock(tx)
  if (!(await revokeGrant(tx, grant.id, by.id, reason, at))) throw new Refused('grant.over')
  tx.hint('grant', [grant.id, grant.agent_id])
  await record(tx, at, [
    grantEvent('grant.revoked', by, { grant_id: grant.id, agent_id: grant.agent_id, revoked_at: at.toISOString() }),
  ])
  const after = await findGrant(tx, grant.id)
  if (!after) throw new Refused('request.not_found')
  return after
}

/** Writes down what is over by time, by use, or by what has changed: once, and for good. @returns how many */
export async function closeOver(app: Pick<Instance, 'db'>): Promise<number> {
  return transact(
    app.db,
    async tx => {
      const ended = (await judgeGrants(tx, () => readAround(tx))).flatMap(({ grant, ended }) =>
        ended === null ? [] : [{ id: grant.id, why: ended }],
      )
      const due = await dueGrants(tx, 50)
      const over = new Map<string, string>([...due, ...ended].map(one => [one.id, one.why]))
      if (over.size === 0) return 0
      await touchRegistry(tx)
      const at = await clock(tx)
      const events = []
      for (const [id, why] of [...over].sort()) {
        const grant = await findGrant(tx, id, true)
        if (!grant || !(await closeGrant(tx, id, why, at))) continue
        tx.hint('grant', [grant.id, grant.agent_id])
        const data = { grant_id: grant.id, agent_id: grant.agent_id, closed_at: at.toISOString() }
        const engine = { kind: 'system', id: 'engine' } as const
        events.push(
          why === 'expired' || why === 'exhausted'
            ? grantEvent(`grant.${why}`, engine, data)
            : grantEvent('grant.ended', engine, { ...data, why }),
        )
      }
      await record(tx, at, events)
      return over.size
    },
    app.db.background,
  )
}

/** Who may look back at a broken glass: who governs or audits, and neither broke it nor agreed to it. */
export function mayReview(person: SignedIn, grant: GrantRow, agent: Pick<Registration, 'team_id'>): boolean {
  const part = grant.requested_by === person.id || grant.approved_by.includes(person.id)
  return mayIn(person, 'grant.review', agent.team_id) && !part
}

/** Looks back at a broken glass, once it is over. @throws Refused request.not_found, request.forbidden, grant.over */
export async function review(
  app: Instance,
  person: SignedIn,
  id: GrantId,
  body: { verdict: 'justified' | 'not_justified'; note: string },
): Promise<GrantRow> {
  return transact(app.db, async tx => {
    const { grant, agent } = await visibleGrant(tx, person, id, true)
    if (grant.kind !== 'break_glass' || !mayReview(person, grant, agent)) throw new Refused('request.forbidden')
    const at = await clock(tx)
    const over = grant.status === 'revoked' || grant.closed_at !== null || (grant.expires_at ?? at) <= at
    if (grant.status === 'proposed' || !over) throw new Refused('grant.open')
    if (!(await writeReview(tx, id, person.id, body.verdict, body.note, at))) throw new Refused('grant.over')
    tx.hint('grant', [grant.id])
    await record(tx, at, [
      grantEvent(
        'grant.reviewed',
        { kind: 'person', id: person.id },
        {
          grant_id: grant.id,
          agent_id: grant.agent_id,
          verdict: body.verdict,
        },
      ),
    ])
    const after = await findGrant(tx, id)
    if (!after) throw new Refused('request.not_found')
    return after
  })
}
