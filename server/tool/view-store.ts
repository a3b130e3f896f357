import type { ToolId } from '@/lib/kernel/id'
import type { Reader } from '@/server/db/tx'

/** A row of the catalogue as lists show it; counts stop at 1,000. */
export interface ToolLine {
  readonly id: ToolId
  readonly waiting_calls: number
  readonly agents: readonly { readonly id: string; readonly name: string }[]
  readonly classified_by_name: string | null
  readonly first_seen_agent_name: string | null
  readonly open_hold_id: string | null
}

/** The ids of a page of the catalogue, by name; those that wait for a person come first where asked. */
export function listToolIds(
  db: Reader,
  filter: {
    like: string | null
    status: string | null
    source: string | null
    after: string | null
    id: string | null
  },
  limit: number,
): Promise<{ id: ToolId; name: string }[]> {
  return db.query(
    `select id, name from tool
     where ($1::text is null or name ilike $1 escape '\\' or description ilike $1 escape '\\' or source ilike $1 escape '\\')
       and ($2::text is null or case when drift_digest is null then status else 'unclassified' end = $2) and ($3::text is null or name > $3 collate "C") and ($4::text is null or id = $4)
       and ($5::text is null or source = $5)
     order by name limit $6`,
    [filter.like, filter.status, filter.after, filter.id, filter.source, limit],
  )
}

/** What lists tell beside the row itself: calls that wait under its item, and agents that used it lately (up to five). */
export function readToolLines(db: Reader, ids: readonly ToolId[]): Promise<ToolLine[]> {
  return db.query<ToolLine>(
    `select t.id, p.name as classified_by_name, f.name as first_seen_agent_name,
            case when h.status = 'pending' then h.id end as open_hold_id,
            case when t.classify_hold_id is null then 0 else
              (select count(*) from (select 1 from action x where x.hold_id = t.classify_hold_id and x.status in ('held', 'deferred') limit 1000) n)
            end::integer as waiting_calls,
            coalesce((select json_agg(json_build_object('id', a.id, 'name', a.name)) from (
              select distinct on (a.id) a.id, a.name from (
                select x.agent_id from action x where x.tool = t.name order by x.id desc limit 20) u
              join agent a on a.id = u.agent_id order by a.id limit 5) a), '[]') as agents
     from tool t left join person p on p.id = t.classified_by left join agent f on f.id = t.first_seen_agent
       left join hold h on h.id = t.classify_hold_id
     where t.id = any($1)`,
    [ids],
  )
}

/** One call that waits for a tool to be classified. */
export interface WaitingCall {
  readonly id: string
  readonly agent: { readonly id: string; readonly name: string }
  readonly environment: string
  readonly session: string
  readonly created_at: Date
  readonly expires_at: Date | null
}

/** The calls that wait under a tool's item, oldest first. @param agents whose; null: everybody's */
export function listWaiting(
  db: Reader,
  tool: ToolId,
  agents: readonly string[] | null,
  limit: number,
): Promise<WaitingCall[]> {
  return db.query<WaitingCall>(
    `select x.id, json_build_object('id', a.id, 'name', a.name) as agent, x.environment, x.session, x.created_at, x.expires_at
     from tool t join action x on x.hold_id = t.classify_hold_id join agent a on a.id = x.agent_id
     where t.id = $1 and x.status in ('held', 'deferred') and ($2::text[] is null or x.agent_id = any($2)) order by x.id limit $3`,
    [tool, agents, limit],
  )
}

/** Scope lines of agents that could name a tool: matched by the rules, not by SQL. */
export function listReaching(
  db: Reader,
): Promise<{ agent_id: string; name: string; tool_pattern: string; operations: string[] }[]> {
  return db.query(
    `select s.agent_id, a.name, s.tool_pattern, s.operations from scope s join agent a on a.id = s.agent_id
     where s.revoked_at is null and (s.expires_at is null or s.expires_at > holdpoint.now()) and a.status <> 'retired'
     order by a.name limit 5000`,
  )
}
