import type { z } from 'zod'
import { mayEverywhere, type SignedIn } from '@/lib/access/permission'
import { etagOf, matchesEtag } from '@/lib/kernel/etag'
import { type HoldId, isId } from '@/lib/kernel/id'
import { Refused } from '@/lib/kernel/problem'
import type { draftBody, draftPatch } from '@/lib/policy/contract'
import { clock } from '@/server/db/guard'
import { newId } from '@/server/db/id'
import { record } from '@/server/db/record'
import { type Reader, reader, type Tx, transact } from '@/server/db/tx'
import type { Instance } from '@/server/instance'
import { digestOf, proposePolicy } from './changes'
import {
  type DraftRow,
  deleteDraft,
  editorsOf,
  findDraft,
  insertDraft,
  lockDraft,
  markProposed,
  noteEditor,
  updateDraft,
} from './draft-store'
import { currentPolicy } from './store'

/** A draft decides nothing: it may be broken, and is anybody's who may propose policy. */
function demandMayWrite(person: SignedIn): void {
  if (!mayEverywhere(person, 'policy.propose')) throw new Refused('request.forbidden')
}

/** @throws Refused request.not_found */
export async function knownDraft(db: Reader, id: string): Promise<DraftRow> {
  const row = isId('drf', id) ? await findDraft(db, id) : null
  if (!row) throw new Refused('request.not_found')
  return row
}

async function lockedDraft(tx: Tx, id: string, ifMatch: string | null): Promise<DraftRow> {
  const row = isId('drf', id) ? await lockDraft(tx, id) : null
  if (!row) throw new Refused('request.not_found')
  if (!matchesEtag(ifMatch, row.version))
    throw new Refused('request.precondition_failed', `It is ${etagOf(row.version)} now: somebody else has changed it.`)
  return row
}

async function tell(
  tx: Tx,
  type: 'policy.drafted' | 'policy.draft_edited',
  draft: DraftRow,
  person: SignedIn,
  at: Date,
) {
  tx.hint('policy', [draft.id])
  await record(tx, at, [
    {
      type,
      by: { kind: 'person', id: person.id },
      subjects: [draft.id],
      data: { draft: draft.id, title: draft.title, based_on: draft.based_on, digest: digestOf(draft.source) },
    },
  ])
}

/** Begins a draft, from what is in force unless a source is given. */
export async function createDraft(
  app: Pick<Instance, 'db'>,
  person: SignedIn,
  body: z.infer<typeof draftBody>,
): Promise<DraftRow> {
  demandMayWrite(person)
  return transact(app.db, async tx => {
    const current = await currentPolicy(tx)
    const at = await clock(tx)
    const id = newId('drf')
    const source = body.source ?? current?.source ?? ''
    const draft = { id, title: body.title, source, based_on: current?.version ?? 0, created_by: person.id }
    await insertDraft(tx, draft, at)
    await noteEditor(tx, id, person.id, at)
    const row = await knownDraft(tx, id)
    await tell(tx, 'policy.drafted', row, person, at)
    return row
  })
}

/** Writes in a draft. What has been proposed of it stays as it was proposed. @throws Refused 404, 412 */
export async function editDraft(
  app: Pick<Instance, 'db'>,
  person: SignedIn,
  id: string,
  patch: z.infer<typeof draftPatch>,
  ifMatch: string | null,
): Promise<DraftRow> {
  demandMayWrite(person)
  return transact(app.db, async tx => {
    const before = await lockedDraft(tx, id, ifMatch)
    const at = await clock(tx)
    await updateDraft(
      tx,
      id,
      {
        title: patch.title ?? before.title,
        source: patch.source ?? before.source,
        based_on: patch.based_on ?? before.based_on,
      },
      person.id,
      at,
    )
    await noteEditor(tx, id, person.id, at)
    const row = await knownDraft(tx, id)
    await tell(tx, 'policy.draft_edited', row, person, at)
    return row
  })
}

/** Throws a draft away. What has been proposed of it stays. @throws Refused 404, 412 */
export async function removeDraft(
  app: Pick<Instance, 'db'>,
  person: SignedIn,
  id: string,
  ifMatch: string | null,
): Promise<void> {
  demandMayWrite(person)
  await transact(app.db, async tx => {
    const row = await lockedDraft(tx, id, ifMatch)
    const at = await clock(tx)
    await deleteDraft(tx, row.id)
    tx.hint('policy', [row.id])
    await record(tx, at, [
      {
        type: 'policy.draft_deleted',
        by: { kind: 'person', id: person.id },
        subjects: [row.id],
        data: { draft: row.id },
      },
    ])
  })
}

/**
 * Proposes a draft as it stands: whoever wrote in it within the last 30 days does not agree to it.
 * @throws Refused 404, 412, policy.invalid, change.stale, change.open
 */
export async function proposeDraft(
  app: Instance,
  person: SignedIn,
  id: string,
  note: string,
  ifMatch: string | null,
): Promise<{ hold_id: HoldId }> {
  demandMayWrite(person)
  const db = reader(app.db.pool)
  const draft = await knownDraft(db, id)
  if (!matchesEtag(ifMatch, draft.version)) throw new Refused('request.precondition_failed')
  const authors = await editorsOf(db, id, await clock(db))
  return proposePolicy(
    app,
    person,
    { source: draft.source, note, based_on: draft.based_on },
    {
      authors,
      alongside: async (tx, hold) => {
        // Whoever writes in it from here on waits, and sees that it has been proposed.
        await lockedDraft(tx, id, etagOf(draft.version))
        await markProposed(tx, id, hold, draft.version)
      },
    },
  )
}
