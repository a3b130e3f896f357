import { randomUUID } from 'node:crypto'
import { expect } from 'vitest'
import type { Config } from '@/server/config'
import { applyChanges } from '@/server/engine/apply-changes'
import { everything, type Person, world } from './world'

/** An organisation in which agents ask for standing approvals, and people agree to them. Call at the top of a test file. */
export async function granting(changes: Partial<Config> = {}) {
  const w = await world(1, changes)
  const [server] = w.servers
  if (!server) throw new Error('no server')
  const { app } = server
  await w.tools({
    pay_invoice: { operation: 'pay', parameters: { recipient: 'recipient', amount: 'amount', note: 'body' } },
    shell: { operation: 'execute' },
    run_sql: { operation: 'execute', parameters: { statement: 'sql' } },
    send_report: { operation: 'send', parameters: { to: 'recipient' } },
  })
  const [governor, approver, administrator, owner, viewer, outsider] = await Promise.all(
    [w.governor, w.approver, w.administrator, w.owner, w.viewer, w.outsider].map(one => w.signedIn(one)),
  )
  if (!governor || !approver || !administrator || !owner || !viewer || !outsider) throw new Error('nobody')
  const auditor = await w.signedIn(await w.person('Aud Auditor', [{ role: 'auditor', team_id: null }]))

  const line = {
    tool: 'pay_invoice',
    resource: { type: 'invoice', id: 'INV-2026-*' },
    params: { recipient: { equals: 'DE89' }, amount: { at_most: '100' } },
    count: 3,
    amount: { value: '250', currency: 'EUR' },
  }
  const envelope = { task: 't-1', reason: 'Pay the March invoices.', expires_in_seconds: 3_600, lines: [line] }
  const agentOf = () => w.agent({ scopes: [{ ...everything, environments: ['production'] }] })
  const ask = (key: string, body: unknown = envelope, headers: Record<string, string> = {}) =>
    w.gate(key, 'POST', '/api/v1/grants', body, { 'idempotency-key': randomUUID(), prefer: 'wait=0', ...headers })

  async function decide(who: Person, hold: string, verdict: 'approve' | 'reject') {
    const shown = (await who('GET', `/api/console/holds/${hold}`)).body
    const done = await who('POST', `/api/console/holds/${hold}/reviews`, {
      verdict,
      digest: shown.shown_digest,
      ...(verdict === 'reject' ? { comment: 'Not like this.' } : {}),
    })
    await applyChanges(app)
    return done
  }
  async function active(body: Record<string, unknown> = {}) {
    const agent = await agentOf()
    const asked = await ask(agent.key, { ...envelope, ...body })
    expect(asked.status).toBe(202)
    const agreed = await decide(approver as Person, asked.body.hold.id, 'approve')
    expect(agreed.status, JSON.stringify(agreed.body)).toBeLessThan(300)
    return { agent, id: asked.body.id as string }
  }
  const own = (key: string, id: string) => w.gate(key, 'GET', `/api/v1/grants/${id}`, undefined, { prefer: 'wait=0' })
  return {
    w,
    app,
    governor,
    approver,
    administrator,
    owner,
    viewer,
    outsider,
    auditor,
    line,
    envelope,
    agentOf,
    ask,
    decide,
    active,
    own,
  }
}
