import { afterAll, describe, expect, it } from 'vitest'
import { deliver } from '@/server/engine/deliver'
import { letterBox } from '@/server/testing/letters'
import { everything, world } from '@/server/testing/world'
import { digestDue } from './digest'

const { letters, smtp, close } = await letterBox()
afterAll(close)

const w = await world(2, { smtp })
await w.tools({ look: { operation: 'read' }, pay: { operation: 'pay' } })
const scopes = [everything]
const { key } = await w.agent({ scopes })

const digests = () => letters.filter(letter => letter.text.includes('Subject: Your agents, week'))
const rounds = async () => {
  await Promise.all(w.servers.map(one => digestDue(one.app)))
  for (const one of w.servers) await deliver(one.app)
}

describe('the weekly digest', () => {
  it('is one letter to each owner and week, whichever of two instances writes it; counts and links, no arguments', async () => {
    await w.submit(key, { tool: 'look', operation: 'read', params: { what: 'SECRET-WORD' } })
    await w.submit(key, { tool: 'pay', operation: 'pay', params: { iban: 'SECRET-IBAN' } })
    await w.test.moveClock(7 * 86_400)
    for (let n = 0; n < 3; n++) await rounds()
    await expect.poll(async () => rounds().then(() => digests().length), { timeout: 10_000 }).toBe(1)
    const [letter] = digests()
    expect(letter?.to).toEqual([w.owner.email])
    expect(letter?.text).toContain('- went on: 1')
    expect(letter?.text).toContain('/reports/agents')
    expect(letter?.text).not.toMatch(/SECRET|look|pay\b/)
  })

  it('comes again a week later where something was asked, and not at all where nothing was and nothing waits', async () => {
    await w.submit(key, { tool: 'look', operation: 'read', params: {} })
    await w.test.moveClock(7 * 86_400)
    await expect.poll(async () => rounds().then(() => digests().length), { timeout: 10_000 }).toBe(2)
    await w.test.moveClock(7 * 86_400)
    for (let n = 0; n < 3; n++) await rounds()
    const { rows } = await w.db.pool.query(
      "select count(*)::integer as n, count(distinct subject_id)::integer as weeks from delivery where kind = 'owner.digest'",
    )
    expect(rows).toEqual([{ n: 2, weeks: 2 }])
  })
})
