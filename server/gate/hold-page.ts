import { agentIn, type Registry } from '@/lib/gate/registry'
import { riskLevels } from '@/lib/gate/risk'
import { eligibility } from '@/lib/hold/conflict'
import { filled } from '@/lib/hold/quorum'
import { type Person, required } from '@/lib/hold/requirement'
import { expiresAt, standing } from '@/lib/hold/standing'
import { renderSentence } from '@/lib/tool/sentence'
import { type ActionRow, actionsOfHolds } from '@/server/action/store'
import { soonestUnder } from '@/server/action/waiting-store'
import { type Content, readContentOfHolds } from '@/server/db/content-store'
import { reader } from '@/server/db/tx'
import { readLevels } from '@/server/escalation/store'
import { type ReviewRow, readReviews, readViews, type ViewRow } from '@/server/hold/review-store'
import type { HoldRow } from '@/server/hold/store'
import type { Instance } from '@/server/instance'
import { changeTitle } from './change-title'
import { storedFacts } from './facts-store'
import { type Matter, matterOf } from './matter'
import { isParked, parkedTimed } from './parked-standing'
import { shownHold } from './read'
import { timed } from './settle'
import { waitsFor } from './stages-shown'

/** Everything that a page of holds is drawn from, read in a handful of queries. */
export interface Drawn {
  readonly hold: HoldRow
  readonly action: ActionRow | null
  readonly matter: Matter
  readonly content: Content | undefined
  readonly reviews: readonly ReviewRow[]
  readonly views: readonly ViewRow[]
  /** How far its escalation has come; 0: nobody but those who are asked has been told. */
  readonly level: number
  /** Of the calls that wait under it, each agent's with the first deadline. */
  readonly soonest: readonly ActionRow[]
}

export interface Named {
  readonly id: string
  readonly name: string
}

/** Names for ids; what is gone keeps its id. */
export function personNamed(registry: Registry, id: string | null | undefined): Named | null {
  if (!id) return null
  return { id, name: registry.people.find(one => one.id === id)?.name ?? id }
}

/** What belongs to holds, read side by side: by hold, but actions and contents by their own ids. */
export interface Belongings {
  readonly actions: ReadonlyMap<string, ActionRow>
  readonly contents: ReadonlyMap<string, Content>
  readonly reviews: ReadonlyMap<string, readonly ReviewRow[]>
  readonly views: ReadonlyMap<string, readonly ViewRow[]>
  readonly levels: ReadonlyMap<string, number>
  readonly soonest: ReadonlyMap<string | null, readonly ActionRow[]>
}

/** Reads what belongs to these holds, in one way to the database and back. */
export async function readBelongings(app: Instance, ids: readonly string[]): Promise<Belongings> {
  const db = reader(app.db.pool)
  const [actions, contents, reviews, views, levels, soonest] = await Promise.all([
    actionsOfHolds(db, ids),
    readContentOfHolds(db, app.vault, ids),
    readReviews(db, ids),
    readViews(db, ids),
    readLevels(db, ids),
    soonestUnder(db, ids),
  ])
  return {
    actions: new Map(actions.map(one => [one.id, one])),
    contents,
    reviews: Map.groupBy(reviews, one => one.hold_id),
    views: Map.groupBy(views, one => one.hold_id),
    levels,
    soonest: Map.groupBy(soonest, one => one.hold_id),
  }
}

/** Puts together what was read, without the holds that this person may not see. */
export function draw(
  { actions, contents, reviews, views, levels, soonest }: Belongings,
  registry: Registry,
  person: Person,
  holds: readonly HoldRow[],
  at: Date,
): Drawn[] {
  return holds
    .map(hold => ({ hold, action: (hold.action_id && actions.get(hold.action_id)) || null }))
    .map(one => ({ ...one, matter: matterOf(one.hold, one.action, registry, at) }))
    .filter(one => one.matter.visible(person))
    .map(one => ({
      ...one,
      content: contents.get(one.hold.action_id ?? one.hold.id),
      reviews: reviews.get(one.hold.id) ?? [],
      views: views.get(one.hold.id) ?? [],
      level: levels.get(one.hold.id) ?? 0,
      soonest: soonest.get(one.hold.id) ?? [],
    }))
}

/** The sentence that the product writes itself, from tool, operation, resource and arguments; never the agent's prose. */
export function titleOf(
  { hold, action, content }: Pick<Drawn, 'hold' | 'action' | 'content'>,
  registry: Registry,
): string {
  if (!action) return changeTitle(hold, registry, content?.parts.get('change'))
  return titleOfAction(action, content?.parts.get('body') ?? '{}', registry, content?.parts.get('params'))
}

/** The sentence of one action: `changed` are the arguments as an approver changed them. */
export function titleOfAction(
  action: Pick<ActionRow, 'tool' | 'operation'>,
  sent: string,
  registry: Registry,
  changed?: string,
): string {
  const body: { params?: Record<string, unknown>; resource?: { type?: string; id?: string } } = JSON.parse(sent)
  const params: Record<string, unknown> = changed ? JSON.parse(changed) : (body.params ?? {})
  return renderSentence(
    { name: action.tool, classified: registry.tools.get(action.tool)?.classified ?? null },
    action.operation,
    body.resource ?? null,
    params,
  )
}

/** Approvals that count right now. */
export function approvalsIn(
  { hold, reviews, matter }: Pick<Drawn, 'hold' | 'reviews' | 'matter'>,
  registry: Registry,
): { received: number; required: number } {
  const ids = new Set(
    reviews
      .filter(one => one.verdict === 'approve' && !one.voided_at && one.digest === hold.shown_digest)
      .map(one => one.person_id),
  )
  const people = registry.people.filter(
    one =>
      ids.has(one.id) &&
      eligibility(hold.requirement, matter.side, one, registry.people, matter.selfAllowed).may_approve,
  )
  const needed = required(hold.requirement)
  const ended = hold.status === 'approved' || hold.status === 'applied'
  return { received: ended ? needed : filled(hold.requirement, people, registry.people), required: needed }
}

/** How long the first of the waiting calls has, and had: an item lives on when they are over. */
function soonestOf({ soonest }: Drawn, registry: Registry, at: Date) {
  const calls = soonest.filter(isParked).map(call => {
    const timed = parkedTimed(call, registry)
    return {
      remaining_ms: Math.max(0, expiresAt(timed, registry.containments, at).getTime() - at.getTime()),
      total_ms: timed.expires_at.getTime() - timed.opened_at.getTime(),
      frozen: standing(timed, registry.containments, at).is === 'frozen',
    }
  })
  // The time of what is frozen does not run out.
  const [first = null] = calls.sort((a, b) => Number(a.frozen) - Number(b.frozen) || a.remaining_ms - b.remaining_ms)
  return first
}

/** One line of the queue (api §4). */
export function itemOf(drawn: Drawn, registry: Registry, person: Person, at: Date) {
  const { hold, action, matter, reviews, views } = drawn
  const now = standing(timed(hold, registry), registry.containments, at)
  const shown = action
    ? shownHold(hold, action, registry, at)
    : { expires_at: expiresAt(timed(hold, registry), registry.containments, at), frozen_at: null }
  const mine = eligibility(hold.requirement, matter.side, person, registry.people, matter.selfAllowed)
  const reviewed = reviews.some(
    one =>
      one.person_id === person.id &&
      one.digest === hold.shown_digest &&
      !one.voided_at &&
      (one.verdict === 'approve' || one.verdict === 'reject'),
  )
  const known = hold.agent_id ? agentIn(registry, hold.agent_id) : null
  const last = reviews.findLast(one => (one.verdict === 'approve' || one.verdict === 'reject') && !one.voided_at)
  const decided =
    hold.status === 'approved' || hold.status === 'rejected' || hold.status === 'applied' || hold.status === 'failed'
  const facts = action ? storedFacts(action) : {}
  return {
    id: hold.id,
    created_at: hold.opened_at.toISOString(),
    etag: `"${hold.version}"`,
    kind: hold.kind,
    change_kind: hold.change_kind,
    title: titleOf(drawn, registry),
    action_id: hold.action_id,
    agent: known && hold.kind === 'action' ? { id: known.agent.id, name: known.agent.name } : null,
    tool: hold.tool,
    operation: hold.operation,
    environment: hold.environment,
    risk: {
      level: riskLevels[hold.risk] ?? 'medium',
      reasons: facts.risk ?? hold.why.map(one => one.sentence).slice(0, 3),
    },
    opened_at: hold.opened_at.toISOString(),
    expires_at: shown.expires_at.toISOString(),
    frozen_at: shown.frozen_at?.toISOString() ?? null,
    remaining_ms: Math.max(0, shown.expires_at.getTime() - at.getTime()),
    soonest_call: soonestOf(drawn, registry, at),
    approvals: approvalsIn(drawn, registry),
    may_decide:
      (now.is === 'open' || now.is === 'frozen') &&
      mine.may_approve &&
      !reviewed &&
      waitsFor(drawn, registry, person) === null,
    owner: personNamed(registry, known?.owner),
    level: drawn.level,
    looking: views
      .filter(view => view.looking && view.person_id !== person.id)
      .map(view => personNamed(registry, view.person_id)),
    status: now.is === 'over' ? now.as : hold.status,
    decided_at: hold.decided_at?.toISOString() ?? null,
    decided_by: decided ? personNamed(registry, last?.person_id) : null,
    self: reviews.some(one => one.self && !one.voided_at),
    seen: hold.first_seen_at !== null,
  }
}
export type HoldItem = ReturnType<typeof itemOf>
