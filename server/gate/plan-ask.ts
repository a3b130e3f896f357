import { hash } from 'node:crypto'
import type { Candidate } from '@/lib/gate/candidate'
import { candidateFor } from '@/lib/gate/candidate'
import { decide } from '@/lib/gate/decide'
import { agentIn, type KnownAgent, type Registry } from '@/lib/gate/registry'
import { type Risk, riskLevels, riskOf } from '@/lib/gate/risk'
import type { Ruling } from '@/lib/gate/ruling'
import { sideOf } from '@/lib/gate/side'
import { isDecidable } from '@/lib/hold/conflict'
import { type Requirement, required, union } from '@/lib/hold/requirement'
import { canonical } from '@/lib/kernel/canonical'
import { actionDigest, digestOf } from '@/lib/kernel/digest'
import type { FieldError } from '@/lib/kernel/problem'
import { Refused } from '@/lib/kernel/problem'
import type { PlanAsked, PlanShown } from '@/lib/plan/contract'
import { nothingPinned } from '@/lib/policy/facts'
import { doubtsOf } from '@/lib/session/doubt'
import { wholeEffort } from '@/lib/session/match'
import { traceIn } from '@/lib/session/provenance'
import { renderSentence } from '@/lib/tool/sentence'
import type { Meaning } from '@/lib/tool/tool'
import type { KnownAgent as Caller } from '@/server/agent/authenticate'
import { saveContent } from '@/server/db/content-store'
import { guardShared } from '@/server/db/guard'
import { newId } from '@/server/db/id'
import { record } from '@/server/db/record'
import { type Tx, transact } from '@/server/db/tx'
import { lockAsks } from '@/server/grant/store'
import { insertChange } from '@/server/hold/store'
import type { Instance } from '@/server/instance'
import { insertPlan, planOfKey, waitingPlans } from '@/server/plan/store'
import { recordedSources } from '@/server/session/recorded'
import { readBatchFacts } from './batch-store'
import type { Registries } from './registry'
import type { Served } from './served'

const most = 20

interface Judged {
  readonly candidate: Candidate
  readonly ruling: Ruling
  /** What it would do, in the product's words. */
  readonly title: string
  readonly meanings: Readonly<Record<string, Meaning>>
  readonly risk: Risk
}

/**
 * Asks people for a chain of actions as one: each step is judged as if it were asked for now, and the plan needs all that its
 * steps need. A step that would be denied, or whose tool nobody has classified, refuses the plan.
 * @returns the plan's id; the same key with the same body gives the same plan
 * @throws Refused plan.denied, idempotency.conflict, limit.open_holds
 */
export async function askPlan(
  app: Served,
  registries: Registries,
  by: Caller,
  key: string,
  asked: PlanAsked,
): Promise<string> {
  const body = hash('sha256', canonical(asked), 'buffer')
  // What others recorded of its session tells where the arguments of its steps come from, as when each is asked for alone.
  const { session: named } = asked
  const sources = named === undefined ? [] : (await recordedSources(app, by.agent.id, named)).sources
  const began = performance.now()
  const effort = wholeEffort()
  const origins = asked.steps.map(({ params }) =>
    sources.length > 0 ? traceIn(params, sources, false, effort).found : [],
  )
  app.gate.owe(by.key_hash, performance.now() - began)
  return transact(app.db, async tx => {
    const before = await planOfKey(tx, by.agent.id, key)
    if (before) {
      if (before.body_digest.equals(body)) return before.id
      throw new Refused('idempotency.conflict', 'This Idempotency-Key was used with another body.')
    }
    await lockAsks(tx, by.agent.id)
    await guardShared(tx)
    const digests = asked.steps.map(step => actionDigest({ ...step, resource: step.resource ?? null }))
    const questions = digests.map(digest => ({
      agent_id: by.agent.id,
      key: '',
      digest,
      session: asked.session ?? null,
    }))
    const facts = await readBatchFacts(tx, questions)
    const registry = await registries.at(tx, facts.registry)
    const known = agentIn(registry, by.agent.id)
    if (!known || known.agent.status === 'retired') throw new Refused('credential.invalid')
    if ((await waitingPlans(tx, by.agent.id)) >= most)
      throw new Refused('limit.open_holds', `This agent has ${most} plans that wait for people.`)
    const session = asked.session ?? `ses_${facts.at.toISOString().slice(0, 10)}`
    const judged = asked.steps.map((step, at): Judged => {
      const { after: _, ...sent } = step
      const digest = digests[at] ?? ''
      const slot = `${by.agent.id}/${digest}`
      const candidate = candidateFor(
        {
          submission: { ...sent, context: { session } },
          digest,
          known,
          credential_id: by.credential.id,
          session,
          fact: null,
          memory: {
            rejected_recently: facts.rejected.has(slot),
            outcome_unknown: facts.unknown.has(slot),
            open_holds: 0,
            too_many_tools: false,
          },
          pinned: () => nothingPinned,
        },
        registry,
        facts.at,
      )
      const tool = registry.tools.get(step.tool) ?? { name: step.tool, classified: null }
      const title = renderSentence(tool, candidate.resolved.operation, step.resource ?? null, step.params)
      const meanings = tool.classified?.parameters ?? {}
      const risk = riskOf(candidate.resolved, doubtsOf(origins[at] ?? [], meanings))
      return { candidate, ruling: decide(candidate, registry, facts.at), title, meanings, risk }
    })
    const requirement = wholeOf(judged, known, registry, facts.at)
    return open(tx, app, by, key, { asked, body, judged, requirement, digests, known, at: facts.at })
  })
}

/** What all steps need together; one person of the agent's team at least. */
function wholeOf(judged: readonly Judged[], known: KnownAgent, registry: Registry, at: Date): Requirement {
  const errors: FieldError[] = []
  let whole: Requirement | null = null
  for (const [n, { ruling }] of judged.entries()) {
    if (ruling.is === 'decided' && ruling.status === 'denied')
      errors.push({ pointer: `/steps/${n}`, message: `${ruling.decision.code}: ${ruling.decision.reason}` })
    else if (ruling.is === 'unclassified')
      errors.push({ pointer: `/steps/${n}`, message: 'tool.unclassified: nobody has said yet what this tool does.' })
    else if (ruling.is === 'held') whole = whole ? union(whole, ruling.requirement) : ruling.requirement
  }
  if (errors.length > 0) throw new Refused('plan.denied', 'Some of its steps would not be allowed.', { errors })
  const one: Requirement = {
    stages: [{ approvals: 1, who: [{ relation: 'team_approvers', team_id: known.team }] }],
    veto: true,
  }
  const requirement = whole ?? one
  if (!isDecidable(requirement, sideOf(registry, known, at, null), registry.people, !registry.organisation.demo))
    throw new Refused('plan.denied', 'It needs approval, and nobody who is asked may give it.')
  return requirement
}

interface Opening {
  readonly asked: PlanAsked
  readonly body: Buffer
  readonly judged: readonly Judged[]
  readonly requirement: Requirement
  readonly digests: readonly string[]
  readonly known: KnownAgent
  readonly at: Date
}

/** Writes the plan with its steps and the hold that shows it. */
async function open(tx: Tx, app: Instance, by: Caller, key: string, plan: Opening): Promise<string> {
  const { asked, at, judged, requirement, known } = plan
  const id = newId('pln')
  const hold = newId('hld')
  const expires = new Date(at.getTime() + asked.expires_in_seconds * 1_000)
  const shown = shownOf(plan, expires)
  const risk = Math.max(...judged.map(one => riskLevels.indexOf(one.risk.level)))
  const sentence = `${judged.length} actions are asked for as one. Each passes once, in this order, for exactly what is shown.`
  await insertChange(tx, {
    id: hold,
    change_kind: 'plan.approve',
    subject_id: id,
    based_on: null,
    agent_id: by.agent.id,
    team_id: known.team,
    proposed_by: null,
    requirement,
    shown_digest: digestOf({ kind: 'plan.approve', subject: id, payload: shown }),
    risk,
    why: [{ kind: 'floor', id: 'plan.approve', sentence }],
    epoch: 0,
    opened_at: at,
    expires_at: expires,
  })
  const fresh = await insertPlan(tx, {
    id,
    agent_id: by.agent.id,
    credential_id: by.credential.id,
    key,
    body_digest: plan.body,
    session: asked.session ?? null,
    requirement,
    hold_id: hold,
    created_at: at,
    expires_at: expires,
    steps: judged.map(({ candidate }, n) => ({
      n: n + 1,
      digest: plan.digests[n] ?? '',
      tool: candidate.submission.tool,
      operation: candidate.resolved.operation,
    })),
  })
  if (!fresh) throw new Refused('idempotency.conflict', 'This Idempotency-Key is being used by another request.')
  await saveContent(tx, app.vault, hold, { change: JSON.stringify(shown) })
  tx.hint('hold', [hold])
  const who = { kind: 'agent', id: by.agent.id, credential_id: by.credential.id } as const
  const subjects = [id, hold, by.agent.id]
  const expires_at = expires.toISOString()
  await record(tx, at, [
    {
      type: 'plan.asked',
      by: who,
      subjects,
      data: { plan: id, hold, agent: by.agent.id, steps: judged.length, expires_at },
    },
    {
      type: 'change.proposed',
      by: who,
      subjects,
      data: { hold, kind: 'change', change: 'plan.approve', subject: id, based_on: null, expires_at },
    },
  ])
  return id
}

/** What people are shown: the chain, what each step needs and why, and the riskiest. */
function shownOf({ asked, judged }: Opening, expires: Date): PlanShown {
  const steps = judged.map(({ candidate: { resolved, submission }, ruling, title, meanings, risk }, at) => ({
    n: at + 1,
    tool: submission.tool,
    operation: resolved.operation,
    environment: resolved.environment,
    title,
    risk: risk.level,
    reasons: [...risk.reasons],
    approvals: ruling.is === 'held' ? required(ruling.requirement) : 0,
    why: ruling.is === 'held' ? ruling.why.map(one => one.sentence) : [],
    resource: submission.resource ?? null,
    params: submission.params,
    meanings: { ...meanings },
    intent: submission.intent ?? null,
    after: asked.steps[at]?.after ?? [],
  }))
  const grave = (one: (typeof steps)[number]) => riskLevels.indexOf(one.risk) * 100 + one.approvals
  return {
    title: asked.title ?? '',
    task: asked.task ?? null,
    session: asked.session ?? null,
    expires_at: expires.toISOString(),
    riskiest: steps.reduce((worst, one) => (grave(one) > grave(worst) ? one : worst)).n,
    steps,
  }
}
