import type { CanaryOutcome } from '@/lib/report/canary'
import type { Reader } from '@/server/db/tx'

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
