import { z } from 'zod'
import { isAccountsFault, slackError } from '@/lib/integration/slack'
import type { Instance } from '@/server/instance'
import { readAllow } from '@/server/outgoing/address'
import { guardedFetch } from '@/server/outgoing/guarded-fetch'
import { GivenUp } from './notice'

const answer = z.looseObject({ ok: z.boolean(), error: z.string().optional() })

/** Slack said no. `code` is its own word, the message is for people. */
export class SlackRefused extends Error {
  constructor(readonly code: string) {
    super(slackError(code))
  }
}

/**
 * Calls one method of Slack's Web API with a bot's token, over the guarded client. Ten seconds and 256 KiB at most (X05).
 * @throws SlackRefused, GivenUp where the account is at fault, OutgoingRefused
 */
export async function callSlack(
  app: Pick<Instance, 'config'>,
  token: string,
  method: string,
  body: object,
): Promise<z.output<typeof answer>> {
  const sent = written(method, body)
  const { status, body: said } = await guardedFetch(
    {
      method: 'POST',
      url: `${app.config.slackApi}/${method}`,
      headers: { authorization: `Bearer ${token}`, 'content-type': sent.type },
      body: sent.body,
      milliseconds: 10_000,
      maxBytes: 262_144,
    },
    readAllow(app.config.fetchAllow),
  )
  if (status === 429) throw new SlackRefused('ratelimited')
  const read = status === 200 ? answer.safeParse(jsonIn(said)) : null
  if (!read?.success) throw new SlackRefused(`http_${status}`)
  if (read.data.ok) return read.data
  const code = read.data.error ?? 'unknown'
  throw isAccountsFault(code) ? new GivenUp(slackError(code)) : new SlackRefused(code)
}

/** Methods that read take a form alone; those that write take JSON. */
function written(method: string, body: object): { type: string; body: string } {
  if (!method.startsWith('users.')) return { type: 'application/json; charset=utf-8', body: JSON.stringify(body) }
  const form = new URLSearchParams(Object.entries(body).map(([name, value]) => [name, String(value)]))
  return { type: 'application/x-www-form-urlencoded', body: form.toString() }
}

function jsonIn(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'))
  } catch {
    return null
  }
}
