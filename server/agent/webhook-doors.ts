import { z } from 'zod'
import * as contract from '@/lib/agent/webhook-contract'
import { idSchema } from '@/lib/kernel/id-schema'
import { reader } from '@/server/db/tx'
import { type AnyDoor, door } from '@/server/http/door'
import type { KnownAgent } from './authenticate'
import {
  editWebhook,
  type Keeper,
  registerWebhook,
  renewSecret,
  revokeWebhook,
  sendAgain,
  showWebhooks,
  tryWebhook,
} from './webhooks'

const path = '/api/console/agents/{id}/webhooks'
const one = z.strictObject({ id: idSchema('agt') })
const pair = z.strictObject({ id: idSchema('agt'), wid: idSchema('whk') })
const own = z.strictObject({ id: idSchema('whk') })
const secret = { 'cache-control': 'no-store' }

const itself = ({ agent, credential }: KnownAgent): Keeper => ({
  agent: agent.id,
  principal: { kind: 'agent', id: agent.id, credential_id: credential.id },
})

/** Where agents are told of their decisions: kept by themselves, or by the people who answer for them. */
export const webhookDoors: readonly AnyDoor[] = [
  door({
    method: 'GET',
    path,
    summary: 'Where an agent is told of its decisions, and how that goes',
    who: 'signed_in',
    params: one,
    answer: contract.webhooks,
    handle: async ({ app, by }, { params }) => ({
      status: 200,
      body: await showWebhooks(reader(app.db.pool), { person: by, agent: params.id }),
    }),
  }),
  door({
    method: 'POST',
    path,
    summary: 'Tell an agent of its decisions there: this answer is the only place that ever shows the secret',
    who: 'signed_in',
    params: one,
    body: contract.webhookBody,
    answer: contract.webhookSecret,
    refuses: ['request.forbidden', 'agent.retired', 'webhook.limit'],
    handle: async ({ app, by }, { params, body }) => ({
      status: 201,
      body: await registerWebhook(app, { person: by, agent: params.id }, body),
      headers: secret,
    }),
  }),
  door({
    method: 'PATCH',
    path: `${path}/{wid}`,
    summary: 'Change the name or the address of a webhook',
    who: 'signed_in',
    params: pair,
    body: contract.webhookPatch,
    answer: contract.webhook,
    refuses: ['request.forbidden', 'request.precondition_failed'],
    handle: async ({ app, by, headers }, { params, body }) => ({
      status: 200,
      body: await editWebhook(app, { person: by, agent: params.id }, params.wid, body, headers.get('if-match')),
    }),
  }),
  door({
    method: 'POST',
    path: `${path}/{wid}/rotate`,
    summary: 'A new secret for a webhook; messages are signed with both for a while',
    who: 'signed_in',
    params: pair,
    body: contract.webhookRotation,
    answer: contract.webhookSecret,
    refuses: ['request.forbidden'],
    handle: async ({ app, by }, { params, body }) => ({
      status: 200,
      body: await renewSecret(app, { person: by, agent: params.id }, params.wid, body.overlap_seconds),
      headers: secret,
    }),
  }),
  door({
    method: 'POST',
    path: `${path}/{wid}/test`,
    summary: 'Send a webhook a message that tells of nothing, and say what came of it',
    who: 'signed_in',
    params: pair,
    answer: contract.webhookTest,
    refuses: ['request.forbidden'],
    handle: async ({ app, by }, { params }) => ({
      status: 200,
      body: await tryWebhook(app, { person: by, agent: params.id }, params.wid),
    }),
  }),
  door({
    method: 'POST',
    path: `${path}/{wid}/send-again`,
    summary:
      'Send again what a webhook did not take and was given up, the oldest 500: the same messages under the same ids',
    who: 'signed_in',
    params: pair,
    answer: contract.webhookAgain,
    refuses: ['request.forbidden'],
    handle: async ({ app, by }, { params }) => ({
      status: 200,
      body: await sendAgain(app, { person: by, agent: params.id }, params.wid),
    }),
  }),
  door({
    method: 'DELETE',
    path: `${path}/{wid}`,
    summary: 'Send nothing there any more',
    who: 'signed_in',
    params: pair,
    answer: null,
    refuses: ['request.forbidden'],
    handle: async ({ app, by }, { params }) => {
      await revokeWebhook(app, { person: by, agent: params.id }, params.wid)
      return { status: 204 }
    },
  }),
  door({
    method: 'GET',
    path: '/api/v1/webhooks',
    summary: 'The agent’s own webhooks, newest first',
    who: 'agent',
    answer: contract.webhooks,
    handle: async ({ app, by }) => ({ status: 200, body: await showWebhooks(reader(app.db.pool), itself(by)) }),
  }),
  door({
    method: 'POST',
    path: '/api/v1/webhooks',
    summary: 'Register where to be told of a decision; the secret is shown here alone',
    who: 'agent',
    body: contract.webhookBody,
    answer: contract.webhookSecret,
    refuses: ['webhook.limit'],
    handle: async ({ app, by }, { body }) => ({
      status: 201,
      body: await registerWebhook(app, itself(by), body),
      headers: secret,
    }),
  }),
  door({
    method: 'DELETE',
    path: '/api/v1/webhooks/{id}',
    summary: 'Send nothing there any more',
    who: 'agent',
    params: own,
    answer: null,
    handle: async ({ app, by }, { params }) => {
      await revokeWebhook(app, itself(by), params.id)
      return { status: 204 }
    },
  }),
]
