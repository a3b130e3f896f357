import { describe, expect, it } from 'vitest'
import { granting } from '@/server/testing/granting'
import type { Person } from '@/server/testing/world'

const { w, app, approver, agentOf, decide } = await granting()

describe('looking back', () => {
  it('O12 five alike approvals are suggested with what they would let through, and nothing is switched on', async () => {
    const agent = await agentOf()
    const send = async (n: number, verdict: 'approve' | 'reject') => {
      const done = await w.submit(agent.key, {
        tool: 'pay_invoice',
        resource: { type: 'invoice', id: `INV-2026-0${n}` },
        params: { recipient: 'DE89', amount: `${10 + n}.50`, note: 'x' },
      })
      expect(done.body.status).toBe('held')
      await decide(approver as Person, done.body.hold.id, verdict)
    }
    for (let n = 0; n < 5; n++) await send(n, 'approve')
    await send(3, 'reject')
    const { body } = await (approver as Person)('GET', `/api/console/grants/suggestions?agent=${agent.id}`)
    expect(body.items).toHaveLength(1)
    const [suggested] = body.items
    expect(suggested).toMatchObject({
      approved: 5,
      line: {
        tool: 'pay_invoice',
        resource: { type: 'invoice', id: 'INV-2026-0*' },
        params: { recipient: { equals: 'DE89' }, amount: { at_most: '14.5000' }, note: { equals: 'x' } },
      },
      would_cover: { approved: 5 },
    })
    expect(suggested.would_cover.rejected).toHaveLength(1)
    expect((await app.gate.registries.refresh()).grants.get(agent.id)).toBeUndefined()
    const health = await (approver as Person)('GET', '/api/console/policy/health')
    const rule = health.body.rules.find((one: { approved: number }) => one.approved >= 5)
    expect(rule).toMatchObject({ rejected: expect.any(Number), always_approved: false })
    const previewed = await (approver as Person)('POST', '/api/console/grants/preview', {
      agent_id: agent.id,
      reason: 'x',
      expires_in_seconds: 3_600,
      lines: [suggested.line],
    })
    expect(previewed.body).toMatchObject({ approved: 5, days: 14 })
  })
})
