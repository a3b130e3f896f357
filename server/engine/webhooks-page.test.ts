import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { expect, it, onTestFinished } from 'vitest'
import { root } from '@/server/root'
import { everything, world } from '@/server/testing/world'

const w = await world(1, { fetchAllow: ['127.0.0.0/8'] })
const scopes = [everything]
const page = readFileSync(join(root, 'docs/webhooks.md'), 'utf8')

it('docs/webhooks.md: its receiver, run as it stands, is woken, asks the gate and learns what it may do; what is forged it refuses', async () => {
  await w.tools({ run: {} })
  const { key } = await w.agent({ scopes })
  const code = /```js\n([\s\S]+?)```/.exec(page)?.[1] ?? ''
  const folder = join(root, '.build', `webhook-page-${process.pid}`)
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'receiver.mjs'), code)
  // It must listen before there is a secret; so the secret is of a webhook that is moved to where it listens.
  const made = await w.gate(key, 'POST', '/api/v1/webhooks', { url: 'http://127.0.0.1:1/wake' })
  const child = spawn(process.execPath, [join(folder, 'receiver.mjs')], {
    env: {
      NODE_ENV: 'production',
      PORT: '0',
      HOLDPOINT_URL: w.servers[0]?.url ?? '',
      HOLDPOINT_KEY: key,
      HOLDPOINT_WEBHOOK_SECRET: made.body.secret,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  onTestFinished(async () => {
    const over = once(child, 'exit')
    child.kill()
    await over
    rmSync(folder, { recursive: true, force: true })
  })
  const said: string[] = []
  createInterface({ input: child.stdout }).on('line', line => said.push(line))
  await expect.poll(() => said[0], { timeout: 10_000 }).toMatch(/^listening on \d+$/)
  const url = `http://127.0.0.1:${said[0]?.split(' ').at(-1)}/wake`
  const olga = await w.signedIn(w.owner)
  const me = (await w.gate(key, 'GET', '/api/v1/agent')).body.id
  expect((await olga('PATCH', `/api/console/agents/${me}/webhooks/${made.body.id}`, { url })).status).toBe(200)
  const action = (await w.submit(key, { tool: 'run', notify: made.body.id })).body
  const ann = await w.signedIn(w.approver)
  await ann('POST', `/api/console/holds/${action.hold.id}/reviews`, { verdict: 'approve', digest: action.digest })
  await expect.poll(() => said[1], { timeout: 10_000 }).toBe('allow execute')
  const headers = { 'webhook-id': 'msg_1', 'webhook-timestamp': '1', 'webhook-signature': 'v1,AAAA' }
  expect((await fetch(url, { method: 'POST', body: '{}', headers })).status).toBe(401)
})
