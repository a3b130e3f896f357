import { hash } from 'node:crypto'
import { type Agent, defaultLimits } from '@/lib/agent/agent'
import type { Application } from '@/lib/application/application'
import type { ApprovalPolicy } from '@/lib/approval-policy/approval-policy'
import { candidateFor } from '@/lib/gate/candidate'
import { decide } from '@/lib/gate/decide'
import { agentIn, type Registry } from '@/lib/gate/registry'
import { type Person, required } from '@/lib/hold/requirement'
import { actionDigest } from '@/lib/kernel/digest'
import { environments, operations } from '@/lib/kernel/scale'
import { nothingPinned } from '@/lib/policy/facts'
import type { PolicySet } from '@/lib/policy/judge'
import { argumentFacts } from '@/lib/session/argument-facts'
import { indexed } from '@/lib/session/indexed'
import { type Trace, traceIn } from '@/lib/session/provenance'
import type { RecordedSession, RecordedStep } from '@/lib/session/recording'
import { after, enter, sessionFacts, unseen } from '@/lib/session/session'
import type { Source } from '@/lib/session/source'
import { listedTool } from '@/lib/tool/contract'
import { suggest } from '@/lib/tool/suggest'
import type { Meaning, Tool } from '@/lib/tool/tool'
import { newId } from '@/server/db/id'
import { peopleFor } from './approvals'

/** What became of one step under the rules. */
export interface Judged {
  readonly step: RecordedStep
  readonly operation: string
  readonly outcome: 'allowed' | 'narrowed' | 'held' | 'denied'
  readonly rules: readonly string[]
  /** How many people a hold asks. */
  readonly approvals: number
  readonly trace: Trace
  readonly meanings: Readonly<Record<string, Meaning>>
  readonly sources: readonly Source[]
}

export interface JudgedSession {
  readonly recorded: RecordedSession
  readonly steps: readonly Judged[]
}

const at = new Date('2026-01-14T10:00:00Z')

/**
 * An organisation in memory: one agent whose scope reaches everything, one owner, four approvers of the team, and whomever
 * approval policies ask.
 */
function registryOf(
  policy: PolicySet,
  tools: ReadonlyMap<string, Tool>,
  approvals: readonly ApprovalPolicy[],
): { registry: Registry; agent: Agent } {
  const team = newId('tea')
  const person = (name: string, approver: boolean): Person => ({
    id: newId('usr'),
    name,
    email: `${name}@replay.example`,
    status: 'active',
    roles: approver ? [{ role: 'approver', team_id: team }] : [],
  })
  const owner = person('owner', false)
  const asked = peopleFor(approvals)
  const people = [owner, ...['a', 'b', 'c', 'd'].map(name => person(name, true)), ...asked.people]
  const application: Application = {
    id: newId('app'),
    name: 'Replay',
    team_id: team,
    owner_id: owner.id,
    backup_id: null,
  }
  const agent: Agent = {
    id: newId('agt'),
    name: 'Replay',
    kind: 'ai_agent',
    application_id: application.id,
    environment: 'production',
    tier: 'high',
    owner_id: owner.id,
    backup_id: null,
    status: 'active',
    limits: { ...defaultLimits, open_holds: 100_000 },
    created_by: owner.id,
    created_at: at,
  }
  const scope = {
    id: newId('scp'),
    agent_id: agent.id,
    tool_pattern: '*',
    resource_pattern: '*',
    operations,
    ceiling: 'restricted' as const,
    environments,
    tenants: ['*'],
    ask: 'high_impact' as const,
    expires_at: null,
  }
  const registry: Registry = {
    version: 1,
    agents: new Map([[agent.id, agent]]),
    applications: new Map([[application.id, application]]),
    scopes: new Map([[agent.id, [scope]]]),
    credentials: new Map(),
    credentialsByHash: new Map(),
    tools,
    patterns: [],
    people,
    containments: [],
    observing: [],
    sources: [],
    calendars: new Map(),
    accountabilities: new Map(),
    policy,
    grants: new Map(),
    approvalPolicies: new Map(approvals.map(one => [one.name, one])),
    teams: new Map([[team, 'Replay'], ...asked.teams.map(id => [id, id] as const)]),
    epoch: 0,
    organisation: {
      demo: false,
      name: 'Replay',
      instance_epoch: 1,
      countersigning: { tier: 'none', past: [] },
      founding_until: null,
    },
  }
  return { registry, agent }
}

/** The catalogue as a person would have it who confirms every suggestion as it is. */
export function catalogueOf(definitions: readonly unknown[], sessions: readonly RecordedSession[]): Map<string, Tool> {
  const listed = new Map(definitions.map(one => listedTool.parse(one)).map(one => [one.name, one]))
  // What is called without a definition is known by its first call.
  for (const { tool, args } of sessions.flatMap(one => one.steps)) {
    if (listed.has(tool)) continue
    const properties = Object.fromEntries(Object.keys(args).map(name => [name, {}]))
    listed.set(tool, listedTool.parse({ name: tool, inputSchema: { type: 'object', properties } }))
  }
  return new Map(
    [...listed.values()].map(one => {
      const { because: _, ...classified } = suggest(one)
      return [one.name, { id: newId('tol'), name: one.name, description: '', classified, classify_hold_id: null }]
    }),
  )
}

/**
 * Judges recorded sessions by the gate's own decision, as a harness would have them asked: the prompt recorded before the
 * first action as the person's words, and what each action that went on returned recorded as a tool's result. Labels and
 * attackers' goals are not read.
 */
export function judgeSessions(
  policy: PolicySet,
  tools: ReadonlyMap<string, Tool>,
  sessions: readonly RecordedSession[],
  approvals: readonly ApprovalPolicy[] = [],
): JudgedSession[] {
  const { registry, agent } = registryOf(policy, tools, approvals)
  const known = agentIn(registry, agent.id)
  if (!known) throw new Error('the agent of the replay is not registered')
  return sessions.map(recorded => {
    const sources: Source[] = [{ kind: 'user', reported_by: 'harness', ref: 'prompt', text: recorded.prompt }]
    let state = unseen
    const steps = recorded.steps.map((step, number): Judged => {
      const submission = { tool: step.tool, params: step.args }
      const digest = actionDigest({ ...submission, resource: null }, text => hash('sha256', text))
      const tool = tools.get(step.tool) ?? null
      const seen = [...sources]
      const trace = traceIn(step.args, indexed(seen), true)
      const meanings = tool?.classified?.parameters ?? {}
      const facts = argumentFacts(trace, meanings, step.args)
      state = enter(state, seen)
      const candidate = candidateFor(
        {
          submission,
          digest,
          known,
          credential_id: '',
          session: recorded.session,
          fact: null,
          memory: { rejected_recently: false, outcome_unknown: false, open_holds: 0, too_many_tools: false },
          pinned: () => ({ ...nothingPinned, ...sessionFacts(state), ...facts }),
        },
        registry,
        at,
      )
      const { resolved } = candidate
      const ruling = decide(candidate, registry, at)
      const outcome = ruling.is === 'decided' ? ruling.status : ruling.is === 'refused' ? 'denied' : 'held'
      state = after(state, {
        tool: step.tool,
        operation: resolved.operation,
        classification: resolved.classification,
        status: outcome,
        untrusted_text: facts.untrusted_text,
      })
      if (outcome === 'allowed') {
        sources.push({
          kind: 'tool_result',
          reported_by: 'harness',
          ref: `${step.tool}#${number + 1}`,
          text: step.result,
        })
      }
      return {
        step,
        operation: resolved.operation,
        outcome: ruling.is === 'decided' && ruling.narrowed ? 'narrowed' : outcome,
        rules: ruling.is === 'held' ? ruling.rules : [],
        approvals: ruling.is === 'held' ? required(ruling.requirement) : 0,
        trace,
        meanings,
        sources: seen,
      }
    })
    return { recorded, steps }
  })
}
