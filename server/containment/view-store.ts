import type { Level, TargetType } from '@/lib/containment/containment'
import type { PersonId } from '@/lib/kernel/id'
import type { Reader } from '@/server/db/tx'

/** A switch as screens list it, with the names of what and who. */
export interface ContainmentView {
  readonly id: string
  readonly target_type: TargetType
  readonly target_id: string
  readonly target_name: string | null
  readonly level: Level
  readonly reason: string
  readonly by_id: PersonId
  readonly by_name: string | null
  readonly epoch: number
  readonly created_at: Date
  readonly lifted_at: Date | null
  readonly lifted_by: string | null
  readonly lifted_by_name: string | null
  readonly lift_reason: string | null
  readonly lift_hold_id: string | null
}

const nameOfTarget = `case c.target_type
  when 'organisation' then (select name from organisation where id = 'org')
  when 'team' then (select name from team where id = c.target_id)
  when 'owner' then (select name from person where id = c.target_id)
  when 'credential' then (select a.name from credential k join agent a on a.id = k.agent_id where k.id = c.target_id)
  when 'tool' then c.target_id
  when 'environment' then c.target_id
  else (select name from agent where id = split_part(c.target_id, '/', 1)) end`

/** Switches, newest first: all of them, or those in force. `before` is the epoch of the last one of the page before. */
export function listContainments(
  db: Reader,
  status: 'in_force' | 'lifted' | 'all',
  before: string | null,
  limit: number,
  id: string | null = null,
): Promise<ContainmentView[]> {
  return db.query<ContainmentView>(
    `select c.id, c.target_type, c.target_id, ${nameOfTarget} as target_name, c.level, c.reason, c.by_id, b.name as by_name, c.epoch,
            c.created_at, c.lifted_at, c.lifted_by, l.name as lifted_by_name, c.lift_reason,
            (select h.id from hold h where h.kind = 'change' and h.change_kind = 'containment.lift' and h.subject_id = c.id
               and h.status = 'pending') as lift_hold_id
     from containment c left join person b on b.id = c.by_id left join person l on l.id = c.lifted_by
     where ($1 = 'all' or ($1 = 'in_force') = (c.lifted_at is null)) and ($2::text is null or c.id < $2)
       and ($4::text is null or c.id = $4)
     order by c.id desc limit $3`,
    [status, before, limit, id],
  )
}

/** What a switch would stop, counted now. `names` are up to five of its agents. */
export interface Preview {
  readonly agents: number
  readonly sessions: number
  readonly open_holds: number
  readonly waiting_calls: number
  readonly actions_last_hour: number
  readonly names: readonly string[]
}

const ofAgent: Readonly<Record<TargetType, string>> = {
  organisation: '$1 = $1',
  team: 'p.team_id = $1',
  owner: 'coalesce(a.owner_id, p.owner_id) = $1',
  agent: 'a.id = $1',
  session: `a.id = split_part($1, '/', 1)`,
  instance: `a.id = split_part($1, '/', 1)`,
  tool: `a.id in (select z.agent_id from (select agent_id from action where tool = $1 order by id desc limit 2000) z)`,
  environment: 'a.environment = $1',
  credential: 'a.id = (select agent_id from credential where id = $1)',
}
const ofAction: Readonly<Record<TargetType, string>> = {
  organisation: 'true',
  team: 'true',
  owner: 'true',
  agent: 'true',
  session: `x.session = substr($1, strpos($1, '/') + 1)`,
  instance: `x.instance = substr($1, strpos($1, '/') + 1)`,
  tool: 'x.tool = $1',
  environment: 'x.environment = $1',
  credential: 'x.credential_id = $1',
}

/** The newest actions among which the last hour is counted: found at the end of an index, never by reading them all. */
function newest(type: TargetType): string {
  const of: Partial<Record<TargetType, string>> = {
    agent: 'agent_id = $1',
    session: `agent_id = split_part($1, '/', 1)`,
    instance: `agent_id = split_part($1, '/', 1)`,
    credential: 'agent_id = (select agent_id from credential where id = $1)',
    tool: 'tool = $1',
  }
  return `select * from action where ${of[type] ?? 'true'} order by id desc limit 2000`
}

/** Counts what a switch on this target would reach; of the last hour among the newest 2,000 actions. Environment is judged by the agent's and by the action's own. */
export async function preview(db: Reader, type: TargetType, id: string): Promise<Preview> {
  const agentsOf = type === 'environment' ? '$1 = $1' : ofAgent[type]
  const [row] = await db.query<Preview>(
    `with near as (select a.id, a.name, ${ofAgent[type]} as named from agent a join application p on p.id = a.application_id
                   where a.status <> 'retired' and ${agentsOf}),
          waiting as (select x.id, x.hold_id from action x where x.status in ('held', 'deferred')
                      and x.agent_id in (select id from near) and ${ofAction[type]}),
          lately as (select 1 from (${newest(type)}) x where x.created_at > holdpoint.now() - interval '1 hour'
                     and x.agent_id in (select id from near) and ${ofAction[type]})
     select (select count(*) from near where named)::integer as agents,
            (select count(*) from session s where s.agent_id in (select id from near where named)
               and s.last_at > holdpoint.now() - interval '1 hour'
               ${type === 'session' ? `and s.session = substr($1, strpos($1, '/') + 1)` : ''})::integer as sessions,
            (select count(*) from hold h where h.status = 'pending' and h.kind = 'action'
               and h.action_id in (select id from waiting))::integer as open_holds,
            (select count(*) from waiting)::integer as waiting_calls,
            (select count(*) from lately)::integer as actions_last_hour,
            coalesce((select json_agg(name) from (select name from near where named order by name limit 5) n), '[]') as names`,
    [id],
  )
  if (!row) throw new Error('the preview did not answer')
  return row
}
