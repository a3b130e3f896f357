import type { ActionStatus } from '@/lib/action/contract'
import type { Decision } from '@/lib/action/decision'
import type { Environment, Operation } from '@/lib/kernel/scale'
import type { Reader, Tx } from '@/server/db/tx'

/** What a permit was used for. */
export interface PermitUse {
  readonly permit_id: string
  readonly action_id: string
  readonly agent_id: string
  readonly tool: string
  readonly consumer_id: string
  readonly credential_id: string
  readonly key: string | null
  readonly receipt: string
  readonly at: Date
}

/** The action that a permit is for, as its row has it now. */
export interface PermittedRow {
  readonly id: string
  readonly agent_id: string
  readonly credential_id: string
  readonly digest: string | null
  readonly tool: string
  readonly operation: Operation
  readonly environment: Environment
  readonly session: string
  readonly instance: string | null
  readonly status: ActionStatus
  readonly decision: Decision | null
  readonly decided_at: Date | null
  readonly execute_by: Date | null
  readonly outcome: string | null
  readonly hold_id: string | null
}

/** Everything that is asked of the database about one permit, in one statement after the guard. */
export interface UseFacts {
  readonly at: Date
  readonly registry: number
  readonly instance_epoch: number
  readonly action: PermittedRow | null
  readonly use: PermitUse | null
  /** What this consumer used this Idempotency-Key for before. */
  readonly keyed: string | null
  /** Does another run of the same digest by the same agent await a person who says how it ended? */
  readonly unknown: boolean
  /** What the log says of the action: bodies of the events that received and decided it. */
  readonly events: readonly string[]
  /** How many people have approved its hold, and what that hold requires; null where it had no hold of its own. */
  readonly approvals: number
  readonly requirement: string | null
}

const useColumns = 'permit_id, action_id, agent_id, tool, consumer_id, credential_id, key, receipt, at'

const factsSql = `
  select holdpoint.now() as at, (select version from registry where id = 1) as registry,
    (select instance_epoch from organisation where id = 'org') as instance_epoch,
    a.id, a.agent_id, a.credential_id, a.digest, a.tool, a.operation, a.environment, a.session, a.instance, a.status, a.decision,
    a.decided_at, a.execute_by, a.outcome, a.hold_id,
    u.permit_id as use_permit_id, u.consumer_id as use_consumer_id, u.credential_id as use_credential_id, u.key as use_key,
    u.receipt as use_receipt, u.at as use_at,
    (select k.permit_id from permit_use k where k.consumer_id = $2 and k.key = $3) as keyed,
    exists (select from action o where o.agent_id = a.agent_id and o.digest = a.digest and o.outcome = 'unknown'
      and o.reconciled_at is null) as unknown,
    (select coalesce(json_agg(e.body), '[]') from event e where e.subjects @> array[$1]
      and e.type in ('action.decided', 'hold.opened', 'action.parked', 'hold.approved', 'permit.consumed')) as events,
    (select count(distinct r.person_id) from review r where r.hold_id = a.hold_id and r.verdict = 'approve'
      and r.voided_at is null)::integer as approvals,
    (select h.requirement from hold h where h.id = a.hold_id and h.kind = 'action') as requirement
  from (select 1) one left join action a on a.id = $1 left join permit_use u on u.action_id = a.id`

type ActionColumns = { readonly [K in Exclude<keyof PermittedRow, 'decision' | 'id'>]: PermittedRow[K] } & {
  readonly id: string | null
  readonly decision: string | null
}

interface Row extends ActionColumns {
  readonly at: Date
  readonly registry: number
  readonly instance_epoch: number
  readonly use_permit_id: string | null
  readonly use_consumer_id: string
  readonly use_credential_id: string
  readonly use_key: string | null
  readonly use_receipt: string
  readonly use_at: Date
  readonly keyed: string | null
  readonly unknown: boolean
  readonly events: readonly string[]
  readonly approvals: number
  readonly requirement: string | null
}

/** Reads all that is to be known of the permit of this action. `key` is null where the consumer sent none. */
export async function readUseFacts(
  db: Reader,
  actionId: string,
  consumer: string,
  key: string | null,
): Promise<UseFacts> {
  const [row] = await db.query<Row>(factsSql, [actionId, consumer, key], 'permit-facts')
  if (!row) throw new Error('the facts of a permit did not come')
  const { at, registry, instance_epoch, keyed, unknown, events, approvals, requirement, ...columns } = row
  return {
    at,
    registry,
    instance_epoch,
    keyed,
    unknown,
    events,
    approvals,
    requirement,
    action:
      columns.id === null
        ? null
        : {
            ...columns,
            id: columns.id,
            decision: columns.decision === null ? null : (JSON.parse(columns.decision) as Decision),
          },
    use:
      columns.use_permit_id === null
        ? null
        : {
            permit_id: columns.use_permit_id,
            action_id: actionId,
            agent_id: columns.agent_id,
            tool: columns.tool,
            consumer_id: columns.use_consumer_id,
            credential_id: columns.use_credential_id,
            key: columns.use_key,
            receipt: columns.use_receipt,
            at: columns.use_at,
          },
  }
}

/** Uses a permit. Fails the transaction where it was used before, or the key for another: see `wasTaken`. */
export async function insertUse(tx: Tx, use: PermitUse): Promise<void> {
  await tx.query(
    `insert into permit_use (${useColumns}) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [
      use.permit_id,
      use.action_id,
      use.agent_id,
      use.tool,
      use.consumer_id,
      use.credential_id,
      use.key,
      use.receipt,
      use.at,
    ],
    'insert-permit-use',
  )
}

/** Did a transaction fail since somebody else has made the same use (unique_violation)? Nothing of it was written. */
export const wasTaken = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === '23505'

/** What was allowed of an agent's tool lately, and how much of it was executed against its permit. */
export interface CoverageRow {
  readonly agent_id: string
  readonly tool: string
  readonly allowed: number
  readonly verified: number
  /** Of these, those by gateways. */
  readonly brokered: number
  readonly last_allowed_at: Date
  readonly last_verified_at: Date | null
}

/** So many of an agent's newest actions are looked at: past that only the share matters. */
const newest = 2_000

/**
 * Agent × tool of these agents, by what was allowed since `since` (an action id that sorts before them all). What an agent used
 * by itself holds it to nothing, and does not count.
 */
export function readCoverage(
  db: Reader,
  since: string,
  agents: readonly string[],
  gateways: readonly string[],
): Promise<CoverageRow[]> {
  return db.query<CoverageRow>(
    `select v.id as agent_id, c.tool, c.allowed, c.verified, c.brokered, c.last_allowed_at, c.last_verified_at
     from unnest($2::text[]) as v(id) cross join lateral (
       select x.tool, count(*)::integer as allowed, count(u.permit_id)::integer as verified,
         (count(*) filter (where u.consumer_id = any($3)))::integer as brokered,
         max(x.decided_at) as last_allowed_at, max(u.at) as last_verified_at
       from (select a.id, a.tool, a.decided_at, a.status from action a where a.agent_id between v.id and v.id and a.id > $1
               order by a.agent_id, a.id desc limit ${newest}) x
         left join permit_use u on u.action_id = x.id and u.consumer_id <> v.id
       where x.status in ('allowed', 'approved') group by x.tool) c
     order by v.id collate "C", c.tool collate "C"`,
    [since, agents, gateways],
    'permit-coverage',
  )
}
