import { z } from 'zod'
import * as answers from '@/lib/approval-policy/answers'
import { approvalPolicyBody, approvalPolicyText, policyName, retirementBody } from '@/lib/approval-policy/contract'
import { proposed } from '@/lib/kernel/answers'
import { pageQuery } from '@/server/db/page'
import { reader } from '@/server/db/tx'
import { type AnyDoor, door } from '@/server/http/door'
import { proposeApprovalPolicy } from './changes'
import { restoreApprovalPolicy, retireApprovalPolicy } from './retire'
import { approvalPoliciesPage, checkPolicy, readApprovalPolicy } from './views'

const path = '/api/console/approval-policies'
const params = z.strictObject({ name: policyName })

/** Approval policies: who must agree, in which order, by a name that rules give. */
export const approvalPolicyDoors: readonly AnyDoor[] = [
  door({
    method: 'GET',
    path,
    summary: 'Approval policies in force, by name, and which rules name them; or those that are retired',
    who: 'policy.read',
    query: z.strictObject({ ...pageQuery, status: z.enum(['in_force', 'retired']).default('in_force') }),
    answer: answers.approvalPolicies,
    handle: async ({ app }, { query }) => ({
      status: 200,
      body: await approvalPoliciesPage(reader(app.db.pool), { ...query, retired: query.status === 'retired' }),
    }),
  }),
  door({
    method: 'GET',
    path: `${path}/{name}`,
    summary: 'One approval policy with its earlier versions',
    who: 'policy.read',
    params,
    answer: answers.approvalPolicyDetail,
    handle: async ({ app }, { params }) => ({
      status: 200,
      body: await readApprovalPolicy(reader(app.db.pool), params.name),
    }),
  }),
  door({
    method: 'POST',
    path: `${path}/check`,
    summary: 'Who could meet this today: the people of every group, and where there are too few',
    who: 'policy.read',
    body: approvalPolicyText,
    answer: answers.checkedPolicy,
    handle: async ({ app }, { body }) => ({ status: 200, body: await checkPolicy(reader(app.db.pool), body) }),
  }),
  door({
    method: 'PUT',
    path: `${path}/{name}`,
    summary: 'Propose what an approval policy shall say; a second person agrees before it is in force',
    who: 'policy.propose',
    params,
    body: approvalPolicyBody,
    answer: proposed,
    refuses: ['approval_policy.unmeetable', 'approval_policy.retired', 'change.stale', 'change.open'],
    handle: async ({ app, by }, { params, body }) => ({
      status: 202,
      body: await proposeApprovalPolicy(app, by, params.name, body),
    }),
  }),
  door({
    method: 'POST',
    path: `${path}/{name}/retire`,
    summary: 'Retire an approval policy that no rule in force names: rules may name it no more',
    who: 'policy.propose',
    params,
    body: retirementBody,
    answer: null,
    refuses: ['approval_policy.named', 'approval_policy.retired', 'request.precondition_failed'],
    handle: async ({ app, by, headers }, { params, body }) => {
      await retireApprovalPolicy(app, by, params.name, body.reason, headers.get('if-match'))
      return { status: 204 }
    },
  }),
  door({
    method: 'POST',
    path: `${path}/{name}/restore`,
    summary: 'Let rules name a retired approval policy again, as it was',
    who: 'policy.propose',
    params,
    answer: null,
    refuses: ['approval_policy.unmeetable', 'request.precondition_failed'],
    handle: async ({ app, by, headers }, { params }) => {
      await restoreApprovalPolicy(app, by, params.name, headers.get('if-match'))
      return { status: 204 }
    },
  }),
]
