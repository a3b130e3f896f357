import { type Column, recordset } from '@/server/db/recordset'
import type { Tx } from '@/server/db/tx'
import type { PermitUse } from './store'

/** A use that is made together with the decision, and what the log tells of it. */
export interface NewUse extends PermitUse {
  readonly event_subjects: string
  readonly event_body: string
}

const columns: readonly Column<NewUse>[] = [
  ['permit_id', 'text'],
  ['action_id', 'text'],
  ['agent_id', 'text'],
  ['tool', 'text'],
  ['consumer_id', 'text'],
  ['credential_id', 'text'],
  ['key', 'text'],
  ['receipt', 'text'],
  ['at', 'timestamptz'],
]
const names = columns.map(([name]) => name).join(', ')
const given = recordset<NewUse>([...columns, ['event_subjects', 'text'], ['event_body', 'text']], 1)

const insertSql = `
  with given as (select * from ${given.from}),
  used as (insert into permit_use (${names})
    select ${names} from given g where exists (select from action a where a.id = g.action_id) order by consumer_id, key
    on conflict do nothing returning permit_id),
  events as (insert into event (type, subjects, body, at)
    select 'permit.consumed', string_to_array(g.event_subjects, ','), g.event_body, g.at from given g join used using (permit_id))
  select permit_id from used`

/**
 * Uses permits of actions that this transaction has inserted, with their events, in one statement behind that of the actions: one
 * that another batch has written meanwhile is not there, and not used. Answers the ids of the actions whose permits are used now.
 */
export async function insertUses(tx: Tx, uses: readonly NewUse[]): Promise<Set<string>> {
  const done = await tx.query<{ permit_id: string }>(insertSql, given.params(uses), 'insert-permit-uses')
  const made = new Set(done.map(row => row.permit_id))
  return new Set(uses.filter(one => made.has(one.permit_id)).map(one => one.action_id))
}
