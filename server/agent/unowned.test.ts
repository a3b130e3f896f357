import { expect, it } from 'vitest'
import type { SignedIn } from '@/lib/access/permission'
import { everything, world } from '@/server/testing/world'

const w = await world(2)
const scopes = [everything]
await w.tools({ look: { operation: 'read' }, run: {} })
const [administrator, approver] = await Promise.all([w.administrator, w.approver].map(who => w.signedIn(who)))
let n = 0

async function setStatus(who: SignedIn, status: 'active' | 'disabled'): Promise<void> {
  const member = await administrator?.('GET', `/api/console/members/${who.id}`)
  const done = await administrator?.(
    'PATCH',
    `/api/console/members/${who.id}`,
    { status },
    { 'if-match': member?.body.etag },
  )
  expect(done?.status, JSON.stringify(done?.body)).toBe(200)
}

it('I01 once its owner and its backup have left, nothing new is allowed to an agent, on any instance', async () => {
  const [owner, backup] = [await w.person('Leo Leaver'), await w.person('Bea Backup')]
  const mine = await w.agent({ scopes, owner_id: owner.id, backup_id: backup.id })
  const others = await w.agent({ scopes })
  const look = async (key: string, at: number) =>
    (await w.submit(key, { tool: 'look', operation: 'read', params: { n: n++ } }, {}, at)).body
  const held = (await w.submit(mine.key, { tool: 'run' })).body
  expect(held.status).toBe('held')
  await setStatus(owner, 'disabled')
  // The backup answers now: that is what a backup is for.
  for (const at of [0, 1]) expect((await look(mine.key, at)).status).toBe('allowed')
  const answering = async () => {
    const { owner, backup } = (await administrator?.('GET', `/api/console/agents/${mine.id}`))?.body ?? {}
    return [owner.active, backup.active]
  }
  expect(await answering()).toEqual([false, true])
  await setStatus(backup, 'disabled')
  expect(await answering()).toEqual([false, false])
  for (const at of [0, 1]) {
    expect(await look(mine.key, at)).toMatchObject({
      status: 'denied',
      decision: { verdict: 'deny', code: 'agent.unowned' },
      next_action: 'stop',
    })
    expect((await look(others.key, at)).status).toBe('allowed')
  }
  // What waited from before is not approved either.
  await approver?.('POST', `/api/console/holds/${held.hold.id}/reviews`, { verdict: 'approve', digest: held.digest })
  expect((await w.gate(mine.key, 'GET', `/api/v1/actions/${held.id}`)).body).toMatchObject({
    status: 'denied',
    decision: { code: 'agent.unowned' },
  })
  await setStatus(backup, 'active')
  expect((await look(mine.key, 1)).status).toBe('allowed')
})
