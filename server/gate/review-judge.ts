import { z } from 'zod'
import { assertionBody } from '@/lib/access/passkey-contract'
import type { SignedIn } from '@/lib/access/permission'
import type { Registry } from '@/lib/gate/registry'
import { unapprovable } from '@/lib/gate/requirement-for'
import { eligibility, isDecidable } from '@/lib/hold/conflict'
import { quorumMet } from '@/lib/hold/quorum'
import { dwellOf, type Shown } from '@/lib/hold/reading-time'
import { rejectEnds } from '@/lib/hold/rejecting'
import { type Requirement, union } from '@/lib/hold/requirement'
import { standing } from '@/lib/hold/standing'
import { asking } from '@/lib/hold/thread'
import type { EventDraft } from '@/lib/kernel/event'
import { Refused } from '@/lib/kernel/problem'
import { explainFor } from '@/lib/policy/proof-explain'
import type { ActionRow } from '@/server/action/store'
import type { Content } from '@/server/db/content-store'
import { newId } from '@/server/db/id'
import { holdEnded, reviewGiven } from '@/server/hold/events'
import type { NewReview, ReviewRow } from '@/server/hold/review-store'
import type { HoldRow } from '@/server/hold/store'
import { finality } from './again'
import { approversNow, demandTurn, saidBy } from './approvers-now'
import { closed } from './closed'
import { type Checked, countersigned, type Signed } from './countersign'
import { approval, denial, type Ending, rejection } from './decided'
import { type Matter, matterOf } from './matter'
import { changedParams } from './modify'
import { readInTime } from './read-in-time'
import { timed } from './settle'

/** `POST /holds/{id}/reviews` (api §4). */
export const reviewContract = z.strictObject({
  verdict: z.enum(['approve', 'reject', 'ask', 'pass']),
  digest: z.string().max(100),
  comment: z.string().max(4_000).optional(),
  note: z.string().max(4_000).optional(),
  params: z.record(z.string(), z.unknown()).optional(),
  signature: assertionBody.optional(),
})

/** One person's verdict on one hold, as the door hands it in. */
export interface Given {
  readonly person: SignedIn
  readonly hold: string
  readonly input: z.infer<typeof reviewContract>
  readonly key: string | null
}

export interface ReviewResult {
  readonly hold: string
  readonly ended: boolean
}

/** What has been read of a hold, after its locks and the guard. */
export interface Known {
  readonly hold: HoldRow
  readonly action: ActionRow | null
  readonly reviews: readonly ReviewRow[]
  readonly content: Content | undefined
  /** What each person was last shown of it. */
  readonly shown: readonly Shown[]
  /** What became of the signature that came with the verdict; null: none came. */
  readonly signed: Checked | null
}

/** What a verdict writes: all of it in one transaction, or none. */
export interface Plan {
  readonly review: NewReview
  readonly matter: Matter
  readonly voids: readonly string[]
  readonly subject: string
  /** Parts of the subject's content, by name. */
  readonly words: Readonly<Record<string, string>>
  readonly revised: { readonly requirement: Requirement; readonly shown_digest: string } | null
  readonly end: { readonly status: 'approved' | 'rejected'; readonly ending: Ending } | null
  readonly events: readonly EventDraft[]
  /** The signature that this uses up. */
  readonly signed?: Signed
  readonly result: ReviewResult
}

/** Judged: a plan, what the same key answered before, or that time or a switch has ended the hold and nobody has written it yet. */
export type Judged = { readonly is: 'plan'; readonly plan: Plan } | { readonly is: 'before' } | { readonly is: 'over' }

/**
 * Judges one verdict by what stands now: who sees it, whether it is open, who may, whether they saw what is shown, and
 * what policy says today. Writes nothing.
 * @throws Refused request.not_found, hold.closed, hold.changed, hold.frozen, hold.ineligible, hold.reviewed, hold.invalid_change,
 * hold.step_up_required, idempotency.conflict
 */
export function judgeReview({ person, input, key }: Given, known: Known, registry: Registry, at: Date): Judged {
  const { hold, action, reviews, content } = known
  const me = registry.people.find(one => one.id === person.id)
  const matter = matterOf(hold, action, registry, at)
  if (!me || !matter.visible(me)) throw new Refused('request.not_found')
  const same = key === null ? undefined : reviews.find(one => one.person_id === person.id && one.key === key)
  if (same) {
    // What was approved with changes carries the digest of the change, not the one that was shown.
    const other = same.verdict !== input.verdict || (!input.params && same.digest !== input.digest)
    if (other) throw usedKey()
    return { is: 'before' }
  }
  const now = standing(timed(hold, registry), registry.containments, at)
  if (now.is === 'over') return { is: 'over' }
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
  const live = reviews.filter(
    one =>
      one.digest === hold.shown_digest && !one.voided_at && (one.verdict === 'approve' || one.verdict === 'reject'),
  )
  if (counts && live.some(one => one.person_id === person.id))
    throw new Refused('hold.reviewed', 'You have reviewed exactly this already.')
  if (input.verdict === 'approve') demandTurn(hold, me, mine, live, registry.people, matter, input.params !== undefined)

  const review: NewReview = {
    id: newId('rev'),
    hold_id: hold.id,
    person_id: person.id,
    verdict: input.verdict,
    digest: hold.shown_digest,
    self: counts && mine.self,
    key,
    created_at: at,
  }
  const words = {
    ...(input.comment ? { [`comment:${review.id}`]: input.comment } : {}),
    ...(input.note ? { [`note:${review.id}`]: input.note } : {}),
    ...(input.verdict === 'ask' && input.comment && hold.action_id ? asking(content?.parts, review.id, at) : {}),
  }
  const by = { kind: 'person', id: person.id } as const
  const salt = (of: string) => content?.salted(of) ?? 'erased'
  const shown = salt(hold.shown_digest)
  const dwell = dwellOf(known.shown, person.id, hold.shown_digest, at)
  const plan: Plan = {
    review,
    matter,
    voids: [],
    subject: hold.action_id ?? hold.id,
    words,
    revised: null,
    end: null,
    events: [reviewGiven(hold, by, { ...review, digest: shown, shown, dwell })],
    result: { hold: hold.id, ended: false },
  }
  const ends = (
    from: Plan,
    status: 'approved' | 'rejected',
    ending: Ending,
    more: Record<string, unknown>,
  ): Judged => ({
    is: 'plan',
    plan: {
      ...from,
      end: { status, ending },
      events: [...from.events, holdEnded(hold, status, by, hold.action_id ? ending : null, more)],
      result: { hold: hold.id, ended: true },
    },
  })
  // What a reviewer says when it ends is what the agent reads.
  const told = (from: Plan): Plan =>
    input.comment ? { ...from, words: { ...from.words, comment: input.comment } } : from
  if (!counts) return { is: 'plan', plan }
  if (input.verdict === 'reject') {
    const no = registry.people.filter(one => one === me || saidBy(live, 'reject').has(one.id))
    if (!rejectEnds(hold.requirement, matter.side, me, no, registry.people, matter.selfAllowed))
      return { is: 'plan', plan }
    return ends(told(plan), 'rejected', rejection(registry.policy.version), { self: mine.self })
  }

  const asked = approve({ person, input }, known, matter, live, plan, salt, registry)
  const approved = countersigned(asked, known, person.id, salt, registry, at)
  const final = matter.rejudge(content?.parts.get('body'), approved.params, finality)
  if (final.is === 'denied') {
    const ending = denial('denied', 'policy', final.code, final.reason, registry.policy.version, final.rules)
    const shown = { requirement: hold.requirement, shown_digest: approved.digest }
    return ends({ ...approved.plan, revised: shown }, 'rejected', ending, { denied_by_rule: true })
  }
  const today = final.requirement
  if (today?.named && !isDecidable(today, matter.side, registry.people, matter.selfAllowed)) {
    const ending = denial(
      'denied',
      'policy',
      'hold.unapprovable',
      unapprovable(today),
      registry.policy.version,
      final.rules,
    )
    return ends(approved.plan, 'rejected', ending, { denied_by_rule: true })
  }
  const requirement = final.requirement ? union(hold.requirement, final.requirement) : hold.requirement
  const yes = readInTime(approved.yes, person.id, requirement, known, at)
  const approvers = approversNow(yes, registry.people, requirement, matter)
  const revised = { requirement, shown_digest: approved.digest }
  const isRaised = JSON.stringify(requirement) !== JSON.stringify(hold.requirement)
  if (mine.self || quorumMet(requirement, approvers, registry.people)) {
    const modified = hold.action_id !== null && approved.digest !== action?.digest
    const { rules, obligations } = final
    const names = approvers.map(one => one.name)
    const explain = explainFor({ rules }, registry.policy.rules, names)
    const ending = approval(
      at,
      { rules, obligations, explain },
      registry.policy.version,
      approved.digest,
      modified,
      mine.self,
    )
    return ends({ ...told(approved.plan), revised: modified || isRaised ? revised : null }, 'approved', ending, {
      self: mine.self,
      approvers: approvers.map(one => one.id),
    })
  }
  const raised: EventDraft = {
    type: 'hold.raised',
    by: { kind: 'system', id: 'gate' },
    subjects: [hold.id],
    data: { hold: hold.id, requirement },
  }
  return {
    is: 'plan',
    plan: {
      ...approved.plan,
      revised,
      events: [...approved.plan.events, ...(isRaised ? [raised] : [])],
      result: { hold: hold.id, ended: false },
    },
  }
}

/** An approval, of what is shown or of less. Changed arguments get a new digest, and earlier approvals are void. */
function approve(
  { person, input }: Pick<Given, 'person' | 'input'>,
  { hold, content, shown }: Known,
  matter: Matter,
  live: readonly ReviewRow[],
  plan: Plan,
  salt: (digest: string) => string,
  registry: Registry,
) {
  const body = content?.parts.get('body')
  const pinned = content?.parts.get('params')
  const changed = input.params ? changedParams(matter, body, pinned, input.params, registry) : null
  if (matter.needsParams && !input.params)
    throw new Refused('hold.invalid_change', 'Say what the tool does: classify it in the catalogue.')
  const mine = { person_id: person.id, verdict: 'approve' }
  if (!changed) {
    const params = pinned === undefined ? null : parseObject(pinned)
    return { plan, params, digest: hold.shown_digest, yes: [...live, mine] }
  }
  const voids = live.map(one => one.id)
  const by = { kind: 'person', id: person.id } as const
  const digest = salt(changed.digest)
  const dwell = dwellOf(shown, person.id, hold.shown_digest, plan.review.created_at)
  const revised: EventDraft = {
    type: 'hold.revised',
    by,
    subjects: [hold.id, plan.subject],
    data: { hold: hold.id, digest, voided: voids },
  }
  return {
    plan: {
      ...plan,
      review: { ...plan.review, digest: changed.digest },
      voids,
      words: { ...plan.words, params: changed.text },
      events: [revised, reviewGiven(hold, by, { ...plan.review, digest, shown: salt(hold.shown_digest), dwell })],
    },
    params: changed.params,
    digest: changed.digest,
    yes: [mine],
  }
}

/** The key made another verdict before, on this hold or on another one. */
export const usedKey = (): Refused =>
  new Refused('idempotency.conflict', 'This Idempotency-Key was used with another verdict.')

function parseObject(text: string): Record<string, unknown> {
  const value: unknown = JSON.parse(text)
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {}
}
