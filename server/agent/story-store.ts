import type { Reader } from '@/server/db/tx'

/** What an agent's page tells of its last 30 days. Counted over its newest 10,000 actions; `capped` says when that was not all. */
export interface Story {
  readonly by_status: Readonly<Record<string, number>>
  readonly sessions_24h: number
  readonly open_holds: number
  readonly tools: number
  readonly oldest_key_at: Date | null
  readonly next_expiry_at: Date | null
  readonly capped: boolean
}

/** Counts an agent's story from its actions, sessions and keys. */
export async function readStory(db: Reader, agent: string): Promise<Story> {
  const [row] = await db.query<Story>(
    `with newest as (select x.status, x.tool, x.created_at from action x where x.agent_id = $1 order by x.id desc limit 10000),
          counted as (select status, tool from newest where created_at > holdpoint.now() - interval '30 days'),
          live as (select created_at, expires_at from credential where agent_id = $1 and revoked_at is null
                   and (expires_at is null or expires_at > holdpoint.now()))
     select coalesce((select json_object_agg(status, n) from (select status, count(*) as n from counted group by status) s), '{}') as by_status,
            (select count(*) from session where agent_id = $1 and last_at > holdpoint.now() - interval '24 hours')::integer as sessions_24h,
            (select count(*) from (select 1 from hold where agent_id = $1 and status = 'pending' limit 1000) n)::integer as open_holds,
            (select count(distinct tool) from counted)::integer as tools,
            (select min(created_at) from live) as oldest_key_at, (select min(expires_at) from live) as next_expiry_at,
            (select count(*) from newest) >= 10000 as capped`,
    [agent],
  )
  if (!row) throw new Error('the story did not answer')
  return row
}

/** One action as an agent's page lists it; its content is not read. */
export interface ActionLine {
  readonly id: string
  readonly tool: string
  readonly operation: string
  readonly status: string
  readonly environment: string
  readonly classification: string
  readonly resource_type: string | null
  readonly session: string
  readonly hold_id: string | null
  readonly decision: { readonly code: string; readonly reason: string; readonly verdict: string } | null
  readonly outcome: string | null
  readonly created_at: Date
  readonly decided_at: Date | null
}

/** An agent's actions, newest first. */
export async function listActions(
  db: Reader,
  agent: string,
  filter: { status?: string | undefined; session?: string | undefined; tool?: string | undefined },
  before: string | null,
  limit: number,
): Promise<ActionLine[]> {
  const rows = await db.query<Omit<ActionLine, 'decision'> & { decision: string | null }>(
    `select id, tool, operation, status, environment, classification, resource_type, session, hold_id, decision, outcome, created_at, decided_at
     from action where agent_id = $1 and ($2::text is null or status = $2) and ($3::text is null or session = $3)
       and ($4::text is null or tool = $4) and ($5::text is null or id < $5) order by id desc limit $6`,
    [agent, filter.status ?? null, filter.session ?? null, filter.tool ?? null, before, limit],
  )
  return rows.map(row => ({ ...row, decision: row.decision === null ? null : brief(JSON.parse(row.decision)) }))
}

function brief(decision: { code?: unknown; reason?: unknown; verdict?: unknown }): ActionLine['decision'] {
  return {
    code: String(decision.code ?? ''),
    reason: String(decision.reason ?? ''),
    verdict: String(decision.verdict ?? ''),
  }
}
