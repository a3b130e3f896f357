import { agentIn, type Registry } from '@/lib/gate/registry'
import { eligibility } from '@/lib/hold/conflict'
import { isAmong, type Person, type Stage, type Who } from '@/lib/hold/requirement'
import { isId, type PersonId } from '@/lib/kernel/id'
import { Refused } from '@/lib/kernel/problem'
import { renderSentence } from '@/lib/tool/sentence'
import { actionsBefore, attemptsOf, waitingUnder } from '@/server/action/store'
import { readContent } from '@/server/db/content-store'
import { reader } from '@/server/db/tx'
import { readHolds } from '@/server/hold/store'
import { toldAbout } from '@/server/hold/told-store'
import type { Instance } from '@/server/instance'
import { changeShown } from './change-shown'
import { historyOf } from './history'
import { type Drawn, draw, itemOf, personNamed } from './hold-page'
import { paramsOf, readFrom } from './read'
import type { Registries } from './registry'

/** Everything of one hold for the decision screen, as this person may see it. @throws Refused request.not_found */
export async function readHoldDetail(app: Instance, registries: Registries, personId: PersonId, id: string) {
  const { at, registry } = await registries.now()
  const person = registry.people.find(one => one.id === personId)
  const db = reader(app.db.pool)
  const [hold] = isId('hld', id) ? await readHolds(db, [id]) : []
  const [drawn] = hold && person ? await draw(app, registry, person, [hold], at) : []
  if (!drawn || !hold || !person) throw new Refused('request.not_found')
  const { action, content, reviews, matter } = drawn
  const item = itemOf(drawn, registry, person, at)
  const mine = eligibility(hold.requirement, matter.side, person, registry.people, matter.selfAllowed)
  const body: Record<string, unknown> = JSON.parse(content?.parts.get('body') ?? '{}')
  const answer = action && readFrom(app, action, content, hold, registry, at).answer
  const [timeline, session_actions, earlier, change, told] = await Promise.all([
    historyOf(app, registry, hold.id),
    action ? sessionOf(app, registry, action) : [],
    action ? attempts(app, action) : [],
    hold.kind === 'change'
      ? changeShown(app, registry, hold, content?.parts.get('change'), await waitingUnder(db, hold.id, 50))
      : null,
    toldAbout(db, hold.id),
  ])
  const tool = action ? registry.tools.get(action.tool) : undefined
  const known = hold.agent_id ? agentIn(registry, hold.agent_id) : null
  return {
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
    requirement: {
      stages: hold.requirement.stages.map(stage => ({
        approvals: stage.approvals,
        who: stage.who.map(who => ({ ...who, label: labelOf(who, registry) })),
      })),
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
    })),
    eligible: eligibleOf(drawn, registry),
    why: hold.why,
    timeline,
    me: {
      may_approve: mine.may_approve,
      may_reject: mine.may_reject,
      reason: mine.reason,
      why_you: mine.may_approve ? whyYou(hold.requirement.stages, person, registry) : null,
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
    session_actions,
    attempts: earlier,
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
    self: mine.self || item.self,
  }
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
  }
}

function eligibleOf({ hold, matter }: Drawn, registry: Registry) {
  return registry.people
    .filter(one => eligibility(hold.requirement, matter.side, one, registry.people, matter.selfAllowed).may_approve)
    .slice(0, 50)
    .map(one => ({
      id: one.id,
      name: one.name,
      why: whyYou(hold.requirement.stages, one, registry) ?? 'alone in this organisation (self)',
    }))
}

function whyYou(stages: readonly Stage[], person: Person, registry: Registry): string | null {
  const who = stages.flatMap(stage => stage.who).find(one => isAmong(one, person, registry.people))
  if (!who) return null
  return who.relation === 'any_approver'
    ? 'Any approver may decide this, and you are one.'
    : `You are ${labelOf(who, registry)}.`
}

/** The session so far, oldest first, as a compact timeline. */
async function sessionOf(app: Instance, registry: Registry, action: NonNullable<Drawn['action']>) {
  const before = await actionsBefore(reader(app.db.pool), action.agent_id, action.session, action.id, 12)
  const contents = await readContent(
    reader(app.db.pool),
    app.vault,
    before.map(one => one.id),
  )
  return before.reverse().map(one => {
    const body: { params?: Record<string, unknown>; resource?: { type?: string; id?: string } } = JSON.parse(
      contents.get(one.id)?.parts.get('body') ?? '{}',
    )
    const title = renderSentence(
      { name: one.tool, classified: registry.tools.get(one.tool)?.classified ?? null },
      one.operation,
      body.resource ?? null,
      body.params ?? {},
    )
    return {
      id: one.id,
      tool: one.tool,
      operation: one.operation,
      status: one.status,
      at: one.created_at.toISOString(),
      title,
      outcome: one.outcome,
    }
  })
}

/** Earlier attempts that this one revises, or that asked the same and were rejected, with what differs. */
async function attempts(app: Instance, action: NonNullable<Drawn['action']>) {
  const db = reader(app.db.pool)
  const earlier = await attemptsOf(db, action)
  const contents = await readContent(db, app.vault, [action.id, ...earlier.map(one => one.id)])
  const params = (id: string) => paramsOf(contents.get(id)?.parts.get('body') ?? '{}')
  const now = params(action.id)
  return earlier.map(one => {
    const before = params(one.id)
    const diff = [...new Set([...Object.keys(before), ...Object.keys(now)])]
      .filter(name => JSON.stringify(before[name]) !== JSON.stringify(now[name]))
      .map(name => ({ path: name, before: before[name], after: now[name] }))
    return { action_id: one.id, status: one.status, at: one.created_at.toISOString(), diff }
  })
}

function consequences({ hold, action }: Drawn, item: ReturnType<typeof itemOf>) {
  if (!action) {
    const expire = 'Nothing changes, and whoever proposed it can propose it again.'
    return hold.change_kind === 'tool.classify'
      ? {
          approve: 'Its waiting calls are decided anew by the rules.',
          reject: 'Every waiting call of this tool is refused.',
          expire: 'Each waiting call expires at its own deadline.',
        }
      : {
          approve: 'The change is carried out at once, if what it is based on has not moved.',
          reject: 'Nothing changes.',
          expire,
        }
  }
  const left = item.approvals.required - item.approvals.received
  return {
    approve:
      left > 1
        ? `It still needs ${left - 1} more. Nothing happens before.`
        : 'The agent is told at once and may do exactly this, within 15 minutes.',
    reject: 'The agent is told at once that it may not, with your comment. The same attempt is refused for an hour.',
    expire: 'It is denied. Nothing that nobody decided ever happens.',
  }
}

function summaryOf(outcome: string | undefined): string | null {
  const parsed: { summary?: unknown } = JSON.parse(outcome ?? '{}')
  return typeof parsed.summary === 'string' ? parsed.summary : null
}
