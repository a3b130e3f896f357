import { describe, expect, it } from 'vitest'
import { granting } from '@/server/testing/granting'
import type { Person } from '@/server/testing/world'

const { w, app, approver, outsider, agentOf, decide } = await granting()

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
  it('O12 a rule of more than 200 approvals and no rejection is marked as always approved; one rejection takes the mark away', async () => {
    const rule = async () =>
      (await (approver as Person)('GET', '/api/console/policy/health')).body.rules.find(
        (one: { id: string }) => one.id === 'always',
      )
    const decided = (many: number, status: string) =>
      w.db.pool.query(
        `insert into hold (id, kind, action_id, status, requirement, shown_digest, why, epoch, opened_at, expires_at, due_at,
                           decided_at)
         select 'hld_' || $2 || n, 'action', 'act_' || $2 || n, $2, '{}', 'x', '[{"id": "always", "sentence": "Always."}]', 0,
                holdpoint.now() - interval '1 hour', holdpoint.now() + interval '1 hour', holdpoint.now(), holdpoint.now()
         from generate_series(1, $1::integer) n`,
        [many, status],
      )
    await decided(200, 'approved')
    expect(await rule()).toMatchObject({ approved: 200, rejected: 0, always_approved: false })
    await w.db.pool.query(`update hold set id = id || 'x', action_id = action_id || 'x' where id like 'hld_approved%'`)
    await decided(1, 'approved')
    expect(await rule()).toMatchObject({ held: 201, approved: 201, rejected: 0, always_approved: true })
    expect((await rule()).median_minutes).toBeCloseTo(60, 0)
    await decided(1, 'rejected')
    expect(await rule()).toMatchObject({ approved: 201, rejected: 1, always_approved: false })
  })

  it('O12 from one action that would have waited the form begins with what those like it share, for who sees them alone', async () => {
    const agent = await agentOf()
    const send = async (n: number) => {
      const resource = { type: 'report', id: `R-2026-${n}` }
      const params = { recipient: 'DE90', amount: `${n}.00` }
      return (await w.submit(agent.key, { tool: 'pay_invoice', resource, params })).body
    }
    const [first] = [await send(1), await send(2), await send(3)]
    const like = (who: unknown, id: string) => (who as Person)('GET', `/api/console/grants/suggestions?like=${id}`)
    const { body } = await like(approver, first.id)
    expect(body).toMatchObject({
      days: 14,
      items: [
        {
          agent: { id: agent.id },
          approved: 0,
          line: {
            tool: 'pay_invoice',
            resource: { type: 'report', id: 'R-2026-*' },
            params: { recipient: { equals: 'DE90' }, amount: { at_most: '3.0000' } },
          },
          would_cover: { asked: 3, held: 3, rejected: [] },
        },
      ],
    })
    expect((await like(outsider, first.id)).status).toBe(404)
    const shell = (await w.submit(agent.key, { tool: 'shell', params: { x: 1 } })).body
    expect((await like(approver, shell.id)).body.items).toEqual([])
  })
})
