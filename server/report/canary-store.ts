import type { CanaryOutcome } from '@/lib/report/canary'
import type { Reader, Tx } from '@/server/db/tx'

export interface OutcomeCount {
  readonly outcome: CanaryOutcome
  readonly count: number
}

/** How the test requests ended since then that this person gave a verdict on. */
export function canariesOfPerson(db: Reader, person: string, since: Date): Promise<OutcomeCount[]> {
  return db.query<OutcomeCount>(
    `select case r.verdict when 'approve' then 'missed' else 'caught' end as outcome, count(*)::integer as count
     from (select hold_id, outcome from canary where injected_at >= $2 and ended_at is not null order by injected_at desc limit 1000) c
     join review r on r.hold_id = c.hold_id and r.person_id = $1 and r.verdict in ('approve', 'reject') group by 1`,
    [person, since],
  )
}

/** How the test requests of these teams (null: all) ended since then. */
export function canariesOfTeams(db: Reader, teams: readonly string[] | null, since: Date): Promise<OutcomeCount[]> {
  return db.query<OutcomeCount>(
    `select c.outcome, count(*)::integer as count
     from (select hold_id, outcome from canary where injected_at >= $2 and ended_at is not null order by injected_at desc limit 1000) c
     join hold h on h.id = c.hold_id where $1::text[] is null or h.team_id = any($1) group by 1`,
    [teams, since],
  )
}

/** The agents that tests are asked with: not anybody's figures. */
export async function canaryAgents(db: Reader): Promise<Set<string>> {
  const rows = await db.query<{ agent_id: string }>('select agent_id from canary_agent', [], 'canary-agents')
  return new Set(rows.map(row => row.agent_id))
}

export async function insertCanaryAgent(tx: Tx, agent: string, by: string, at: Date): Promise<void> {
  await tx.query('insert into canary_agent (agent_id, created_by, created_at) values ($1, $2, $3)', [agent, by, at])
}

export interface NewCanary {
  readonly id: string
  readonly agent_id: string
  readonly action_id: string
  readonly hold_id: string
  readonly template: string
  readonly injected_by: string
}

export async function insertCanary(tx: Tx, one: NewCanary, at: Date): Promise<void> {
  await tx.query(
    `insert into canary (id, agent_id, action_id, hold_id, template, injected_by, injected_at) values ($1, $2, $3, $4, $5, $6, $7)`,
    [one.id, one.agent_id, one.action_id, one.hold_id, one.template, one.injected_by, at],
  )
}

export interface EndedCanary extends NewCanary {
  readonly injected_at: Date
  readonly status: string
}

/** Tests whose hold has ended, locked for this transaction. */
export function lockEndedCanaries(tx: Tx, limit: number): Promise<EndedCanary[]> {
  return tx.query<EndedCanary>(
    `select c.id, c.agent_id, c.action_id, c.hold_id, c.template, c.injected_by, c.injected_at, h.status
     from canary c join hold h on h.id = c.hold_id where c.ended_at is null and h.status <> 'pending'
     order by c.injected_at limit $1 for update of c skip locked`,
    [limit],
    'lock-ended-canaries',
  )
}

export async function endCanary(tx: Tx, id: string, outcome: CanaryOutcome, at: Date): Promise<void> {
  await tx.query('update canary set outcome = $2, ended_at = $3 where id = $1 and ended_at is null', [id, outcome, at])
}

/** What test this hold was and how the hold ended; null: none. */
export async function canaryOfHold(db: Reader, hold: string): Promise<{ template: string; status: string } | null> {
  const [row] = await db.query<{ template: string; status: string }>(
    'select c.template, h.status from canary c join hold h on h.id = c.hold_id where c.hold_id = $1',
    [hold],
  )
  return row ?? null
}

export interface CanaryLine extends EndedCanary {
  readonly agent_name: string
  readonly tool: string
  readonly injected_by_name: string | null
}

/** Tests, newest first. `before` is [time, id]. */
export function listCanaries(db: Reader, before: readonly string[] | null, limit: number): Promise<CanaryLine[]> {
  return db.query<CanaryLine>(
    `select c.id, c.agent_id, c.action_id, c.hold_id, c.template, c.injected_by, c.injected_at, h.status, a.name as agent_name,
            coalesce(h.tool, '') as tool, p.name as injected_by_name
     from canary c join hold h on h.id = c.hold_id join agent a on a.id = c.agent_id left join person p on p.id = c.injected_by
     where $1::timestamptz is null or (c.injected_at, c.id) < ($1, $2) order by c.injected_at desc, c.id desc limit $3`,
    [before?.[0] ?? null, before?.[1] ?? null, limit],
  )
}
