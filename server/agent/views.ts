import { mayIn, type SignedIn, teamsFor } from '@/lib/access/permission'
import { type Containment, inForce } from '@/lib/containment/containment'
import { etagOf } from '@/lib/kernel/etag'
import type { TeamId } from '@/lib/kernel/id'
import { Refused } from '@/lib/kernel/problem'
import { clock } from '@/server/db/guard'
import { type Page, pageOf, readCursor, withCursor } from '@/server/db/page'
import type { Reader } from '@/server/db/tx'
import { listCredentials } from './credential-store'
import { listWindows } from './enforcement-store'
import { shownWindow } from './enforcement-views'
import { keyPrefix } from './key'
import { listScopes } from './scope-store'
import { readLimits } from './store'
import { readStory } from './story-store'
import { type AgentFilter, type AgentOrder, type AgentView, listAgents, switchesInForce } from './view-store'

const named = (id: string, name: string | null) => ({ id, name })

/** The strictest switch that reaches the agent as a whole. Containment stands after agents; lists show both. */
function reaching(all: readonly Containment[], row: AgentView) {
  const found = inForce(all, {
    agent_id: row.id,
    team_id: row.team_id,
    owner_id: row.owner,
    environment: row.environment,
    credential_id: '',
    tool: '',
    session: '',
    instance: null,
  })
  return found ? { id: found.id, level: found.level, since: found.from, reason: found.reason } : null
}

/** What stands later than agents, and is shown with each: switches, and windows of watching only. */
interface Around {
  readonly containments: readonly Containment[]
  readonly windows: Awaited<ReturnType<typeof listWindows>>
  readonly now: Date
}

async function around(db: Reader, person: SignedIn): Promise<Around> {
  return {
    containments: await switchesInForce(db),
    windows: await listWindows(db, { teams: null, person: person.id }, { open: true }, null, 1_000),
    now: await clock(db),
  }
}

/** May this person stop it: who contains in its team, decides its approvals, or answers for it. */
function mayContain(person: SignedIn, row: AgentView): boolean {
  const team: TeamId = `tea_${row.team_id.slice(4)}`
  const answers = row.owner === person.id || row.backup === person.id
  return mayIn(person, 'containment.contain', team) || mayIn(person, 'hold.review', team) || answers
}

function item(row: AgentView, person: SignedIn, { containments, windows, now }: Around) {
  return {
    id: row.id,
    name: row.name,
    kind: row.kind,
    purpose: row.purpose,
    status: row.status,
    environment: row.environment,
    tier: row.tier,
    application: named(row.application_id, row.application_name),
    team: named(row.team_id, row.team_name),
    owner: {
      ...named(row.owner, row.owner_name),
      email: row.owner_email,
      active: row.owner_active,
      inherited: !row.own_owner,
    },
    backup:
      row.backup === null
        ? null
        : {
            ...named(row.backup, row.backup_name),
            email: row.backup_email,
            active: row.backup_active === true,
            inherited: !row.own_backup,
          },
    containment: reaching(containments, row),
    observed: shownWindow(windows, row, now),
    last_seen_at: row.last_seen_at,
    last_action_at: row.last_action_at,
    open_holds: row.open_holds,
    actions_24h: row.actions_24h,
    created_at: row.created_at,
    retired_at: row.retired_at,
    may_contain: mayContain(person, row),
    etag: etagOf(row.version),
  }
}
export type AgentItem = ReturnType<typeof item>

function reachOf(person: SignedIn): Pick<AgentFilter, 'person_id' | 'teams'> {
  const teams = teamsFor(person, 'registry.read')
  return { person_id: person.id, teams: teams === 'all' ? null : teams }
}

export interface AgentQuery extends Omit<AgentFilter, 'person_id' | 'teams' | 'id'> {
  readonly sort: AgentOrder
  readonly limit: number
  readonly cursor?: string | undefined
}

/** The agents that this person may see, filtered, sorted and paged on the server. */
export async function pageAgents(db: Reader, person: SignedIn, query: AgentQuery): Promise<Page<AgentItem>> {
  const after = readCursor(query.cursor, 2)
  const { sort, limit, cursor: _cursor, ...filter } = query
  const key: readonly [string, string] | null = after ? [after[0] ?? '', after[1] ?? ''] : null
  const rows = await withCursor(query.cursor, () =>
    listAgents(db, { ...filter, ...reachOf(person) }, sort, key, limit + 1),
  )
  const page = pageOf(rows, limit, row => [row.sort_key, row.id])
  if (page.items.length === 0) return { items: [], next_cursor: null }
  const now = await around(db, person)
  return { items: page.items.map(row => item(row, person, now)), next_cursor: page.next_cursor }
}

/** The keys of an agent as its page lists them. `state` is judged at the database's time. */
export async function showCredentials(db: Reader, agent: string & `agt_${string}`) {
  const rows = await listCredentials(db, agent)
  const [clock] = await db.query<{ at: Date }>('select holdpoint.now() as at')
  const now = clock?.at ?? new Date(0)
  return rows.map(row => ({
    id: row.id,
    prefix: keyPrefix(row.id),
    name: row.name,
    state: row.revoked_at ? 'revoked' : row.expires_at && row.expires_at <= now ? 'expired' : 'active',
    created_at: row.created_at,
    created_by: named(row.created_by, row.created_by_name),
    age_days: Math.floor((now.getTime() - row.created_at.getTime()) / 86_400_000),
    expires_at: row.expires_at,
    revoked_at: row.revoked_at,
    exposed_at: row.exposed_at,
    last_used_at: row.last_used_at,
    etag: `${row.revoked_at ? 'r' : 'a'}${row.expires_at?.getTime() ?? ''}${row.exposed_at ? 'x' : ''}`,
  }))
}

/** Everything that an agent's page tells. @throws Refused `request.not_found`, the same for hidden and missing. */
export async function readAgent(db: Reader, person: SignedIn, id: string) {
  const [row] = await listAgents(db, { ...reachOf(person), id }, 'name', null, 1)
  if (!row) throw new Refused('request.not_found')
  const agent: `agt_${string}` = `agt_${row.id.slice(4)}`
  const team: TeamId = `tea_${row.team_id.slice(4)}`
  const answers = row.owner === person.id || row.backup === person.id
  return {
    ...item(row, person, await around(db, person)),
    limits: readLimits(row.limits),
    created_by: named(row.created_by, row.created_by_name),
    scopes: await listScopes(db, agent),
    credentials: await showCredentials(db, agent),
    story: await readStory(db, agent),
    may_edit: mayIn(person, 'registry.write', team) && row.status !== 'retired',
    may_keep_webhooks: (mayIn(person, 'registry.write', team) || answers) && row.status !== 'retired',
  }
}
