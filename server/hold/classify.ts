import { digestOf } from '@/lib/kernel/digest'
import type { EventDraft } from '@/lib/kernel/event'
import type { HoldId, PersonId, ToolId } from '@/lib/kernel/id'
import { clock, touchRegistry } from '@/server/db/guard'
import { newId } from '@/server/db/id'
import { record } from '@/server/db/record'
import { type Tx, transact } from '@/server/db/tx'
import type { Instance } from '@/server/instance'
import { changeEnded, holdEnded, reviewGiven } from './events'
import { governingReview } from './propose'
import { insertReviews } from './review-store'
import { attachItem, endHolds, finishChange, insertChange, lockHolds, pendingItem } from './store'

const lives = 30 * 24 * 3_600_000

/** Makes sure that an unclassified tool has its one open item, under which all its waiting calls hang. */
export async function openClassification(
  app: Pick<Instance, 'db'>,
  tool: { id: ToolId; name: string },
  sentence = 'Nobody has said yet what this tool does.',
): Promise<HoldId> {
  return transact(app.db, async tx => {
    await touchRegistry(tx)
    const waiting = await pendingItem(tx, tool.id)
    if (waiting) {
      await attachItem(tx, tool.id, waiting)
      return waiting
    }
    const at = await clock(tx)
    const id = newId('hld')
    const expires = new Date(at.getTime() + lives)
    await insertChange(tx, {
      id,
      change_kind: 'tool.classify',
      subject_id: tool.id,
      based_on: null,
      agent_id: null,
      team_id: null,
      proposed_by: null,
      requirement: governingReview,
      shown_digest: digestOf({ kind: 'tool.classify', subject: tool.id, tool: tool.name }),
      risk: 1,
      why: [{ kind: 'rule', id: 'unclassified-tool', sentence }],
      epoch: 0,
      opened_at: at,
      expires_at: expires,
    })
    await attachItem(tx, tool.id, id)
    tx.hint('hold', [id])
    tx.hint('tool', [tool.id])
    await record(tx, at, [
      {
        type: 'change.proposed',
        by: { kind: 'system', id: 'gate' },
        subjects: [id, tool.id],
        data: {
          hold: id,
          kind: 'change',
          change: 'tool.classify',
          subject: tool.id,
          based_on: null,
          expires_at: expires.toISOString(),
        },
      },
    ])
    return id
  })
}

/**
 * Ends a tool's open item because a person has just classified it, in the transaction that does so: reviewed, approved and
 * applied in one. Its waiting calls are decided anew by the engine as soon as this is committed.
 * @returns what the caller records last; nothing when the tool had no item.
 */
export async function settleClassification(tx: Tx, tool: ToolId, person: PersonId, at: Date): Promise<EventDraft[]> {
  const item = await pendingItem(tx, tool)
  const [hold] = item ? await lockHolds(tx, [item]) : []
  if (hold?.status !== 'pending') return []
  const by = { kind: 'person', id: person } as const
  const review = {
    id: newId('rev'),
    hold_id: hold.id,
    person_id: person,
    verdict: 'approve',
    digest: hold.shown_digest,
    self: false,
    key: null,
    created_at: at,
  } as const
  await Promise.all([
    insertReviews(tx, [review]),
    endHolds(tx, at, [{ id: hold.id, status: 'approved' }]),
    finishChange(tx, hold.id, 'applied', null),
  ])
  tx.hint('hold', [hold.id])
  // An item shows a tool's name and nothing that an agent wrote: its digest needs no salt.
  return [
    reviewGiven(hold, by, { ...review, shown: review.digest, dwell: null }),
    holdEnded(hold, 'approved', by, null, { self: false }),
    changeEnded(hold, 'applied', null, by),
  ]
}
