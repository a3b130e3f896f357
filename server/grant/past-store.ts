import type { Past } from '@/lib/grant/suggest'
import { formatId } from '@/lib/kernel/id'
import type { Environment, Operation } from '@/lib/kernel/scale'
import { readContent } from '@/server/db/content-store'
import type { Reader } from '@/server/db/tx'
import type { Vault } from '@/server/db/vault'

interface Row {
  readonly id: string
  readonly agent_id: string
  readonly tool: string
  readonly operation: Operation
  readonly environment: Environment
  readonly resource_type: string | null
  readonly amount: string | null
  readonly currency: string | null
  readonly session: string
  readonly status: string
  readonly code: string | null
  readonly created_at: Date
}

// What was let through while watching only counts as what it would have been.
const columns = `id, agent_id, tool, operation, environment, resource_type, amount::text as amount, currency, session,
  coalesce(case when decision like '%policy.observed%' then decision::json->'would_be'->>'status' end, status) as status,
  decision::json->>'code' as code, created_at`

interface Body {
  readonly resource?: { readonly id?: string; readonly attributes?: unknown }
  readonly params?: Readonly<Record<string, unknown>>
  readonly context?: { readonly task?: string }
}

/** Rows with their content; what was erased is left out. */
async function opened(db: Reader, vault: Vault, rows: readonly Row[]): Promise<Past[]> {
  const contents = await readContent(
    db,
    vault,
    rows.map(row => row.id),
  )
  return rows.flatMap(({ created_at, code, ...row }): Past[] => {
    const text = contents.get(row.id)?.parts.get('body')
    if (text === undefined) return []
    const body = JSON.parse(text) as Body
    return [
      {
        ...row,
        code: code ?? '',
        at: created_at,
        resource_id: body.resource?.id ?? null,
        attributes: body.resource?.attributes !== undefined,
        params: body.params ?? {},
        task: body.context?.task ?? null,
        approvals: 1,
      },
    ]
  })
}

const beginning = (from: Date) => formatId('act', from.getTime(), new Uint8Array(10))

/** The newest 300 actions of an agent with one of these tools since a moment. */
export async function pastOf(
  db: Reader,
  vault: Vault,
  agent: string,
  tools: readonly string[],
  from: Date,
): Promise<Past[]> {
  const rows = await db.query<Row>(
    `select ${columns} from action where agent_id = $1 and id > $2 and tool = any($3) order by id desc limit 300`,
    [agent, beginning(from), tools],
  )
  return opened(db, vault, rows)
}

/** One action, or null: there is none, or its content was erased. */
export async function oneOf(db: Reader, vault: Vault, id: string): Promise<Past | null> {
  const rows = await db.query<Row>(`select ${columns} from action where id = $1`, [id])
  return (await opened(db, vault, rows))[0] ?? null
}

/** The newest 1,000 approvals since a moment, of these agents or (null) of all. */
export async function approvedSince(
  db: Reader,
  vault: Vault,
  agents: readonly string[] | null,
  from: Date,
): Promise<Past[]> {
  const rows = await db.query<Row>(
    `select ${columns} from action where status = 'approved' and id > $1 and ($2::text[] is null or agent_id = any($2))
     order by id desc limit 1000`,
    [beginning(from), agents],
  )
  return opened(db, vault, rows)
}

/** How one rule's holds went. */
export interface RuleRow {
  readonly id: string
  readonly sentence: string | null
  readonly held: number
  readonly approved: number
  readonly rejected: number
  readonly expired: number
  readonly median_minutes: number | null
}

/** Rules among the newest 20,000 holds of the last 30 days, most often held first. */
export async function ruleRows(db: Reader): Promise<{ rows: RuleRow[]; looked_at: number }> {
  const rows = await db.query<RuleRow & { looked_at: number }>(
    `with lately as (select status, why, opened_at, decided_at from hold where opened_at > holdpoint.now() - interval '30 days'
                       and kind = 'action' order by opened_at desc, id desc limit 20000)
     select w->>'id' as id, max(w->>'sentence') as sentence, count(*)::integer as held,
            count(*) filter (where status = 'approved')::integer as approved,
            count(*) filter (where status = 'rejected')::integer as rejected,
            count(*) filter (where status = 'expired')::integer as expired,
            percentile_cont(0.5) within group (order by extract(epoch from decided_at - opened_at) / 60)
              filter (where status in ('approved', 'rejected')) as median_minutes,
            (select count(*) from lately)::integer as looked_at
     from lately, json_array_elements(why::json) w group by w->>'id' order by held desc, id limit 200`,
  )
  return { rows: rows.map(({ looked_at: _, ...row }) => row), looked_at: rows[0]?.looked_at ?? 0 }
}

/** Agents that a person may see: of these teams (null: all), or their own. At most 1,000. */
export async function agentsOf(db: Reader, teams: readonly string[] | null, person: string): Promise<string[] | null> {
  if (teams === null) return null
  const rows = await db.query<{ id: string }>(
    `select a.id from agent a join application p on p.id = a.application_id
     where p.team_id = any($1) or coalesce(a.owner_id, p.owner_id) = $2 or coalesce(a.backup_id, p.backup_id) = $2
     order by a.id limit 1000`,
    [teams, person],
  )
  return rows.map(row => row.id)
}
