import { type EventDraft, eventBody } from '@/lib/kernel/event'
import { newId } from './id'
import type { Tx } from './tx'

/**
 * Writes events into the transaction that they describe; if this fails, the change fails. The bigint ids are drawn here,
 * after every lock, so that for conflicting transactions id order is commit order. Nothing stands after `record` in a verb.
 */
export async function record(tx: Tx, at: Date, drafts: readonly EventDraft[]): Promise<void> {
  if (drafts.length === 0) return
  const bodies = drafts.map(draft => eventBody(newId('evt'), draft, at))
  await tx.query(
    `insert into event (type, subjects, body, at)
     select t, string_to_array(s, ','), b, $4 from unnest($1::text[], $2::text[], $3::text[]) as e(t, s, b)`,
    [drafts.map(draft => draft.type), drafts.map(draft => draft.subjects.join(',')), bodies, at],
    'record',
  )
  tx.hint('event', '*')
}
