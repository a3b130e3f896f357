import { mayEverywhere, type SignedIn } from '@/lib/access/permission'
import { accountable } from '@/lib/agent/agent'
import { eligibility, emptySide, isDecidable } from '@/lib/hold/conflict'
import type { Requirement } from '@/lib/hold/requirement'
import { agentSide, changeSide, receiverOf, sideSubjects } from '@/lib/hold/side'
import { digestOf } from '@/lib/kernel/digest'
import type { EventDraft } from '@/lib/kernel/event'
import type { HoldId, PersonId } from '@/lib/kernel/id'
import type { Principal } from '@/lib/kernel/principal'
import { Refused } from '@/lib/kernel/problem'
import { readOrganisation } from '@/server/access/organisation-store'
import { loadPeople } from '@/server/access/registry-store'
import { loadAccountabilities, openAccountability } from '@/server/agent/accountability-store'
import { loadAgents } from '@/server/agent/store'
import { loadApplications } from '@/server/application/registry-store'
import { saveContent } from '@/server/db/content-store'
import { clock, touchRegistry } from '@/server/db/guard'
import { newId } from '@/server/db/id'
import { record } from '@/server/db/record'
import { type Reader, type Tx, transact } from '@/server/db/tx'
import type { Instance } from '@/server/instance'
import { insertReviews } from './review-store'
import { endHolds, insertChange, pendingChange, pendingChanges } from './store'

/** What a person wants to do that needs a second one. `payload` is what the verb of its kind will be given. */
export interface Proposal {
  readonly kind: string
  readonly subject_id: string
  readonly based_on: string | null
  readonly payload: unknown
  readonly agent_id: string | null
  readonly team_id: string | null
  /** Who wrote it, beside the one who proposes it: they do not agree to it either. */
  readonly authors?: readonly PersonId[]
  /** What is written with it, in the same transaction. */
  readonly alongside?: (tx: Tx, hold: HoldId, at: Date) => Promise<void>
  /** What is written alongside is part of the registry. */
  readonly touches?: boolean
  /** Where nobody else could agree, whoever proposes it decides alone, marked self, rather than nobody ever. */
  readonly alone?: boolean
  /** Why it waits, where there is more to say than that it needs a second person. */
  readonly sentence?: string
  /** Whom it asks, where that is not simply one governing person. */
  readonly asks?: Requirement
}

/** What an approved change hands to the verb of its kind. */
export interface ApprovedChange extends Pick<Proposal, 'subject_id' | 'based_on' | 'payload'> {
  readonly hold_id: string
  /** Whose approvals stand, in the order in which they came. */
  readonly approved_by: readonly string[]
}

/** The asking side of the agent that a change is about, and its backup owner. */
async function whoAnswers(tx: Tx, agentId: string | null, at: Date) {
  const agent = agentId === null ? undefined : (await loadAgents(tx)).find(one => one.id === agentId)
  const application = agent && (await loadApplications(tx)).find(one => one.id === agent.application_id)
  if (!agent || !application) return { about: emptySide, backup: null }
  const known = { agent, application, ...accountable(agent, application) }
  const subjects = sideSubjects(known)
  const rows = (await loadAccountabilities(tx)).filter(row => subjects.includes(row.subject_id))
  return { about: agentSide(known, rows, at, null), backup: known.backup }
}

const lives = 7 * 24 * 3_600_000

/** One governing person who did not propose it. */
export const governingReview: Requirement = { stages: [{ approvals: 1, who: [{ relation: 'governing' }] }], veto: true }

/** A change that was opened in an open transaction. */
interface Opened {
  readonly hold_id: HoldId
  /** Decided at once by whoever proposed it, because there is nobody else. */
  readonly self: boolean
  readonly at: Date
  /** For the caller to record, last. */
  readonly events: readonly EventDraft[]
}

/**
 * Opens a hold of kind `change`: it appears in the queue like any other, and the engine applies it once people agree. A
 * person alone decides for themselves: it is approved at once, and marked self.
 * @throws Refused change.open when such a change is waiting already; request.forbidden when nobody else could decide it
 */
export async function proposeChange(app: Instance, person: SignedIn, proposal: Proposal): Promise<{ hold_id: HoldId }> {
  return transact(app.db, async tx => {
    const { events, hold_id, at } = await proposeIn(tx, app, person, proposal)
    await record(tx, at, events)
    return { hold_id }
  })
}

/** The same, as a part of what else happens in this transaction. @throws Refused as {@link proposeChange} */
export async function proposeIn(
  tx: Tx,
  app: Pick<Instance, 'vault'>,
  person: Pick<SignedIn, 'id'>,
  proposal: Proposal,
): Promise<Opened> {
  const authors = (proposal.authors ?? []).filter(one => one !== person.id)
  if (authors.length > 0 || proposal.touches) await touchRegistry(tx)
  const people = await loadPeople(tx)
  const organisation = await readOrganisation(tx)
  const id = newId('hld')
  const at = await clock(tx)
  const { about: subject, backup } = await whoAnswers(tx, proposal.agent_id, at)
  const receiver = receiverOf(proposal.kind, proposal.subject_id)
  const about = { ...subject, authors: new Set<string>(authors), receiver }
  const side = changeSide(proposal.kind, about, backup, person.id, at)
  // Alone, a person decides for themselves whatever the agent's environment: there is nobody else to ask.
  const alone = changeSide(proposal.kind, emptySide, null, person.id, at)
  const requirement = proposal.asks ?? governingReview
  const me = people.find(one => one.id === person.id && one.status === 'active')
  const decidable = isDecidable(requirement, side, people, false)
  const self =
    me !== undefined &&
    !proposal.asks &&
    (eligibility(requirement, alone, me, people, !organisation.demo).self ||
      (proposal.alone === true && !decidable && mayEverywhere(me, 'containment.lift')))
  if (!self && !decidable) {
    const others = people.filter(one => one.status === 'active' && one.id !== person.id)
    const other = others.find(one => {
      const proposing = changeSide(proposal.kind, about, backup, one.id, at)
      return mayEverywhere(one, 'containment.lift') && isDecidable(requirement, proposing, people, false)
    })
    throw new Refused(
      'request.forbidden',
      other
        ? `Nobody who is independent of this agent could agree to it, if you propose it. Ask ${other.name} to: then you could agree.`
        : 'This needs a second administrator or governor who is independent of it, and there is none.',
    )
  }
  const by = { kind: 'person', id: person.id } as const
  const { digest, subjects, event } = await openChange(tx, app, { id, at, by, proposal, requirement, life: lives })
  for (const author of authors) await openAccountability(tx, id, author, 'policy_editor', at, at)
  if (!self) return { hold_id: id, self, at, events: [event] }
  const review = newId('rev')
  await insertReviews(tx, [
    {
      id: review,
      hold_id: id,
      person_id: person.id,
      verdict: 'approve',
      digest,
      self: true,
      key: null,
      created_at: at,
    },
  ])
  await endHolds(tx, at, [{ id, status: 'approved' }])
  const data = { hold: id, kind: 'change', change: proposal.kind, subject: proposal.subject_id, self: true }
  return { hold_id: id, self, at, events: [event, { type: 'hold.approved', by, subjects, data }] }
}

interface Opening {
  readonly id: HoldId
  readonly at: Date
  readonly by: Principal
  readonly proposal: Proposal
  readonly requirement: Requirement
  /** Milliseconds until nobody's yes is a no. */
  readonly life: number
}

/** Writes the hold of a change and seals what it would do. The event is recorded by the caller, last. */
async function openChange(tx: Tx, app: Pick<Instance, 'vault'>, { id, at, by, proposal, requirement, life }: Opening) {
  const { kind, subject_id, based_on, payload } = proposal
  const digest = digestOf({ kind, subject: subject_id, based_on, payload })
  const expires = new Date(at.getTime() + life)
  const opened = await insertChange(tx, {
    id,
    change_kind: kind,
    subject_id,
    based_on,
    agent_id: proposal.agent_id,
    team_id: proposal.team_id,
    proposed_by: by.kind === 'person' ? by.id : null,
    requirement,
    shown_digest: digest,
    risk: 2,
    why: [{ kind: 'floor', id: kind, sentence: proposal.sentence ?? 'This change needs a second person.' }],
    epoch: 0,
    opened_at: at,
    expires_at: expires,
  })
  if (!opened) throw new Refused('change.open', 'Such a change is waiting for a decision already.')
  await proposal.alongside?.(tx, id, at)
  await saveContent(tx, app.vault, id, { change: JSON.stringify(payload) })
  tx.hint('hold', [id])
  const subjects = [id, subject_id]
  const data = {
    hold: id,
    kind: 'change',
    change: kind,
    subject: subject_id,
    based_on,
    expires_at: expires.toISOString(),
  }
  const event: EventDraft = { type: 'change.proposed', by, subjects, data }
  return { digest, subjects, event }
}

/**
 * Opens a change that an agent asks for itself: its own side is kept out as for its actions, so people who are
 * independent of it decide. @param life milliseconds until nobody's yes is a no
 * @throws Refused request.forbidden when nobody could decide it
 */
export async function proposeForAgent(
  app: Instance,
  by: Extract<Principal, { kind: 'agent' }>,
  proposal: Proposal & { readonly asks: Requirement },
  life: number,
): Promise<{ hold_id: HoldId }> {
  return transact(app.db, async tx => {
    const id = newId('hld')
    const at = await clock(tx)
    const { asks: requirement } = proposal
    const { about, backup } = await whoAnswers(tx, proposal.agent_id, at)
    const side = changeSide(proposal.kind, about, backup, null, at)
    if (!isDecidable(requirement, side, await loadPeople(tx), false))
      throw new Refused('request.forbidden', 'Nobody who is independent of this agent could agree to it.')
    const { event } = await openChange(tx, app, { id, at, by, proposal, requirement, life })
    await record(tx, at, [event])
    return { hold_id: id }
  })
}

/** The open change of this kind about this subject, for those who would propose another. */
export function waitingChange(db: Reader, kind: string, subject: string): Promise<string | null> {
  return pendingChange(db, kind, subject)
}

/** Of these subjects, those about which a change of this kind is open, and its hold. */
export function waitingChanges(db: Reader, kind: string, subjects: readonly string[]): Promise<Map<string, string>> {
  return pendingChanges(db, kind, subjects)
}
