import type { Known } from '@/lib/on-call/match'
import type { Reader } from '@/server/db/tx'

/** Somebody whom a schedule names. */
export interface Named {
  readonly id: string
  readonly name: string
  readonly active: boolean
}

export function findPeople(db: Reader, ids: readonly string[]): Promise<Named[]> {
  return db.query<Named>(`select id, name, status = 'active' as active from person where id = any($1) order by name`, [
    ids,
  ])
}

/** Everybody whom a calendar may mean: active people. */
export function knownPeople(db: Reader): Promise<Known[]> {
  return db.query<Known>(`select id, name, email from person where status = 'active' order by id limit 50000`, [])
}

/** Is this person here, and of those who may decide somewhere? */
export async function isApprover(db: Reader, id: string): Promise<boolean> {
  const rows = await db.query(
    `select 1 from person p where p.id = $1 and p.status = 'active'
       and exists (select from role_assignment r where r.person_id = p.id and r.role in ('approver', 'governor'))`,
    [id],
  )
  return rows.length > 0
}

/** Somebody who may stand in, and where they decide. */
export interface StandIn extends Pick<Named, 'id' | 'name'> {
  readonly teams: readonly string[]
  readonly everywhere: boolean
}

/** Who may stand in for this person: those who decide somewhere already, who decide where that person does first. */
export function mayStandIn(db: Reader, person: string): Promise<StandIn[]> {
  return db.query<StandIn>(
    `with decides as (select person_id, team_id from role_assignment where role in ('approver', 'governor')),
       mine as (select team_id from decides where person_id = $1)
     select p.id, p.name, coalesce(array_agg(distinct t.name) filter (where t.name is not null), '{}') as teams,
       bool_or(d.team_id is null) as everywhere
     from person p join decides d on d.person_id = p.id left join team t on t.id = d.team_id
     where p.status = 'active' and p.id <> $1
     group by p.id, p.name
     order by bool_or(exists (select from mine m where m.team_id is not distinct from d.team_id)) desc, lower(p.name), p.id
     limit 200`,
    [person],
  )
}
