import { z } from 'zod'
import * as answers from '@/lib/access/answers'
import { readUserCode } from '@/lib/access/device'
import { deviceBody, deviceTokenBody, deviceVerdictBody } from '@/lib/access/device-contract'
import { Refused } from '@/lib/kernel/problem'
import { type AnyDoor, door } from '@/server/http/door'
import { answerDevice, askForDevice, codeSeconds, redeemDevice, showDevice } from './device'

const code = z.strictObject({ code: z.string().min(1).max(40) })

/** How a command line is let in: it asks, the person answers in their browser, it fetches its token (RFC 8628). */
export const deviceDoors: readonly AnyDoor[] = [
  door({
    method: 'POST',
    path: '/api/console/device',
    summary: 'A command line asks to be let in (RFC 8628 §3.1)',
    who: 'open',
    body: deviceBody,
    answer: answers.deviceCodes,
    refuses: ['limit.exceeded'],
    handle: async ({ app, remote }, { body }) => {
      await app.sessions.throttle.attempt(remote, `device ${remote}`)
      const given = await askForDevice(app, body, remote)
      const verification_uri = `${app.config.url}/device`
      return {
        status: 200,
        body: {
          ...given,
          verification_uri,
          verification_uri_complete: `${verification_uri}?code=${given.user_code}`,
          expires_in: codeSeconds,
        },
      }
    },
  }),
  door({
    method: 'POST',
    path: '/api/console/device/token',
    summary: 'Has the person let it in? Gives its token, once (RFC 8628 §3.4)',
    who: 'open',
    body: deviceTokenBody,
    answer: answers.deviceToken,
    refuses: ['limit.exceeded', 'device.pending', 'device.too_fast', 'device.denied', 'device.expired'],
    handle: async ({ app, headers, remote }, { body }) => {
      const { token, seconds, read_only } = await redeemDevice(app, body.device_code, headers.get('user-agent')).catch(
        async (error: unknown) => {
          if (error instanceof Refused && error.code === 'device.expired')
            await app.sessions.throttle.attempt(remote, `device code ${remote}`)
          throw error
        },
      )
      return {
        status: 200,
        body: {
          access_token: token,
          token_type: 'Bearer',
          expires_in: seconds,
          scope: read_only ? 'read' : 'decide',
        },
      }
    },
  }),
  door({
    method: 'GET',
    path: '/api/console/device/{code}',
    summary: 'What a command line asks of me; decides nothing',
    who: 'signed_in',
    token: 'never',
    params: code,
    answer: answers.deviceAsked,
    refuses: ['limit.exceeded'],
    handle: async ({ app, by, remote }, { params }) => {
      await app.sessions.throttle.attempt(remote, `code ${by.id}`)
      const { machine, remote: from, read_only, days, created_at, expires_at } = await showDevice(app, params.code)
      await app.sessions.throttle.succeeded(remote, `code ${by.id}`)
      return {
        status: 200,
        body: {
          user_code: readUserCode(params.code) ?? '',
          machine,
          remote: from,
          same_address: from === remote,
          scope: read_only ? 'read' : 'decide',
          days,
          created_at,
          expires_at,
        },
      }
    },
  }),
  door({
    method: 'POST',
    path: '/api/console/device/{code}',
    summary: 'Let that command line in, or not: once, after a fresh sign-in',
    who: 'signed_in',
    params: code,
    body: deviceVerdictBody,
    answer: null,
    refuses: ['limit.exceeded', 'device.decided', 'session.stale'],
    handle: async ({ app, by, remote }, { params, body }) => {
      await app.sessions.throttle.attempt(remote, `code ${by.id}`)
      await answerDevice(app, by, params.code, body.verdict)
      await app.sessions.throttle.succeeded(remote, `code ${by.id}`)
      return { status: 204 }
    },
  }),
]
