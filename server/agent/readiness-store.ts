import type { ObservedAction } from '@/lib/agent/readiness'
import type { Reader } from '@/server/db/tx'

type Row = Omit<ObservedAction, 'status' | 'rules' | 'sentences'> & {
  readonly would_be: Pick<ObservedAction, 'status' | 'rules'> | null
  readonly why: readonly { readonly id: string; readonly sentence: string }[] | null
}

const most = 20_000

/** Agents of this id, or of this team. */
const reached = `(select $1::text as id where $1 is not null
                  union all select a.id from agent a join application p on p.id = a.application_id where p.team_id = $2)`

/** What these agents were let through while watched only since `from`, newest first, at most 20,000. */
export async function readObserved(
  db: Reader,
  agent: string | null,
  team: string | null,
  from: Date,
): Promise<{ readonly observed: ObservedAction[]; readonly capped: boolean }> {
  const rows = await db.query<Row>(
    `select x.id, x.tool, x.operation, x.environment, x.resource_type, x.tenant, x.created_at as at,
            x.decision::json -> 'would_be' as would_be, x.facts::json -> 'why' as why
     from action x where x.agent_id in ${reached} and x.created_at > $3 and x.decision like '%policy.observed%'
       and x.decision::json ->> 'code' = 'policy.observed' order by x.created_at desc limit ${most + 1}`,
    [agent, team, from],
  )
  return {
    capped: rows.length > most,
    observed: rows.slice(0, most).flatMap(({ would_be, why, ...row }) =>
      would_be
        ? {
            ...row,
            status: would_be.status,
            rules: would_be.rules,
            sentences: Object.fromEntries((why ?? []).map(one => [one.id, one.sentence])),
          }
        : [],
    ),
  }
}

/** How much these agents asked for since `from`, counted over the newest 20,000 of each. */
export async function countAsked(db: Reader, agent: string | null, team: string | null, from: Date): Promise<number> {
  const [row] = await db.query<{ n: number }>(
    `select coalesce(sum(n), 0)::integer as n from ${reached} q cross join lateral
       (select count(*) as n from (select x.created_at from action x where x.agent_id between q.id and q.id
         order by x.agent_id, x.id desc limit ${most}) newest where newest.created_at > $3) c`,
    [agent, team, from],
  )
  return row?.n ?? 0
}
