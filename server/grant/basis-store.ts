import type { GrantBasis, GrantLine } from '@/lib/grant/grant'
import type { Present } from '@/lib/grant/standing'
import { loadAccountabilities } from '@/server/agent/accountability-store'
import { loadAgents, loadCredentials, loadScopes } from '@/server/agent/store'
import { loadApplications } from '@/server/application/registry-store'
import type { Reader } from '@/server/db/tx'
import { type Around, presentOf, readMoved } from './registry-store'

/** What grants are judged against, read now. */
export async function readAround(db: Reader): Promise<Around> {
  return {
    agents: await loadAgents(db),
    applications: await loadApplications(db),
    scopes: await loadScopes(db),
    credentials: await loadCredentials(db),
    accountabilities: await loadAccountabilities(db),
  }
}

/** The agent of these lines as it is now, and every switch younger than `epoch`. */
export async function readPresent(
  db: Reader,
  agent: string,
  lines: readonly Pick<GrantLine, 'tool'>[],
  epoch: number,
): Promise<Present | null> {
  const moved = await readMoved(db, [...new Set(lines.map(line => line.tool))], epoch)
  return presentOf(await readAround(db), agent, moved)
}

/** What a new grant is based on. */
export async function basisOf(
  db: Reader,
  agent: string,
  lines: readonly Pick<GrantLine, 'tool'>[],
): Promise<GrantBasis | null> {
  const [top] = await db.query<{ epoch: number }>('select coalesce(max(epoch), 0) as epoch from containment')
  const epoch = Number(top?.epoch ?? 0)
  const now = await readPresent(db, agent, lines, epoch)
  if (!now || now.retired) return null
  return {
    owner_id: now.owner_id,
    scope_ids: [...now.scope_ids].sort() as GrantBasis['scope_ids'],
    tools: Object.fromEntries(now.tools),
    epoch,
  }
}
