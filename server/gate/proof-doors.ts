import { z } from 'zod'
import { asksOf, groupWho, groupWords } from '@/lib/gate/asks-of'
import type { Registry } from '@/lib/gate/registry'
import { candidates } from '@/lib/hold/quorum'
import { isId } from '@/lib/kernel/id'
import { Refused } from '@/lib/kernel/problem'
import { policySource } from '@/lib/policy/contract'
import * as answers from '@/lib/policy/proof-answers'
import { factsWith, given, ordinaryFacts } from '@/lib/policy/proof-case'
import { type CountPeople, reportOf } from '@/lib/policy/proof-report'
import type { Tally } from '@/lib/policy/proof-tally'
import { type ActionRow, readActions } from '@/server/action/store'
import { reader } from '@/server/db/tx'
import { type Call, door } from '@/server/http/door'
import { progressMedia, progressOf } from '@/server/http/progress'
import { visibleAgents } from '@/server/http/visible-agents'
import { demandKept, explainJudgement } from '@/server/policy/proof-explain'
import { askingAbout, isNarrowable, rememberAction } from '@/server/policy/proof-rows'
import { endShadow, startShadow } from '@/server/policy/proof-shadow'
import { latestShadow } from '@/server/policy/proof-store'
import { asksByName, candidateOf, demandMayTry, inForceOnTrial, replayCandidate } from '@/server/policy/proof-try'
import { findPolicy } from '@/server/policy/store'

/** Who would be asked, and how many they are today; four eyes may take some of them away. */
const peopleOf =
  (registry: Registry): CountPeople =>
  group => ({
    name: groupWords(group, registry),
    people: candidates({ stages: [{ approvals: 1, who: groupWho(group) }], veto: true }, registry.people).length,
  })

async function knownAction({ app }: Pick<Call<'signed_in'>, 'app'>, id: string): Promise<ActionRow> {
  const [row] = isId('act', id) ? await readActions(reader(app.db.pool), [id]) : []
  if (!row) throw new Refused('request.not_found')
  return row
}

async function shadowAnswer({ app }: Pick<Call<'signed_in'>, 'app'>) {
  const { at, registry } = await app.gate.registries.now()
  const row = await latestShadow(reader(app.db.pool))
  if (!row) return { shadow: null }
  const until = new Date(Math.min(at.getTime(), (row.stopped_at ?? row.ends_at).getTime()))
  // Days count from when it began: an hour without traffic is an hour of it.
  const tally = { ...row.tally, from: row.tally.from === null ? null : row.started_at.toISOString() }
  return {
    shadow: {
      id: row.id,
      digest: row.digest,
      source: row.source,
      started_by: { id: row.started_by, name: registry.people.find(one => one.id === row.started_by)?.name ?? null },
      started_at: row.started_at.toISOString(),
      ends_at: row.ends_at.toISOString(),
      stopped_at: row.stopped_at?.toISOString() ?? null,
      report: reportOf(tally, until, peopleOf(registry)),
    },
  }
}

/** A candidate beside what is in force, on what agents did and do; and why a decision is what it is. */
export const proofDoors = [
  door({
    method: 'POST',
    path: '/api/console/policy/replay',
    summary:
      'Ask a candidate about recorded decisions: what it would newly allow, hold and deny, and whom it would ask how often; how far it is, for who accepts NDJSON',
    who: 'policy.propose',
    body: z.strictObject({
      source: policySource,
      days: z.number().int().min(1).max(30).default(14),
      limit: z.number().int().min(1).max(20_000).default(20_000),
    }),
    answer: answers.report,
    refuses: ['policy.invalid', 'limit.exceeded', 'request.not_found'],
    async handle({ app, by, headers, signal }, { body }) {
      demandMayTry(by)
      const { at, registry } = await app.gate.registries.now()
      const work = replayCandidate(app, body, asksOf(registry), at, signal)
      const report = (tally: Tally) => reportOf(tally, at, peopleOf(registry))
      if (headers.get('accept') === progressMedia) return progressOf(work, report)
      let step = await work.next()
      while (!step.done) step = await work.next()
      return { status: 200, body: report(step.value) }
    },
  }),
  door({
    method: 'GET',
    path: '/api/console/policy/shadow',
    summary: 'The candidate that runs beside live traffic, or ran last, with its report',
    who: 'policy.propose',
    answer: answers.shadow,
    async handle(call) {
      demandMayTry(call.by)
      return { status: 200, body: await shadowAnswer(call) }
    },
  }),
  door({
    method: 'POST',
    path: '/api/console/policy/shadow',
    summary: 'Let a candidate run beside live traffic, deciding nothing; what ran before ends',
    who: 'policy.propose',
    body: z.strictObject({ source: policySource, days: z.number().int().min(1).max(14).default(7) }),
    answer: answers.shadow,
    refuses: ['policy.invalid'],
    async handle(call, { body }) {
      await startShadow(call.app, call.by, body)
      return { status: 201, body: await shadowAnswer(call) }
    },
  }),
  door({
    method: 'POST',
    path: '/api/console/policy/shadow/stop',
    summary: 'End the candidate that runs beside live traffic; its report stays',
    who: 'policy.propose',
    answer: null,
    refuses: ['request.not_found'],
    async handle({ app, by }) {
      await endShadow(app, by)
      return { status: 204 }
    },
  }),
  door({
    method: 'POST',
    path: '/api/console/policy/what-if',
    summary: 'What would be decided, by which rules, and which single fact would change it',
    who: 'policy.propose',
    body: z.strictObject({
      facts: given.optional(),
      action_id: z.string().max(64).optional(),
      changes: given.optional(),
      source: policySource.optional(),
    }),
    answer: answers.explained,
    refuses: ['policy.invalid', 'policy.not_kept', 'request.not_found'],
    async handle(call, { body }) {
      demandMayTry(call.by)
      const set = body.source === undefined ? await inForceOnTrial(call.app) : await candidateOf(body.source)
      const remembered = body.action_id === undefined ? null : rememberAction(await knownAction(call, body.action_id))
      const base = remembered ? demandKept(remembered, set) : ordinaryFacts
      const facts = factsWith(base, { ...body.facts, ...body.changes })
      const { registry } = await call.app.gate.registries.now()
      const asks = remembered ? askingAbout(remembered, asksOf(registry)) : asksOf(registry)
      const explained = await explainJudgement(set, facts, asks, call.signal)
      return {
        status: 200,
        body: { ...explained, policy_version: body.source === undefined ? set.version : null, facts: { ...facts } },
      }
    },
  }),
  door({
    method: 'GET',
    path: '/api/console/actions/{id}/explain',
    summary: 'Why an action was decided so by the policy of its time, and which single fact would have changed it',
    who: 'signed_in',
    params: z.strictObject({ id: z.string() }),
    answer: answers.explained,
    refuses: ['policy.not_kept'],
    async handle(call, { params }) {
      const row = await knownAction(call, params.id)
      const visible = await visibleAgents(call)
      if (visible && !visible.has(row.agent_id)) throw new Refused('request.not_found')
      const remembered = rememberAction(row)
      const version = remembered.stored.policy_version
      const policy = version === undefined ? null : await findPolicy(reader(call.app.db.pool), version)
      if (!policy) throw new Refused('policy.not_kept')
      const set = await candidateOf(policy.source)
      const facts = demandKept(remembered, set)
      const asks = await asksByName(reader(call.app.db.pool), row.created_at)
      const narrowable = isNarrowable(row, remembered, set, asks, policy.version)
      const explained = await explainJudgement(set, facts, asks, call.signal, narrowable)
      return { status: 200, body: { ...explained, policy_version: policy.version, facts: { ...facts } } }
    },
  }),
]
