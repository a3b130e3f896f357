import type { Containment, Target } from '@/lib/containment/containment'
import type { ContainmentId, PersonId, TeamId } from '@/lib/kernel/id'
import type { Reader, Tx } from '@/server/db/tx'
import type { Order } from './contain'
import { type ContainmentRow, containmentColumns, readContainment } from './store'

/** What is in force on exactly this target (not what reaches it from above). */
export async function inForceOn(db: Reader, target: Target): Promise<Containment[]> {
  const rows = await db.query<ContainmentRow>(
    `select ${containmentColumns} from containment where target_type = $1 and target_id = $2 and lifted_at is null`,
    [target.type, target.id],
  )
  return rows.map(readContainment)
}

/** Writes a new switch with the next epoch. */
export async function insertContainment(tx: Tx, id: ContainmentId, order: Order, at: Date): Promise<Containment> {
  const [row] = await tx.query<ContainmentRow>(
    `insert into containment (id, target_type, target_id, level, reason, by_id, created_at) values ($1, $2, $3, $4, $5, $6, $7)
     returning ${containmentColumns}`,
    [id, order.target.type, order.target.id, order.level, order.reason, order.by, at],
  )
  if (!row) throw new Error('the switch was not written')
  return readContainment(row)
}

/** Gives a switch that is in force a younger epoch. */
export async function renewContainment(tx: Tx, id: ContainmentId): Promise<number> {
  const [row] = await tx.query<{ epoch: number }>(
    `update containment set epoch = nextval('containment_epoch') where id = $1 and lifted_at is null returning epoch`,
    [id],
  )
  if (!row) throw new Error('the switch is not in force')
  return row.epoch
}

/** Lifts a switch that is still in force under this epoch. False when someone else lifted it, or threw it again. */
export async function liftRow(
  tx: Tx,
  id: ContainmentId,
  epoch: number,
  by: PersonId,
  reason: string,
  at: Date,
): Promise<boolean> {
  const rows = await tx.query(
    `update containment set lifted_at = greatest($4, created_at), lifted_by = $3, lift_reason = $5
     where id = $1 and epoch = $2 and lifted_at is null returning id`,
    [id, epoch, by, at, reason],
  )
  return rows.length === 1
}

export async function findContainment(db: Reader, id: string): Promise<Containment | null> {
  const [row] = await db.query<ContainmentRow>(`select ${containmentColumns} from containment where id = $1`, [id])
  return row ? readContainment(row) : null
}

/** Where a target belongs: its team (null: the whole organisation) and who answers for it. Null when there is no such thing. */
export interface Home {
  readonly team_id: TeamId | null
  readonly agent_id: string | null
  readonly owner: PersonId | null
  readonly backup: PersonId | null
  readonly creator: PersonId | null
}

const whole: Home = { team_id: null, agent_id: null, owner: null, backup: null, creator: null }

/** Finds where a target belongs. Tools and environments belong to the organisation whether or not they are known yet. */
export async function homeOf(db: Reader, target: Target): Promise<Home | null> {
  switch (target.type) {
    case 'organisation':
    case 'tool':
    case 'environment':
      return whole
    case 'team': {
      const [row] = await db.query<{ id: TeamId }>('select id from team where id = $1', [target.id])
      return row ? { ...whole, team_id: row.id } : null
    }
    case 'owner': {
      const [row] = await db.query<{ id: PersonId }>('select id from person where id = $1', [target.id])
      return row ? { ...whole, owner: row.id } : null
    }
    case 'credential': {
      const [row] = await db.query<{ agent_id: string }>('select agent_id from credential where id = $1', [target.id])
      return row ? agentHome(db, row.agent_id) : null
    }
    case 'agent':
    case 'session':
    case 'instance':
      return agentHome(db, target.id.split('/')[0] ?? '')
  }
}

async function agentHome(db: Reader, id: string): Promise<Home | null> {
  const [row] = await db.query<Home>(
    `select p.team_id, a.id as agent_id, coalesce(a.owner_id, p.owner_id) as owner, a.created_by as creator,
            case when a.owner_id is null then coalesce(a.backup_id, p.backup_id) else a.backup_id end as backup
     from agent a join application p on p.id = a.application_id where a.id = $1`,
    [id],
  )
  return row ?? null
}

/** Is this the only active person who may decide or lift anything (and is this no demo)? Then they lift their own, marked self. */
export async function standsAloneIn(db: Reader, person: PersonId): Promise<boolean> {
  const [row] = await db.query<{ alone: boolean }>(
    `select (select not demo from organisation where id = 'org') and not exists (
       select from person p join role_assignment r on r.person_id = p.id
       where p.status = 'active' and p.id <> $1 and r.role in ('approver', 'governor', 'administrator')) as alone`,
    [person],
  )
  return row?.alone ?? false
}
