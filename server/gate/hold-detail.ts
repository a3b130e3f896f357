import { agentIn, type Registry } from '@/lib/gate/registry'
import { eligibility } from '@/lib/hold/conflict'
import { groupsOf, isConfirm } from '@/lib/hold/need'
import { readingDemanded, readingLeft } from '@/lib/hold/reading-time'
import { isAmong, type Person, type Requirement, rejectsNeeded, type Who } from '@/lib/hold/requirement'
import { answersIn, isForAgent } from '@/lib/hold/thread'
import { isId, type PersonId } from '@/lib/kernel/id'
import { Refused } from '@/lib/kernel/problem'
import { obligationsKept } from '@/server/action/kept'
import { waitingUnder } from '@/server/action/waiting-store'
import { reader } from '@/server/db/tx'
import { changeShown } from './change-shown'
import { demandsCountersignature } from './countersign'
import { extendableUntil } from './extend'
import { historyOf } from './history'
import { type Drawn, draw, itemOf, personNamed } from './hold-page'
import { pastOf } from './hold-past'
import { provenanceShown } from './provenance-shown'
import { paramsOf, readFrom } from './read'
import type { Served } from './served'
import { stagesShown, waitsFor } from './stages-shown'

/** Everything of one hold for the decision screen, as this person may see it. @throws Refused request.not_found */
export async function readHoldDetail(app: Served, personId: PersonId, id: string) {
  const { shown, drawn, action, body, registry, at } = await look(app, personId, id)
  const past = action
    ? await pastOf(app, registry, action, body)
    : { session_actions: [], attempts: [], approved_before: [] }
  return { ...shown, ...past, extendable_until: extendableUntil(drawn, shown.me.may_approve, registry, at) }
}

/** The same without what came before it, which no verdict changes. @throws Refused request.not_found */
export async function readHold(app: Served, personId: PersonId, id: string) {
  return (await look(app, personId, id)).shown
}

const secondsOf = (ms: number | null) => (ms === null ? null : Math.ceil(ms / 1_000))

async function look(app: Served, personId: PersonId, id: string) {
  const read = isId('hld', id) ? await app.gate.hold(id) : undefined
  const person = read?.registry.people.find(one => one.id === personId)
  const [drawn] = read && person ? draw(read.belongings, read.registry, person, [read.hold], read.at) : []
  if (!drawn || !read || !person) throw new Refused('request.not_found')
  const { hold, registry, at, events, told } = read
  const { action, content, reviews, matter, views } = drawn
  const demanded = readingDemanded(hold.requirement, content?.parts)
  const item = itemOf(drawn, registry, person, at)
  const mine = eligibility(hold.requirement, matter.side, person, registry.people, matter.selfAllowed)
  const early = mine.may_approve && !mine.self ? waitsFor(drawn, registry, person) : null
  const body: Record<string, unknown> = JSON.parse(content?.parts.get('body') ?? '{}')
  const answer = action && readFrom(app, action, content, hold, registry, at).answer
  const change =
    hold.kind === 'change'
      ? await changeShown(
          app,
          registry,
          hold,
          content?.parts.get('change'),
          await waitingUnder(reader(app.db.pool), hold.id, 50),
        )
      : null
  const tool = action ? registry.tools.get(action.tool) : undefined
  const known = hold.agent_id ? agentIn(registry, hold.agent_id) : null
  const said = content ? answersIn(content.parts) : []
  const shown = {
    ...item,
    shown_digest: hold.shown_digest,
    action:
      action && answer
        ? {
            ...answer,
            tool: action.tool,
            operation: action.operation,
            claimed_operation: body.operation ?? null,
            resource: body.resource ?? null,
            intent: body.intent ?? null,
            asked_with: content?.parts.get('access_request') ?? null,
            impact: body.impact ?? null,
            undo: body.undo ?? null,
            context: body.context ?? null,
            revises: action.revises,
            amount: action.amount,
            currency: action.currency,
            reversible: action.reversible,
            original_params:
              answer.modified || content?.parts.has('params') ? paramsOf(JSON.stringify(body)) : undefined,
          }
        : null,
    tool_info: tool && {
      description: tool.description,
      sensitivity: tool.classified?.sensitivity ?? null,
      reversible: tool.classified?.reversible ?? false,
      params: tool.classified?.parameters ?? {},
    },
    ...(action && answer
      ? {
          provenance: provenanceShown(
            content?.parts.get('body'),
            content?.parts.get('provenance'),
            answer.params ?? {},
          ),
        }
      : {}),
    requirement: {
      stages: hold.requirement.stages.map(stage => ({
        approvals: stage.approvals,
        who: stage.who.map(who => ({ ...who, label: labelOf(who, registry) })),
      })),
      policies: stagesShown(drawn, registry, who => labelOf(who, registry)),
      rejects: rejectsNeeded(hold.requirement),
      reading_seconds: secondsOf(demanded),
    },
    reviews: reviews.map(one => ({
      id: one.id,
      by: personNamed(registry, one.person_id),
      verdict: one.verdict,
      comment: content?.parts.get(`comment:${one.id}`) ?? null,
      note: content?.parts.get(`note:${one.id}`) ?? null,
      at: one.created_at.toISOString(),
      digest: one.digest,
      counted: (one.verdict === 'approve' || one.verdict === 'reject') && !one.voided_at,
      self: one.self,
      void_reason: one.void_reason,
      to_agent: one.verdict === 'ask' && content !== undefined && isForAgent(content.parts, one.id),
      answers: said
        .filter(answer => answer.to === one.id)
        .map(({ id, by, text, at }) => ({
          id,
          from: by.kind,
          by: by.kind === 'person' ? personNamed(registry, by.id) : agentNamed(registry, by.id),
          text,
          at,
        })),
    })),
    eligible: eligibleOf(drawn, registry),
    why: hold.why,
    timeline: historyOf(events, registry),
    me: {
      may_approve: mine.may_approve && early === null,
      may_reject: mine.may_reject,
      reason: mine.reason ?? early,
      why_you: mine.may_approve ? whyYou(hold.requirement, person, registry) : null,
      countersign: demandsCountersignature({ hold, action, content }, registry, at),
      reading_left_seconds:
        demanded === null ? null : secondsOf(readingLeft(views, person.id, hold.shown_digest, demanded, at)),
    },
    asker:
      known && hold.kind === 'action' && action
        ? {
            agent: { id: known.agent.id, name: known.agent.name },
            owner: personNamed(registry, known.owner),
            backup: personNamed(registry, known.backup),
            application: { id: known.application.id, name: known.application.name },
            team: { id: known.team, name: registry.teams.get(known.team) ?? known.team },
            environment: action.environment,
            acting_for: action.acting_for,
            session: action.session,
            release: null,
          }
        : null,
    change,
    if: consequences(drawn, item),
    told: told.map(one => ({
      id: one.person_id,
      name: personNamed(registry, one.person_id)?.name ?? one.person_id,
      at: one.at.toISOString(),
    })),
    outcome: action?.outcome
      ? {
          status: action.outcome,
          summary: summaryOf(content?.parts.get('outcome')),
          at: (action.outcome_at ?? at).toISOString(),
        }
      : null,
    kept: action ? obligationsKept(action, content?.parts.get('outcome')) : [],
    self: mine.self || item.self,
  }
  return { shown, drawn, action, body, registry, at }
}
function agentNamed(registry: Registry, id: string) {
  return { id, name: agentIn(registry, id)?.agent.name ?? id }
}

export type HoldDetail = Awaited<ReturnType<typeof readHoldDetail>>

/** Who a stage asks, in words. */
export function labelOf(who: Who, registry: Registry): string {
  switch (who.relation) {
    case 'team_approvers':
      return `an approver of ${registry.teams.get(who.team_id) ?? 'the owning team'}`
    case 'any_approver':
      return 'any approver'
    case 'governing':
      return 'an administrator or governor'
    case 'owner':
      return 'the owner'
    case 'role':
      return `a person with the role ${who.role}`
    case 'person':
      return personNamed(registry, who.person_id)?.name ?? 'a named person'
    case 'acted_for':
      return `${personNamed(registry, who.person_id)?.name ?? 'the person'}, for whom it is`
    case 'manager':
      return `the manager of ${personNamed(registry, who.of)?.name ?? 'the person for whom it is'}`
  }
}

function eligibleOf({ hold, matter }: Drawn, registry: Registry) {
  return registry.people
    .filter(one => eligibility(hold.requirement, matter.side, one, registry.people, matter.selfAllowed).may_approve)
    .slice(0, 50)
    .map(one => ({
      id: one.id,
      name: one.name,
      why: whyYou(hold.requirement, one, registry) ?? 'alone in this organisation (self)',
    }))
}

function whyYou({ stages, named = [], added = [] }: Requirement, person: Person, registry: Registry): string | null {
  const theirs = named.flatMap(part =>
    part.stages.flatMap(one => (isConfirm(one) ? one.who : groupsOf(one.need).flatMap(group => group.who))),
  )
  const asked = [...theirs, ...stages.flatMap(stage => stage.who)]
  const who = asked.find(one => isAmong(one, person, registry.people))
  if (!who) return added.includes(person.id) ? 'It has waited long, and so you are asked too.' : null
  return who.relation === 'any_approver'
    ? 'Any approver may decide this, and you are one.'
    : `You are ${labelOf(who, registry)}.`
}

function consequences({ hold, action }: Drawn, item: ReturnType<typeof itemOf>) {
  const left = item.approvals.required - item.approvals.received
  const more = left > 1 ? `It still needs ${left - 1} more. Nothing happens before.` : null
  if (!action) {
    if (hold.change_kind === 'plan.approve')
      return {
        approve: more ?? 'The agent may take each step once, in this order, exactly as shown.',
        reject: 'No step is allowed by this plan.',
        expire: 'No step is allowed by this plan.',
      }
    const expire = 'Nothing changes, and whoever proposed it can propose it again.'
    return hold.change_kind === 'tool.classify'
      ? {
          approve: 'Its waiting calls are decided anew by the rules.',
          reject: 'Every waiting call of this tool is refused.',
          expire: item.soonest_call
            ? 'Each waiting call is denied when its own time is over. The ring shows that of the first.'
            : 'The tool stays unclassified, and its next call waits.',
        }
      : {
          approve: more ?? 'The change is carried out at once, if what it is based on has not moved.',
          reject: 'Nothing changes.',
          expire,
        }
  }
  return {
    approve: more ?? 'The agent is told at once and may do exactly this, within 15 minutes.',
    reject: 'The agent is told at once that it may not, with your comment. The same attempt is refused for an hour.',
    expire: 'It is denied. Nothing that nobody decided ever happens.',
  }
}

function summaryOf(outcome: string | undefined): string | null {
  const parsed: { summary?: unknown } = JSON.parse(outcome ?? '{}')
  return typeof parsed.summary === 'string' ? parsed.summary : null
}
