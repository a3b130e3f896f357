import { type Column, recordset } from '@/server/db/recordset'
import type { Tx } from '@/server/db/tx'

/** One row of `hold` for an action, as the batch writes it. */
export interface NewHold {
  readonly id: string
  readonly action_id: string
  readonly agent_id: string
  readonly team_id: string
  readonly tool: string
  readonly operation: string
  readonly requirement: string
  readonly shown_digest: string
  readonly risk: number
  readonly why: string
  readonly epoch: number
  readonly opened_at: Date
  readonly expires_at: Date
}

const columns = [
  ['id', 'text'],
  ['action_id', 'text'],
  ['agent_id', 'text'],
  ['team_id', 'text'],
  ['tool', 'text'],
  ['operation', 'text'],
  ['requirement', 'text'],
  ['shown_digest', 'text'],
  ['risk', 'integer'],
  ['why', 'text'],
  ['epoch', 'bigint'],
  ['opened_at', 'timestamptz'],
  ['expires_at', 'timestamptz'],
] as const satisfies readonly Column<NewHold>[]
const names = columns.map(([name]) => name).join(', ')
const given = recordset<NewHold>(columns, 1)

const insertSql = `
  insert into hold (kind, next_level_at, due_at, ${names})
  select 'action', opened_at, expires_at, ${names}
  from ${given.from}
  where exists (select from action a where a.id = g.action_id)`

/** Opens the holds of actions that this transaction has inserted; what another one inserted first needs none. */
export async function insertHolds(tx: Tx, rows: readonly NewHold[]): Promise<void> {
  if (rows.length === 0) return
  await tx.query(insertSql, given.params(rows), 'insert-holds')
}
