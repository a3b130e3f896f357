import { mayIn, type SignedIn } from '@/lib/access/permission'
import { isId } from '@/lib/kernel/id'
import { Refused } from '@/lib/kernel/problem'
import type { Reader } from '@/server/db/tx'
import { findAgent, type Registration } from './agent-store'

/** Who sees an agent: organisation and team roles, and those who answer for it. */
export function seesAgent(person: SignedIn, agent: Pick<Registration, 'team_id' | 'owner' | 'backup'>): boolean {
  return mayIn(person, 'registry.read', agent.team_id) || agent.owner === person.id || agent.backup === person.id
}

/** Finds an agent that this person may see. @throws Refused `request.not_found`, the same for hidden and missing (I13). */
export async function visibleAgent(db: Reader, person: SignedIn, id: string, lock = false): Promise<Registration> {
  const agent = isId('agt', id) ? await findAgent(db, id, lock) : null
  if (!agent || !seesAgent(person, agent)) throw new Refused('request.not_found')
  return agent
}

/** Finds an agent that this person may change. @throws Refused 404 when hidden, 403 when visible only, 409 when retired. */
export async function writableAgent(db: Reader, person: SignedIn, id: string, lock = false): Promise<Registration> {
  const agent = await visibleAgent(db, person, id, lock)
  if (!mayIn(person, 'registry.write', agent.team_id)) throw new Refused('request.forbidden')
  if (agent.status === 'retired') throw new Refused('agent.retired')
  return agent
}
