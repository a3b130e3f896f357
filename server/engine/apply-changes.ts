import { ZodError } from 'zod'
import { Refused } from '@/lib/kernel/problem'
import { roleChanges } from '@/server/access/role-changes'
import { agentChanges } from '@/server/agent/changes'
import { enforcementChanges } from '@/server/agent/enforcement'
import { calendarChanges } from '@/server/application/calendar'
import { applicationChanges } from '@/server/application/transfer'
import { approvalPolicyChanges } from '@/server/approval-policy/changes'
import { containmentChanges } from '@/server/containment/changes'
import { readContent } from '@/server/db/content-store'
import { clock } from '@/server/db/guard'
import { record } from '@/server/db/record'
import { isOutage, reader, type Tx, transact } from '@/server/db/tx'
import { grantChanges } from '@/server/grant/changes'
import { changeEnded } from '@/server/hold/events'
import type { ApprovedChange } from '@/server/hold/propose'
import { readReviews } from '@/server/hold/review-store'
import { changesToApply, finishChange, lockHolds } from '@/server/hold/store'
import type { Instance } from '@/server/instance'
import { planChanges } from '@/server/plan/changes'
import { policyChanges } from '@/server/policy/changes'
import { toolChanges } from '@/server/tool/changes'
import { sourceChanges } from '@/server/tool/sources'

interface Kind {
  readonly kind: string
  readonly apply: (tx: Tx, app: Instance, change: ApprovedChange) => Promise<void>
}

/** Every kind of change and the verb that carries it out. Holds know nothing of what they hold. */
const kinds: ReadonlyMap<string, Kind['apply']> = new Map(
  [
    ...roleChanges,
    ...agentChanges,
    ...enforcementChanges,
    ...calendarChanges,
    ...applicationChanges,
    ...toolChanges,
    ...sourceChanges,
    ...containmentChanges,
    ...policyChanges,
    ...approvalPolicyChanges,
    ...grantChanges,
    ...planChanges,
  ].map((one: Kind) => [one.kind, one.apply]),
)

const atATime = 20

/**
 * Applies what people have approved, each exactly once: the hold's guarded step to `applied` is in the same transaction. One that
 * cannot be applied keeps none behind it, however many there are: each is tried once a turn. @returns how many have ended
 * @throws where the database is away
 */
export async function applyChanges(app: Instance): Promise<number> {
  const tried: string[] = []
  let ended = 0
  for (;;) {
    const next = await changesToApply(reader(app.db.pool), atATime, tried)
    for (const id of next)
      try {
        await applyOne(app, id)
        ended++
      } catch (error) {
        if (isOutage(error)) throw error
        app.log.error({ hold: id, err: error }, 'a change could not be applied')
      }
    if (next.length < atATime) return ended
    tried.push(...next)
  }
}

/** Applies one approved change. What it was based on has moved: it fails, and says so. */
export async function applyOne(app: Instance, id: string): Promise<void> {
  try {
    await transact(app.db, async tx => {
      const [hold] = await lockHolds(tx, [id])
      if (hold?.status !== 'approved' || hold.kind !== 'change' || !hold.change_kind || !hold.subject_id) return
      const apply = kinds.get(hold.change_kind)
      if (!apply) throw new Refused('change.stale', `Nothing here applies changes of kind ${hold.change_kind}.`)
      const content = (await readContent(tx, app.vault, [id])).get(id)
      const reviews = await readReviews(tx, [id])
      const approved_by = reviews.filter(one => one.verdict === 'approve' && !one.voided_at).map(one => one.person_id)
      await finishChange(tx, id, 'applied', null)
      await apply(tx, app, {
        subject_id: hold.subject_id,
        payload: JSON.parse(content?.parts.get('change') ?? 'null'),
        based_on: hold.based_on,
        hold_id: id,
        approved_by,
      })
      tx.hint('hold', [id])
      await record(tx, await clock(tx), [changeEnded(hold, 'applied', null)])
    })
  } catch (error) {
    // What was proposed to another version of this program, in words that this one does not read, is of yesterday.
    const refused = error instanceof ZodError ? new Refused('change.stale') : error
    if (!(refused instanceof Refused)) throw refused
    const failure = failureOf(refused)
    await transact(app.db, async tx => {
      const [hold] = await lockHolds(tx, [id])
      if (!hold || !(await finishChange(tx, id, 'failed', failure))) return
      tx.hint('hold', [id])
      await record(tx, await clock(tx), [changeEnded(hold, 'failed', failure)])
    })
  }
}

/** Why a change failed: the code, and what the refusal names beyond it. */
const failureOf = ({ code, detail, more }: Refused): string => (more.carries ? `${code}: ${detail}` : code)
