import { z } from 'zod'
import { preferenceBody } from '@/lib/access/notice'
import * as contract from '@/lib/integration/contract'
import { idSchema } from '@/lib/kernel/id-schema'
import { type AnyDoor, door } from '@/server/http/door'
import { changeNotices, sendChannelAgain, showChannels, showDead, showNotices, tryChannel } from './channels'
import { destinationDoors } from './destination-doors'
import { addDevice, dropDevice } from './push'
import { askSlackLink, confirmSlackLink, connectSlack, disconnectSlack, endSlackLink } from './slack'
import { takeInteraction } from './slack-interactions'

const me = '/api/console/me'
const all = '/api/console/channels'

/** How people are told: by themselves, and what the whole organisation uses for it. */
export const channelDoors: readonly AnyDoor[] = [
  ...destinationDoors,
  door({
    method: 'GET',
    path: `${me}/notices`,
    summary: 'How I am told, and what reaches me',
    who: 'signed_in',
    answer: contract.notices,
    handle: async ({ app, by }) => ({ status: 200, body: await showNotices(app, by) }),
  }),
  door({
    method: 'PUT',
    path: `${me}/notices`,
    summary: 'Say by which channels I am told of what, and when not',
    who: 'signed_in',
    body: preferenceBody,
    answer: contract.notices,
    refuses: ['request.precondition_failed'],
    handle: async ({ app, by, headers }, { body }) => ({
      status: 200,
      body: await changeNotices(app, by, body, headers.get('if-match')),
    }),
  }),
  door({
    method: 'POST',
    path: `${me}/notices/{channel}/test`,
    summary: 'Send me a message that tells of nothing, now, and say what came of it',
    who: 'signed_in',
    params: contract.channelParam,
    answer: contract.channelTest,
    handle: async ({ app, by }, { params }) => ({ status: 200, body: await tryChannel(app, by, params.channel) }),
  }),
  door({
    method: 'POST',
    path: `${me}/slack`,
    summary: 'Have a code sent to the Slack account that is mine',
    who: 'signed_in',
    body: contract.slackAskBody,
    answer: contract.notices,
    refuses: ['session.stale', 'limit.exceeded', 'slack.refused', 'request.not_found'],
    handle: async ({ app, by }, { body }) => {
      await askSlackLink(app, by, body.slack_user_id)
      return { status: 200, body: await showNotices(app, by) }
    },
  }),
  door({
    method: 'POST',
    path: `${me}/slack/confirm`,
    summary: 'Link the Slack account that was sent this code to me',
    who: 'signed_in',
    body: contract.slackCodeBody,
    answer: contract.notices,
    refuses: ['session.stale', 'slack.code_invalid', 'slack.linked', 'request.not_found'],
    handle: async ({ app, by }, { body }) => {
      await confirmSlackLink(app, by, body.code)
      return { status: 200, body: await showNotices(app, by) }
    },
  }),
  door({
    method: 'DELETE',
    path: `${me}/slack`,
    summary: 'Link my Slack account no longer',
    who: 'signed_in',
    answer: null,
    handle: async ({ app, by }) => {
      await endSlackLink(app, by)
      return { status: 204 }
    },
  }),
  door({
    method: 'POST',
    path: `${me}/push`,
    summary: 'Have this browser or phone told',
    who: 'signed_in',
    body: contract.pushBody,
    answer: contract.notices,
    refuses: ['push.limit'],
    handle: async ({ app, by }, { body }) => {
      await addDevice(app, by, body)
      return { status: 201, body: await showNotices(app, by) }
    },
  }),
  door({
    method: 'DELETE',
    path: `${me}/push/{id}`,
    summary: 'Tell that browser or phone nothing any more',
    who: 'signed_in',
    params: z.strictObject({ id: idSchema('psh') }),
    answer: null,
    handle: async ({ app, by }, { params }) => {
      await dropDevice(app, by, params.id)
      return { status: 204 }
    },
  }),
  door({
    method: 'GET',
    path: all,
    summary: 'The channels that people are told by, and how these go',
    who: 'settings.write',
    answer: contract.channelsShown,
    handle: async ({ app, by }) => ({ status: 200, body: await showChannels(app, by) }),
  }),
  door({
    method: 'GET',
    path: `${all}/{channel}/dead`,
    summary: 'What was given up on a channel, newest first',
    who: 'settings.write',
    params: contract.channelParam,
    answer: contract.deadLetters,
    handle: async ({ app, by }, { params }) => ({ status: 200, body: await showDead(app, by, params.channel) }),
  }),
  door({
    method: 'POST',
    path: `${all}/{channel}/send-again`,
    summary: 'Send again what was given up on a channel, the newest 500',
    who: 'settings.write',
    params: contract.channelParam,
    answer: contract.sentAgain,
    handle: async ({ app, by }, { params }) => ({ status: 200, body: await sendChannelAgain(app, by, params.channel) }),
  }),
  door({
    method: 'PUT',
    path: '/api/console/slack',
    summary: 'Connect a Slack workspace by its bot’s token, or give its secrets anew',
    who: 'settings.write',
    body: contract.slackBody,
    answer: contract.channelsShown,
    refuses: ['session.stale', 'slack.refused'],
    handle: async ({ app, by }, { body }) => {
      await connectSlack(app, by, body)
      return { status: 200, body: await showChannels(app, by) }
    },
  }),
  door({
    method: 'DELETE',
    path: '/api/console/slack',
    summary: 'Disconnect Slack: its secrets are gone, and nobody is linked any more',
    who: 'settings.write',
    answer: null,
    refuses: ['request.not_found'],
    handle: async ({ app, by }) => {
      await disconnectSlack(app, by)
      return { status: 204 }
    },
  }),
  door({
    method: 'POST',
    path: '/api/integrations/slack/interactions',
    summary:
      'What a person pressed in Slack, signed by Slack (v0); it decides what is of low risk for those who are linked',
    who: 'open',
    form: true,
    answer: null,
    media: 'text/plain',
    refuses: ['slack.unsigned', 'request.not_found'],
    handle: async ({ app, headers, raw }) => {
      await takeInteraction(app, headers, raw)
      return new Response('', { headers: { 'content-type': 'text/plain' } })
    },
  }),
]
