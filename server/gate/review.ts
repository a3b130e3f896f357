import { z } from 'zod'
import type { SignedIn } from '@/lib/access/permission'
import { eligibility } from '@/lib/hold/conflict'
import { filled, quorumMet } from '@/lib/hold/quorum'
import { type Person, type Requirement, required, union } from '@/lib/hold/requirement'
import { standing } from '@/lib/hold/standing'
import type { EventDraft } from '@/lib/kernel/event'
import { isId } from '@/lib/kernel/id'
import type { Principal } from '@/lib/kernel/principal'
import { Refused } from '@/lib/kernel/problem'
import { decideActions, lockActions } from '@/server/action/store'
import { regressionOf } from '@/server/db/checkpoint'
import { readContent, saveContent } from '@/server/db/content-store'
import { guardExclusive, guardShared, touchRegistry } from '@/server/db/guard'
import { newId } from '@/server/db/id'
import { record } from '@/server/db/record'
import { type Tx, transact } from '@/server/db/tx'
import { holdEnded, reviewGiven } from '@/server/hold/events'
import { insertReview, readReviews, reviewByKey, voidReviews } from '@/server/hold/review-store'
import { endHolds, type HoldRow, lockHolds, reviseHold } from '@/server/hold/store'
import type { Instance } from '@/server/instance'
import { type Finality, finality } from './again'
import { approval, denial, type Ending, rejection } from './decided'
import { type Matter, matterOf } from './matter'
import { changedParams } from './modify'
import type { Registries } from './registry'
import { present, settle, timed } from './settle'

/** `POST /holds/{id}/reviews` (api §4). */
export const reviewContract = z.strictObject({
  verdict: z.enum(['approve', 'reject', 'ask', 'pass']),
  digest: z.string().max(100),
  comment: z.string().max(4_000).optional(),
  note: z.string().max(4_000).optional(),
  params: z.record(z.string(), z.unknown()).optional(),
  signature: z.unknown().optional(),
})
export type ReviewInput = z.infer<typeof reviewContract>

export interface ReviewResult {
  readonly hold: string
  readonly ended: boolean
}

/**
 * One person's verdict on one hold: approve, reject, ask and pass are one verb. Lock the hold and its action, take the
 * guard, read everything afresh, judge, write guarded, record. What time or a switch has ended is settled, then refused.
 * `also` runs inside the same transaction after a reject (reject and pause).
 * @throws Refused request.not_found, hold.closed, hold.changed, hold.frozen, hold.ineligible, hold.reviewed
 */
export async function review(
  app: Instance,
  registries: Registries,
  person: SignedIn,
  id: string,
  input: ReviewInput,
  key: string | null,
  also?: (tx: Tx, matter: Matter) => Promise<EventDraft[]>,
): Promise<ReviewResult> {
  if (!isId('hld', id)) throw new Refused('request.not_found')
  if (input.verdict === 'approve' && regressionOf(app) !== null) {
    throw new Refused('service.unavailable', 'The audit log has gone back. An administrator must acknowledge it first.')
  }
  const by: Principal = { kind: 'person', id: person.id }
  const outcome = await transact(app.db, async (tx): Promise<ReviewResult | 'over'> => {
    const [hold] = await lockHolds(tx, [id])
    if (!hold) throw new Refused('request.not_found')
    const [action] = hold.action_id ? await lockActions(tx, [hold.action_id]) : []
    // A switch thrown in the same commit needs the guard alone; taken first, it is never upgraded.
    if (also) {
      await touchRegistry(tx)
      await guardExclusive(tx)
    } else await guardShared(tx)
    const { at, registry } = await present(tx, registries)
    const me = registry.people.find(one => one.id === person.id)
    const matter = matterOf(hold, action ?? null, registry, at)
    if (!me || !matter.visible(me)) throw new Refused('request.not_found')
    if (key && (await reviewByKey(tx, person.id, key))?.hold_id === id)
      return { hold: id, ended: hold.status !== 'pending' }
    const now = standing(timed(hold, registry), registry.containments, at)
    if (now.is === 'over') return 'over'
    if (now.is === 'closed') throw closed(hold)
    const mine = eligibility(hold.requirement, matter.side, me, registry.people, matter.selfAllowed)
    const counts = input.verdict === 'approve' || input.verdict === 'reject'
    if (input.verdict === 'approve' && !mine.may_approve) throw new Refused('hold.ineligible', mine.reason ?? undefined)
    if (input.verdict === 'reject' && !mine.may_reject) throw new Refused('hold.ineligible', mine.reason ?? undefined)
    if (input.digest !== hold.shown_digest)
      throw new Refused('hold.changed', 'What is shown has changed since you read it. Look again.', {
        carries: { shown_digest: hold.shown_digest },
      })
    if (input.verdict === 'approve' && now.is === 'frozen')
      throw new Refused(
        'hold.frozen',
        'A pause has frozen this. It can be rejected, or approved once the pause is lifted.',
      )
    const reviews = await readReviews(tx, [id])
    const live = reviews.filter(
      one =>
        one.digest === hold.shown_digest && !one.voided_at && (one.verdict === 'approve' || one.verdict === 'reject'),
    )
    if (counts && live.some(one => one.person_id === person.id))
      throw new Refused('hold.reviewed', 'You have reviewed exactly this already.')

    const subject = hold.action_id ?? hold.id
    const content = (await readContent(tx, app.vault, [subject])).get(subject)
    const body = content?.parts.get('body')
    const pinnedParams = content?.parts.get('params')
    const salt = (of: string) => content?.salted(of) ?? 'erased'
    const given = {
      id: newId('rev'),
      hold_id: id,
      person_id: person.id,
      verdict: input.verdict,
      digest: hold.shown_digest,
      self: counts && mine.self,
      key,
      created_at: at,
    }
    const events: EventDraft[] = [reviewGiven(hold, by, { ...given, salted: salt(hold.shown_digest) })]
    const words = {
      ...(input.comment ? { [`comment:${given.id}`]: input.comment } : {}),
      ...(input.note ? { [`note:${given.id}`]: input.note } : {}),
    }

    if (!counts) {
      await insertReview(tx, given)
      if (Object.keys(words).length > 0) await saveContent(tx, app.vault, subject, words)
      tx.hint('hold', [id])
      await record(tx, at, events)
      return { hold: id, ended: false }
    }

    if (input.verdict === 'reject') {
      if (!(await insertReview(tx, given))) throw new Refused('hold.reviewed')
      const ending = rejection(registry.policy.version)
      await saveContent(tx, app.vault, subject, { ...words, ...(input.comment ? { comment: input.comment } : {}) })
      const more = also ? await also(tx, matter) : []
      return finish(tx, hold, 'rejected', ending, at, by, [...events, ...more], { self: mine.self })
    }

    // Approve. Changed arguments are shown to everyone else first: a new digest, and earlier approvals are void.
    const changed = input.params ? changedParams(matter, body, pinnedParams, input.params, registry) : null
    const digest = changed?.digest ?? hold.shown_digest
    if (changed) {
      await voidReviews(
        tx,
        live.map(one => one.id),
        at,
        'The arguments were changed.',
      )
      await saveContent(tx, app.vault, subject, { params: changed.text })
      events.unshift({
        type: 'hold.revised',
        by,
        subjects: [id, subject],
        data: { hold: id, digest: salt(digest), voided: live.map(one => one.id) },
      })
    }
    if (matter.needsParams && !input.params)
      throw new Refused('hold.invalid_change', 'Say what the tool does: classify it in the catalogue.')
    const params = changed?.params ?? (pinnedParams === undefined ? null : parseObject(pinnedParams))
    const final: Finality = matter.rejudge(body, params, finality)
    if (!(await insertReview(tx, { ...given, digest }))) throw new Refused('hold.reviewed')
    await saveContent(tx, app.vault, subject, words)
    if (final.is === 'denied') {
      const ending = denial('denied', 'policy', final.code, final.reason, registry.policy.version, final.rules)
      return finish(tx, hold, 'rejected', ending, at, by, events, { denied_by_rule: true })
    }
    const requirement: Requirement = final.requirement ? union(hold.requirement, final.requirement) : hold.requirement
    const approvers = approversNow(
      [...(changed ? [] : live), { person_id: person.id, verdict: 'approve' }],
      registry.people,
      requirement,
      matter,
    )
    if (mine.self || quorumMet(requirement, approvers, registry.people)) {
      const modified = hold.action_id !== null && digest !== action?.digest
      const ending = approval(at, final.rules, registry.policy.version, digest, modified, mine.self)
      if (input.comment) await saveContent(tx, app.vault, subject, { comment: input.comment })
      if (modified || JSON.stringify(requirement) !== JSON.stringify(hold.requirement))
        await reviseHold(tx, id, requirement, digest)
      return finish(tx, hold, 'approved', ending, at, by, events, {
        self: mine.self,
        approvers: approvers.map(one => one.id),
      })
    }
    await reviseHold(tx, id, requirement, digest)
    tx.hint('hold', [id])
    await record(tx, at, [
      ...events,
      ...(required(requirement) > required(hold.requirement)
        ? [
            {
              type: 'hold.raised',
              by: { kind: 'system', id: 'gate' },
              subjects: [id],
              data: { hold: id, requirement },
            } satisfies EventDraft,
          ]
        : []),
    ])
    return { hold: id, ended: filled(requirement, approvers, registry.people) >= required(requirement) }
  })
  if (outcome !== 'over') return outcome
  await settle(app, registries, [id])
  const [hold] = await transact(app.db, tx => lockHolds(tx, [id]))
  throw hold ? closed(hold) : new Refused('request.not_found')
}

function closed(hold: HoldRow): Refused {
  return new Refused('hold.closed', `This ended as ${hold.status}.`, {
    carries: {
      hold: {
        id: hold.id,
        status: hold.status,
        action_id: hold.action_id,
        decided_at: hold.decided_at?.toISOString() ?? null,
      },
    },
  })
}

function parseObject(text: string): Record<string, unknown> {
  const value: unknown = JSON.parse(text)
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {}
}

/** Approvers whose reviews still count: each is read afresh, and who lost role, account or independence is left out (A09). */
function approversNow(
  reviews: readonly { person_id: string; verdict: string }[],
  people: readonly Person[],
  requirement: Requirement,
  matter: Matter,
): Person[] {
  const ids = new Set(reviews.filter(one => one.verdict === 'approve').map(one => one.person_id))
  return people.filter(
    person =>
      ids.has(person.id) && eligibility(requirement, matter.side, person, people, matter.selfAllowed).may_approve,
  )
}

/** Ends the hold and writes the action's one decision; zero rows means that someone else was first. */
async function finish(
  tx: Tx,
  hold: HoldRow,
  status: 'approved' | 'rejected',
  ending: Ending,
  at: Date,
  by: Principal,
  events: readonly EventDraft[],
  more: Record<string, unknown>,
): Promise<ReviewResult> {
  const ended = await endHolds(tx, at, [{ id: hold.id, status }])
  if (!ended.has(hold.id)) throw closed(hold)
  if (hold.action_id) {
    const written = await decideActions(tx, at, [{ id: hold.action_id, ...ending }])
    if (!written.has(hold.action_id)) throw new Refused('hold.closed', 'The action was decided by something else.')
    tx.hint('action', [hold.action_id])
  }
  tx.hint('hold', [hold.id])
  await record(tx, at, [...events, holdEnded(hold, status, by, hold.action_id ? ending : null, more)])
  return { hold: hold.id, ended: true }
}
