import { z } from 'zod'
import { proposed } from '@/lib/kernel/answers'
import { Refused } from '@/lib/kernel/problem'
import * as answers from '@/lib/policy/answers'
import { proposalContract } from '@/lib/policy/contract'
import { noRule } from '@/lib/policy/pack'
import { reader } from '@/server/db/tx'
import { waitingChange } from '@/server/hold/propose'
import { door } from '@/server/http/door'
import { readPoliciesAside } from './aside'
import { proposePolicy } from './changes'
import { draftDoors } from './draft-doors'
import { currentPolicy, findPolicy, listPolicies, type PolicyRow } from './store'

/** One policy as people read it: its sentence first, Cedar behind it. */
async function readable(row: PolicyRow) {
  const { policies, rules } = await readPoliciesAside(row.source)
  const shown = [...rules.values()].map(rule => ({
    id: rule.id,
    rule: rule.rule,
    effect:
      rule.effect === 'permit'
        ? ('permit' as const)
        : rule.approvals === null
          ? ('forbid' as const)
          : ('hold' as const),
    sentence: rule.reason,
    approval:
      rule.approvals === null
        ? null
        : {
            approvals: rule.approvals,
            who: rule.who,
            requirement: rule.requirement
              ? `as the approval policy “${rule.requirement}” says`
              : requirement(rule.approvals, rule.who),
            timeout_seconds: rule.timeout_seconds ?? 14_400,
          },
    cedar: policies[rule.id] ?? '',
  }))
  return [
    ...shown,
    { id: noRule.id, rule: noRule.rule, effect: 'forbid' as const, sentence: noRule.reason, approval: null, cedar: '' },
  ]
}

function requirement(approvals: number, who: string): string {
  const whom =
    {
      team_approvers: 'of the owning team',
      any_approver: 'of the organisation',
      classifiers: 'who may classify',
      governing: 'who governs',
    }[who] ?? ''
  return `${approvals === 1 ? 'one approver' : `${approvals} approvers`} ${whom}`.trim()
}

function versionItem(row: PolicyRow) {
  return {
    id: `policy-${row.version}`,
    created_at: row.published_at.toISOString(),
    etag: `"${row.version}"`,
    version: row.version,
    digest: row.digest,
    note: row.note,
    hold_id: row.hold_id,
    published_by: row.published_by,
    published_at: row.published_at.toISOString(),
  }
}

/** Reading policy, and proposing another: publishing is always a change that a second person agrees to. */
export const policyDoors = [
  door({
    method: 'GET',
    path: '/api/console/policy',
    summary: 'The policy in force, as readable rules',
    who: 'policy.read',
    answer: answers.policy,
    refuses: ['request.not_found'],
    async handle(call) {
      const db = reader(call.app.db.pool)
      const row = await currentPolicy(db)
      if (!row) throw new Refused('request.not_found')
      const body = {
        id: `policy-${row.version}`,
        etag: `"${row.version}"`,
        created_at: row.published_at.toISOString(),
        version: row.version,
        digest: row.digest,
        note: row.note,
        published_at: row.published_at.toISOString(),
        published_by: {
          id: row.published_by,
          name: call.app.gate.registries.latest()?.people.find(one => one.id === row.published_by)?.name ?? 'Holdpoint',
        },
        source: row.source,
        rules: await readable(row),
        pending_hold_id: await waitingChange(db, 'policy.publish', 'policy'),
      }
      return { status: 200, body, headers: { etag: body.etag } }
    },
  }),
  door({
    method: 'GET',
    path: '/api/console/policy/versions',
    summary: 'Published policies, newest first',
    who: 'policy.read',
    query: z.strictObject({ limit: z.coerce.number().int().min(1).max(200).default(50) }),
    answer: answers.policyVersions,
    async handle(call, { query }) {
      const rows = await listPolicies(reader(call.app.db.pool), query.limit)
      const items = rows.map(versionItem)
      return { status: 200, body: { items, next_cursor: null } }
    },
  }),
  door({
    method: 'GET',
    path: '/api/console/policy/versions/{version}',
    summary: 'One published policy, with its source',
    who: 'policy.read',
    params: z.object({ version: z.string() }),
    answer: answers.policyVersion,
    async handle({ app }, { params }) {
      const row = await findPolicy(reader(app.db.pool), Number(params.version))
      if (!row) throw new Refused('request.not_found')
      return { status: 200, body: { ...versionItem(row), source: row.source } }
    },
  }),
  door({
    method: 'POST',
    path: '/api/console/policy',
    summary: 'Propose another policy',
    who: 'policy.propose',
    token: 'decide',
    body: proposalContract,
    answer: proposed,
    refuses: ['policy.invalid', 'policy.cases_failed', 'policy.slow', 'change.open', 'change.stale'],
    async handle(call, { body }) {
      return { status: 202, body: await proposePolicy(call.app, call.by, body) }
    },
  }),
  ...draftDoors,
]
