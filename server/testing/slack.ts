import { createHmac } from 'node:crypto'
import { createServer } from 'node:http'

interface SlackCall {
  readonly method: string
  // biome-ignore lint/suspicious/noExplicitAny: a test reads what it expects and fails where it is not there
  readonly body: any
}

export const slackToken = 'xoxb-1111-2222-abcdefghijkl'
export const slackSecret = '0123456789abcdef0123456789abcdef'

/**
 * Slack as far as Holdpoint sees it, on loopback: knows one bot's token and refuses others, resolves addresses, keeps messages,
 * and signs what people press. `fail` makes the next calls of a method fail with Slack's own word;
 * `arrived` is told of a message before it is answered.
 */
export async function slackShaped(users: Readonly<Record<string, string>> = {}, arrived: () => void = () => undefined) {
  const calls: SlackCall[] = []
  const fail = new Map<string, string>()
  const accounts = { ...users }
  let count = 0
  const answer = (method: string, body: { email?: string; channel?: string; user?: string }): object => {
    const failed = fail.get(method)
    if (failed) return { ok: false, error: failed }
    if (method === 'auth.test') return { ok: true, team: 'Acme', team_id: 'T0001', user_id: 'UBOT00', bot_id: 'B0001' }
    if (method === 'users.lookupByEmail') {
      const id = accounts[body.email ?? '']
      return id ? { ok: true, user: { id } } : { ok: false, error: 'users_not_found' }
    }
    return { ok: true, channel: `D${String(body.channel).slice(1)}`, ts: `${1_700_000_000 + count++}.000100` }
  }
  const server = createServer(async (request, response) => {
    let text = ''
    for await (const chunk of request) text += String(chunk)
    const method = (request.url ?? '').replace('/api/', '')
    response.setHeader('content-type', 'application/json')
    if (request.headers.authorization !== `Bearer ${slackToken}`)
      return response.end(JSON.stringify({ ok: false, error: 'invalid_auth' }))
    // As Slack does: what reads takes a form, and no JSON.
    const isForm = request.headers['content-type'] === 'application/x-www-form-urlencoded'
    if (isForm !== method.startsWith('users.'))
      return response.end(JSON.stringify({ ok: false, error: 'invalid_arguments' }))
    const body = isForm ? Object.fromEntries(new URLSearchParams(text)) : JSON.parse(text)
    const said = answer(method, body)
    if (!fail.has(method)) calls.push({ method, body })
    if (method === 'chat.postMessage') arrived()
    response.end(JSON.stringify(said))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const close = () => {
    server.closeAllConnections()
    server.close()
  }
  const address = server.address()
  const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/api`
  return { url, close, calls, fail, accounts, posted: () => calls.filter(one => one.method === 'chat.postMessage') }
}

/** What Slack posts when somebody presses a button: the body, and the headers that sign it. */
export function pressed(
  press: { user: string; action: string; value: string; team?: string; nonce?: string },
  at: Date,
  secret = slackSecret,
): { body: string; headers: Record<string, string> } {
  const payload = {
    type: 'block_actions',
    team: { id: press.team ?? 'T0001' },
    user: { id: press.user, team_id: press.team ?? 'T0001' },
    trigger_id: press.nonce ?? '1',
    actions: [{ action_id: press.action, value: press.value, type: 'button' }],
  }
  const body = new URLSearchParams({ payload: JSON.stringify(payload) }).toString()
  const timestamp = String(Math.floor(at.getTime() / 1_000))
  const signature = `v0=${createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex')}`
  return {
    body,
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'x-slack-request-timestamp': timestamp,
      'x-slack-signature': signature,
    },
  }
}
