import { afterAll, describe, expect, it } from 'vitest'
import { deliver } from '@/server/engine/deliver'
import { grantsDue } from '@/server/engine/grants'
import { granting } from '@/server/testing/granting'
import { letterBox } from '@/server/testing/letters'

const box = await letterBox()
afterAll(() => box.close())
const { w, app, governor, administrator, auditor, line, agentOf, decide } = await granting({ smtp: box.smtp })

const addresses = async (subject: string) => {
  await deliver(app)
  return new Set(box.letters.filter(one => one.text.includes(`Subject: ${subject}`)).flatMap(one => one.to))
}
/** Who governs or audits the whole organisation. */
const everybody = async () => {
  const { rows } = await w.db.pool.query<{ email: string }>(`select email from person where name = 'Aud Auditor'`)
  return new Set([w.governor.email, w.administrator.email, ...rows.map(one => one.email)])
}

describe('a broken glass', () => {
  it('A16 O12 is told by mail to everybody who governs or audits, once when it breaks and once to look back', async () => {
    const agent = await agentOf()
    const asked = await administrator('POST', '/api/console/grants', {
      agent_id: agent.id,
      kind: 'break_glass',
      reason: 'SECRET-REASON: payments are down.',
      expires_in_seconds: 600,
      lines: [line],
    })
    expect(asked.status, JSON.stringify(asked.body)).toBe(202)
    await grantsDue(app)
    expect(await addresses('The glass was broken')).toEqual(new Set())
    expect((await decide(governor, asked.body.hold_id, 'approve')).status).toBeLessThan(300)
    for (let n = 0; n < 2; n++) await grantsDue(app)
    const all = await everybody()
    expect(all.size).toBe(3)
    await expect.poll(() => addresses('The glass was broken'), { timeout: 10_000 }).toEqual(all)
    const broken = box.letters.filter(one => one.text.includes('Subject: The glass was broken'))
    expect(broken).toHaveLength(all.size)
    for (const one of broken) {
      expect(one.text).toContain(`/approvals/${asked.body.hold_id}`)
      expect(one.text).not.toMatch(/SECRET-REASON|verdict=|DE89/)
    }
    expect(await addresses('A broken glass is to be looked back at')).toEqual(new Set())
    await w.test.moveClock(601)
    for (let n = 0; n < 2; n++) await grantsDue(app)
    await expect.poll(() => addresses('A broken glass is to be looked back at'), { timeout: 10_000 }).toEqual(all)
    const look = { verdict: 'justified', note: 'The incident was real.' }
    expect((await auditor('POST', `/api/console/grants/${asked.body.id}/review`, look)).status).toBe(200)
  })
})
