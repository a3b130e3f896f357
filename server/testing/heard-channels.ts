import { createECDH, randomBytes } from 'node:crypto'
import { plainPreference } from '@/lib/access/notice'
import type { Caller } from './heard'
import { slackSecret, type slackShaped, slackToken } from './slack'

/** Knocks at every door of channels that answers a browser. */
export async function hearChannels(
  slack: Awaited<ReturnType<typeof slackShaped>>,
  administrator: Caller,
): Promise<void> {
  await administrator('GET', '/me/notices')
  await administrator('PUT', '/me/notices', {}, plainPreference)
  await administrator('PUT', '/me/notices', {}, plainPreference, { 'if-match': '"v9"' })
  await administrator('PUT', '/me/notices', {}, { topics: {} })
  await administrator('POST', '/me/notices/{channel}/test', { channel: 'mail' })
  await administrator('POST', '/me/slack', {}, {})
  await administrator('PUT', '/slack', {}, { token: 'xoxb-9999-wrong-token', signing_secret: slackSecret })
  await administrator('PUT', '/slack', {}, { token: slackToken, signing_secret: slackSecret })
  await administrator('POST', '/me/slack', {}, { slack_user_id: 'UADA0001' })
  await administrator('POST', '/me/slack', {}, { slack_user_id: 'UADA0001' })
  await administrator('POST', '/me/slack/confirm', {}, { code: '00000000' })
  const code = /^\S{8}/.exec(slack.posted().at(-1)?.body.text ?? '')?.[0]
  await administrator('POST', '/me/slack/confirm', {}, { code })
  await administrator('DELETE', '/me/slack')
  const ecdh = createECDH('prime256v1')
  ecdh.generateKeys()
  const keys = { p256dh: ecdh.getPublicKey('base64url'), auth: randomBytes(16).toString('base64url') }
  const added = await administrator('POST', '/me/push', {}, { endpoint: `${slack.url}/device`, keys, name: 'Phone' })
  const [device] = added.body.push.devices
  await administrator('DELETE', '/me/push/{id}', { id: device.id })
  await administrator('GET', '/channels')
  await administrator('GET', '/channels/{channel}/dead', { channel: 'push' })
  await administrator('POST', '/channels/{channel}/send-again', { channel: 'push' })
  await administrator('DELETE', '/slack')
  await administrator('DELETE', '/slack')
}

/** And at those of the organisation's own webhooks. */
export async function hearDestinations(url: string, administrator: Caller): Promise<void> {
  const body = { url: `${url}/told`, name: 'Warehouse', types: ['hold.opened'] }
  const made = await administrator('POST', '/destinations', {}, body)
  await administrator('POST', '/destinations', {}, { ...body, types: [] })
  await administrator('GET', '/destinations')
  await administrator('PATCH', '/destinations/{id}', made.body, { name: 'Lake' })
  await administrator('PATCH', '/destinations/{id}', made.body, { name: 'Pond' }, { 'if-match': '"v9"' })
  await administrator('POST', '/destinations/{id}/rotate', made.body, {})
  await administrator('POST', '/destinations/{id}/test', made.body)
  await administrator('POST', '/destinations/{id}/send-again', made.body)
  await administrator('DELETE', '/destinations/{id}', made.body)
  await administrator('POST', '/destinations/{id}/test', made.body)
}
