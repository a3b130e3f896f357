import type { Agent } from '@/lib/agent/agent'
import type { Containment } from '@/lib/containment/containment'
import type { Environment } from '@/lib/kernel/scale'
import type { Reader } from '@/server/db/tx'

/** One registration as lists show it. Counts stop (holds at 1,000, actions at 100): past that only "many" matters. */
export interface AgentView {
  readonly id: string
  readonly name: string
  readonly kind: Agent['kind']
  readonly purpose: string
  readonly status: Agent['status']
  readonly environment: Environment
  readonly tier: Agent['tier']
  readonly application_id: string
  readonly application_name: string
  readonly team_id: string
  readonly team_name: string
  readonly owner: string
  readonly owner_name: string
  readonly owner_email: string
  readonly owner_active: boolean
  readonly own_owner: boolean
  readonly backup: string | null
  readonly backup_name: string | null
  readonly backup_email: string | null
  readonly backup_active: boolean | null
  readonly own_backup: boolean
  readonly created_by: string
  readonly created_by_name: string | null
  readonly created_at: Date
  readonly retired_at: Date | null
  readonly last_seen_at: Date | null
  readonly last_action_at: Date | null
  readonly open_holds: number
  readonly actions_24h: number
  readonly version: number
  readonly limits: string
  /** What the page is sorted by, as text for the cursor. */
  readonly sort_key: string
}

/** What may be asked of the list of agents. Absent filters do not filter; `teams` null is every team. */
export interface AgentFilter {
  readonly person_id: string
  readonly teams: readonly string[] | null
  readonly q?: string | undefined
  readonly application?: string | undefined
  readonly team?: string | undefined
  readonly environment?: string | undefined
  readonly kind?: string | undefined
  readonly status?: string | undefined
  readonly tier?: string | undefined
  readonly owner?: string | undefined
  readonly id?: string | undefined
}

const owner = 'coalesce(a.owner_id, p.owner_id)'
const backup = 'case when a.owner_id is null then coalesce(a.backup_id, p.backup_id) else a.backup_id end'

/**
 * An agent's actions, newest first. Said as a range, so that only the index by agent is in this order: the planner must not
 * walk everybody's actions back to those of an agent that has been quiet for a while.
 */
const ofAgent = 'x.agent_id between v.id and v.id order by x.agent_id, x.id desc'

/** The orders that a list can be in: an expression, its type and whether it falls. Closed: nothing of a request gets into SQL. */
export const agentOrders = {
  name: ['lower(a.name)', 'text', 'asc'],
  '-name': ['lower(a.name)', 'text', 'desc'],
  created: ['a.created_at', 'timestamptz', 'asc'],
  '-created': ['a.created_at', 'timestamptz', 'desc'],
  '-last_seen': [`coalesce(a.last_seen_at, '-infinity')`, 'timestamptz', 'desc'],
} as const
export type AgentOrder = keyof typeof agentOrders

/** Agents that this person may see and that the filters let through, in this order, after the given (key, id). */
export function listAgents(
  db: Reader,
  filter: AgentFilter,
  order: AgentOrder,
  after: readonly [string, string] | null,
  limit: number,
): Promise<AgentView[]> {
  const [key, type, direction] = agentOrders[order]
  const beyond = direction === 'asc' ? '>' : '<'
  return db.query<AgentView>(
    `with page as (
       select a.*, p.name as application_name, p.team_id, ${owner} as owner, ${backup} as backup, ${key} as k
       from agent a join application p on p.id = a.application_id
       where ($1::text[] is null or p.team_id = any($1) or ${owner} = $2 or ${backup} = $2)
         and ($3::text is null or a.name ilike $3 escape '\\' or a.purpose ilike $3 escape '\\' or p.name ilike $3 escape '\\' or a.id = $14)
         and ($4::text is null or a.application_id = $4) and ($5::text is null or p.team_id = $5)
         and ($6::text is null or a.environment = $6) and ($7::text is null or a.kind = $7)
         and ($8::text is null or a.status = $8) and ($9::text is null or a.tier = $9)
         and ($10::text is null or ${owner} = $10) and ($11::text is null or a.id = $11)
         and ($12::${type} is null or (${key}, a.id) ${beyond} ($12::${type}, $13))
       order by k ${direction}, a.id ${direction} limit $15)
     select v.id, v.name, v.kind, v.purpose, v.status, v.environment, v.tier, v.application_id, v.application_name, v.team_id,
            t.name as team_name, v.owner, o.name as owner_name, o.email as owner_email,
            o.status = 'active' as owner_active, v.owner_id is not null as own_owner,
            v.backup, b.name as backup_name, b.email as backup_email, b.status = 'active' as backup_active,
            v.backup_id is not null as own_backup,
            v.created_by, c.name as created_by_name, v.created_at, v.retired_at, v.last_seen_at, v.version, v.limits, v.k::text as sort_key,
            (select x.created_at from action x where ${ofAgent} limit 1) as last_action_at,
            (select count(*) from (select 1 from hold h where h.agent_id = v.id and h.status = 'pending' limit 1000) n)::integer as open_holds,
            (select count(*) from (select x.created_at from action x where ${ofAgent} limit 100) n
             where n.created_at > holdpoint.now() - interval '24 hours')::integer as actions_24h
     from page v join team t on t.id = v.team_id join person o on o.id = v.owner left join person b on b.id = v.backup
       left join person c on c.id = v.created_by
     order by v.k ${direction}, v.id ${direction}`,
    [
      filter.teams,
      filter.person_id,
      filter.q === undefined ? null : like(filter.q),
      filter.application ?? null,
      filter.team ?? null,
      filter.environment ?? null,
      filter.kind ?? null,
      filter.status ?? null,
      filter.tier ?? null,
      filter.owner ?? null,
      filter.id ?? null,
      after?.[0] ?? null,
      after?.[1] ?? '',
      filter.q ?? null,
      limit,
    ],
  )
}

/** The switches in force, as the rules read them. A read model may look at what stands later; the verbs do not. */
export function switchesInForce(db: Reader): Promise<Containment[]> {
  return db.query<Containment>(
    `select id, json_build_object('type', target_type, 'id', target_id) as target, level, reason, by_id, epoch,
            created_at as "from", lifted_at from containment where lifted_at is null`,
    [],
    'agent-switches',
  )
}

/** A search as a pattern of `ilike`: what people typed is taken literally. */
export function like(text: string): string {
  return `%${text.replace(/[\\%_]/g, '\\$&')}%`
}
