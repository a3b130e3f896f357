import { z } from 'zod'
import * as contract from '@/lib/agent/webhook-contract'
import { idSchema } from '@/lib/kernel/id-schema'
import {
  editWebhook,
  registerWebhook,
  renewSecret,
  revokeWebhook,
  sendAgain,
  showWebhooks,
  tryWebhook,
} from '@/server/agent/webhooks'
import { reader } from '@/server/db/tx'
import { type AnyDoor, door } from '@/server/http/door'

const path = '/api/console/destinations'
const params = z.strictObject({ id: idSchema('whk') })
const who = 'settings.write'
const secret = { 'cache-control': 'no-store' }

/** Where the organisation itself is told of holds: webhooks as agents have them, kept by administrators. */
export const destinationDoors: readonly AnyDoor[] = [
  door({
    method: 'GET',
    path,
    summary: 'Where the organisation is told of holds, and how that goes',
    who,
    answer: contract.destinations,
    handle: async ({ app, by }) => ({
      status: 200,
      body: await showWebhooks(reader(app.db.pool), { administrator: by }),
    }),
  }),
  door({
    method: 'POST',
    path,
    summary: 'Tell a system of holds: this answer is the only place that ever shows the secret',
    who,
    body: contract.destinationBody,
    answer: contract.destinationSecret,
    refuses: ['webhook.limit'],
    handle: async ({ app, by }, { body: { types, ...body } }) => ({
      status: 201,
      body: await registerWebhook(app, { administrator: by }, body, types),
      headers: secret,
    }),
  }),
  door({
    method: 'PATCH',
    path: `${path}/{id}`,
    summary: 'Change the name or the address of a destination',
    who,
    params,
    body: contract.webhookPatch,
    answer: contract.destination,
    refuses: ['request.precondition_failed'],
    handle: async ({ app, by, headers }, { params, body }) => ({
      status: 200,
      body: await editWebhook(app, { administrator: by }, params.id, body, headers.get('if-match')),
    }),
  }),
  door({
    method: 'POST',
    path: `${path}/{id}/rotate`,
    summary: 'A new secret for a destination; messages are signed with both for a while',
    who,
    params,
    body: contract.webhookRotation,
    answer: contract.destinationSecret,
    handle: async ({ app, by }, { params, body }) => ({
      status: 200,
      body: await renewSecret(app, { administrator: by }, params.id, body.overlap_seconds),
      headers: secret,
    }),
  }),
  door({
    method: 'POST',
    path: `${path}/{id}/test`,
    summary: 'Send a destination a message that tells of nothing, and say what came of it',
    who,
    params,
    answer: contract.webhookTest,
    handle: async ({ app, by }, { params }) => ({
      status: 200,
      body: await tryWebhook(app, { administrator: by }, params.id),
    }),
  }),
  door({
    method: 'POST',
    path: `${path}/{id}/send-again`,
    summary: 'Send again what a destination did not take, the oldest 500: the same messages under the same ids',
    who,
    params,
    answer: contract.webhookAgain,
    handle: async ({ app, by }, { params }) => ({
      status: 200,
      body: await sendAgain(app, { administrator: by }, params.id),
    }),
  }),
  door({
    method: 'DELETE',
    path: `${path}/{id}`,
    summary: 'Tell that destination nothing any more',
    who,
    params,
    answer: null,
    handle: async ({ app, by }, { params }) => {
      await revokeWebhook(app, { administrator: by }, params.id)
      return { status: 204 }
    },
  }),
]
