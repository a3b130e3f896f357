import type { Accountability } from '@/lib/agent/accountability'
import { type Agent, accountable, type Credential, type Scope } from '@/lib/agent/agent'
import type { Application } from '@/lib/application/application'
import type { Containment } from '@/lib/containment/containment'
import type { Grant, GrantBasis, GrantLine } from '@/lib/grant/grant'
import { endedBecause, type Present } from '@/lib/grant/standing'
import type { AgentId } from '@/lib/kernel/id'
import type { Reader } from '@/server/db/tx'

/** What of the registry a grant is judged against. */
export interface Around {
  readonly agents: readonly Agent[]
  readonly applications: readonly Application[]
  readonly scopes: readonly Scope[]
  readonly credentials: readonly Credential[]
  readonly accountabilities: readonly Accountability[]
}

interface Row extends Omit<Grant, 'lines' | 'from'> {
  readonly lines: string
  readonly basis: string
  readonly created_at: Date
  readonly active_from: Date
}

type Live = Grant & { readonly basis: GrantBasis; readonly created_at: Date }

/** The versions of these tools, and every switch that is younger than the epoch, lifted ones too. */
export async function readMoved(
  db: Reader,
  tools: readonly string[],
  epoch: number,
): Promise<Pick<Present, 'tools' | 'switches'>> {
  const [versions, switches] = await Promise.all([
    db.query<{ name: string; version: number }>(
      'select name, version from tool where name = any($1)',
      [tools],
      'grant-tools',
    ),
    db.query<{
      target_type: Containment['target']['type']
      target_id: string
      level: Containment['level']
      epoch: number
    }>(
      `select target_type, target_id, level, epoch from containment where epoch > $1 and level <> 'watched' order by epoch limit 1000`,
      [epoch],
      'grant-switches',
    ),
  ])
  return {
    tools: new Map(versions.map(row => [row.name, row.version])),
    switches: switches.map(row => ({
      target: { type: row.target_type, id: row.target_id },
      level: row.level,
      epoch: row.epoch,
    })),
  }
}

/** The agent as grants see it now; null where it is not registered. */
export function presentOf(around: Around, agentId: string, moved: Pick<Present, 'tools' | 'switches'>): Present | null {
  const agent = around.agents.find(one => one.id === agentId)
  const application = agent && around.applications.find(one => one.id === agent.application_id)
  if (!agent || !application) return null
  const known = accountable(agent, application)
  const subject = agent.owner_id ? agent.id : application.id
  const since = around.accountabilities
    .filter(row => row.subject_id === subject && row.relation === 'owner')
    .map(row => row.since.getTime())
  return {
    retired: agent.status === 'retired',
    owner_id: known.owner,
    team_id: known.team,
    owner_since: since.length > 0 ? new Date(Math.max(...since)) : null,
    scope_ids: around.scopes.filter(one => one.agent_id === agentId).map(one => one.id),
    credential_ids: new Set(around.credentials.filter(one => one.agent_id === agentId).map(one => one.id)),
    ...moved,
  }
}

/** Active grants that nothing has ended, with why the others are over. */
export async function judgeGrants(
  db: Reader,
  around: () => Promise<Around>,
): Promise<readonly { grant: Live; ended: string | null }[]> {
  const rows = await db.query<Row>(
    `select id, kind, agent_id, session, task, lines, basis, approvals, approved_by, created_at, active_from, expires_at from standing_grant
     where status = 'active' and closed_at is null and expires_at > holdpoint.now() order by id limit 5000`,
    [],
    'load-grants',
  )
  if (rows.length === 0) return []
  const grants = rows.map(
    ({ active_from, ...row }): Live => ({
      ...row,
      from: active_from,
      lines: JSON.parse(row.lines) as GrantLine[],
      basis: JSON.parse(row.basis) as GrantBasis,
    }),
  )
  const known = await around()
  const tools = [...new Set(grants.flatMap(grant => grant.lines.map(line => line.tool)))]
  const moved = await readMoved(db, tools, Math.min(...grants.map(grant => grant.basis.epoch)))
  return grants.map(grant => ({ grant, ended: endedBecause(grant, presentOf(known, grant.agent_id, moved)) }))
}

/** What the gate may go by, by agent: loaded with the registry, which moves whenever one is made or ends by a change. */
export async function loadGrants(db: Reader, around: Around): Promise<ReadonlyMap<AgentId, readonly Grant[]>> {
  const judged = await judgeGrants(db, async () => around)
  const standing = judged.flatMap(({ grant: { basis: _, created_at: __, ...grant }, ended }) =>
    ended === null ? [grant] : [],
  )
  return Map.groupBy(standing, grant => grant.agent_id)
}
