import { type PreviewBody, risks } from '@/lib/escalation/contract'
import { defaultPolicy, type EscalationPolicy, policyFor } from '@/lib/escalation/policy'
import { foresee, type Made, type Progress, type Step, untouched } from '@/lib/escalation/timeline'
import { agentIn, type Registry } from '@/lib/gate/registry'
import type { PersonId } from '@/lib/kernel/id'
import { Refused } from '@/lib/kernel/problem'
import { newId } from '@/server/db/id'
import { reader } from '@/server/db/tx'
import { demandKnown, policyOf } from '@/server/escalation/policies'
import { readRoster } from '@/server/escalation/roster'
import { loadPolicies, readProgress, reviewersOf } from '@/server/escalation/store'
import { type HoldRow, readHolds } from '@/server/hold/store'
import type { Instance } from '@/server/instance'
import { factsOf, waitingOf } from './escalation-facts'
import { personNamed } from './hold-page'
import { matterOf } from './matter'
import type { Registries } from './registry'

type App = Pick<Instance, 'db'>

const named = (registry: Registry, id: string) => personNamed(registry, id) ?? { id, name: id }

const toldOf = ({ people }: Made, registry: Registry) =>
  people.map(one => ({
    ...named(registry, one.person_id),
    why: one.why,
    instead_of: personNamed(registry, one.instead_of),
  }))

const stepOf = (made: Made, registry: Registry) => {
  const [, level, repeat] = /^escalated[.](\d+)[.](\d+)$/.exec(made.step) ?? []
  return {
    step: made.step,
    at: made.at,
    level: level === undefined ? null : Number(level),
    repeat: Number(repeat ?? 0),
    people: toldOf(made, registry),
  }
}

const foreseenOf = (step: Step, policy: EscalationPolicy, registry: Registry) => {
  const level = step.level === null ? undefined : policy.levels[step.level - 1]
  return {
    ...stepOf(step, registry),
    channels: [...(level?.channels ?? [])],
    urgent: level?.urgent ?? false,
    added: [...step.added],
    left_out: step.left_out.map(one => ({ ...named(registry, one.person_id), because: one.because })),
  }
}

/** All that will still happen to a hold from this moment on, if nobody decides. */
async function aheadOf(
  app: App,
  hold: HoldRow,
  { policy, writer }: { policy: EscalationPolicy; writer: string | null },
  progress: Progress,
  registry: Registry,
  at: Date,
) {
  const waiting = waitingOf(hold, registry, at)
  if (!waiting) return { expires_at: hold.expires_at, steps: [] }
  const db = reader(app.db.pool)
  const [roster, reviewers] = [await readRoster(db, at, [policy]), await reviewersOf(db, [hold.id])]
  const reviewed = reviewers.get(hold.id) ?? new Set<string>()
  const facts = (added: readonly string[]) => factsOf(hold, registry, at, roster, reviewed, writer, added)
  return { expires_at: waiting.expires_at, steps: foresee(policy, waiting, progress, facts, at) }
}

const which = ({ id, name }: EscalationPolicy) => ({ id, name })

/** How far one hold has come, and who is next. Only for who may see the hold. @throws Refused `request.not_found` */
export async function showEscalation(app: App, registries: Registries, person: PersonId, id: string) {
  const db = reader(app.db.pool)
  const [{ at, registry }, [hold], progress, policies] = await Promise.all([
    registries.now(),
    readHolds(db, [id]),
    readProgress(db, id),
    loadPolicies(db),
  ])
  const me = registry.people.find(one => one.id === person)
  if (!hold || !me || !matterOf(hold, null, registry, at).visible(me)) throw new Refused('request.not_found')
  const written = policyFor(policies, hold)
  const policy = written ?? defaultPolicy
  const by = { policy, writer: written?.written_by ?? null }
  const { expires_at, steps } = await aheadOf(app, hold, by, progress, registry, at)
  return {
    policy: which(policy),
    level: progress.level,
    levels: policy.levels.length,
    expires_at,
    told: progress.made.filter(one => one.people.length > 0).map(one => stepOf(one, registry)),
    ahead: steps.map(step => foreseenOf(step, policy, registry)),
  }
}

/**
 * Who would be told, when and why, about a hold of this agent that opens at a moment and that an approver of its team is to
 * decide: by the policy that counts for it, or by a draft. Nothing is written. @throws Refused `request.invalid`
 */
export async function previewEscalation(app: App, registries: Registries, person: PersonId, body: PreviewBody) {
  const db = reader(app.db.pool)
  const [{ registry }, policies] = await Promise.all([registries.now(), loadPolicies(db)])
  const known = agentIn(registry, body.agent_id)
  if (!known) throw new Refused('request.not_found')
  if (body.policy) await demandKnown(db, body.policy)
  const hold = imagined(body, known.team)
  const written = policyFor(policies, hold)
  const by = body.policy
    ? { policy: policyOf(body.policy, null), writer: person }
    : { policy: written ?? defaultPolicy, writer: written?.written_by ?? null }
  const { expires_at, steps } = await aheadOf(app, hold, by, untouched, registry, body.at)
  return {
    policy: which(by.policy),
    at: body.at,
    expires_at,
    steps: steps.map(step => foreseenOf(step, by.policy, registry)),
  }
}

/** A hold as it would be: an action of this agent that one approver of its team is to decide. No pause of today reaches it. */
function imagined(body: PreviewBody, team: HoldRow['team_id']): HoldRow {
  return {
    id: newId('hld'),
    kind: 'action',
    action_id: newId('act'),
    agent_id: body.agent_id,
    team_id: team,
    tool: null,
    operation: null,
    status: 'pending',
    requirement: {
      stages: [
        { approvals: 1, who: [team ? { relation: 'team_approvers', team_id: team } : { relation: 'any_approver' }] },
      ],
      veto: true,
    },
    shown_digest: '',
    risk: risks.indexOf(body.risk),
    why: [],
    epoch: Number.MAX_SAFE_INTEGER,
    opened_at: body.at,
    expires_at: new Date(body.at.getTime() + body.lifetime_seconds * 1_000),
    due_at: body.at,
    extended_from: null,
    decided_at: null,
    first_seen_at: null,
    change_kind: null,
    subject_id: null,
    based_on: null,
    proposed_by: null,
    failure: null,
    version: 1,
    credential_id: null,
    environment: null,
    session: null,
    instance: null,
    acting_for: null,
  }
}
