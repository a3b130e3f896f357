import { z } from 'zod'
import * as answers from '@/lib/approval-policy/answers'
import { approvalPolicyBody, approvalPolicyText, policyName } from '@/lib/approval-policy/contract'
import { proposed } from '@/lib/kernel/answers'
import { reader } from '@/server/db/tx'
import { type AnyDoor, door } from '@/server/http/door'
import { proposeApprovalPolicy } from './changes'
import { checkPolicy, listApprovalPolicies, readApprovalPolicy } from './views'

const path = '/api/console/approval-policies'
const params = z.strictObject({ name: policyName })

/** Approval policies: who must agree, in which order, by a name that rules give. */
export const approvalPolicyDoors: readonly AnyDoor[] = [
  door({
    method: 'GET',
    path,
    summary: 'Approval policies in force, and which rules name them',
    who: 'policy.read',
    answer: answers.approvalPolicies,
    handle: async ({ app }) => ({ status: 200, body: await listApprovalPolicies(reader(app.db.pool)) }),
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
    refuses: ['approval_policy.unmeetable', 'change.stale', 'change.open'],
    handle: async ({ app, by }, { params, body }) => ({
      status: 202,
      body: await proposeApprovalPolicy(app, by, params.name, body),
    }),
  }),
]
