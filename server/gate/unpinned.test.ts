import { beforeAll, expect, it } from 'vitest'
import { everything, world } from '@/server/testing/world'

const w = await world()
const scopes = [everything]
const commit = '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b'
beforeAll(() =>
  w.tools({
    'pin.deploy': { operation: 'deploy', parameters: { ref: 'reference' } },
    'pin.read': { operation: 'read', parameters: { ref: 'reference' } },
  }),
)

it('P13 nobody is asked to approve a name that can be moved: it is denied, says which, and goes on when it is pinned', async () => {
  const { key } = await w.agent({ scopes })
  const deploy = (ref: string) => w.submit(key, { tool: 'pin.deploy', params: { ref } })
  expect((await deploy('main')).body).toMatchObject({
    status: 'denied',
    decision: { code: 'params.unpinned', reason: expect.stringContaining('ref can be changed') },
    next_action: 'stop',
  })
  const held = (await deploy(`main#${commit}`)).body
  expect(held).toMatchObject({ status: 'held' })
  const ann = await w.signedIn(w.approver)
  const path = `/api/console/holds/${held.hold.id}`
  const { shown_digest } = (await ann('GET', path)).body
  await ann('POST', `${path}/reviews`, { verdict: 'approve', digest: shown_digest })
  const { body } = await w.gate(key, 'GET', `/api/v1/actions/${held.id}`, undefined, { prefer: 'wait=0' })
  expect(body).toMatchObject({ status: 'approved', params: { ref: `main#${commit}` } })
  expect((await w.submit(key, { tool: 'pin.read', params: { ref: 'main' } })).body).toMatchObject({ status: 'allowed' })
})

it('P13 a tool that is classified so while a call waits is not approved under its loose name', async () => {
  await w.tools({ 'pin.later': { operation: 'deploy' } })
  const { key } = await w.agent({ scopes })
  const held = (await w.submit(key, { tool: 'pin.later', params: { ref: 'main' } })).body
  const gil = await w.signedIn(w.governor)
  const [tool] = (await gil('GET', '/api/console/tools?q=pin.later')).body.items
  const given = { operation: 'deploy', reversible: false, sensitivity: 'internal', parameters: { ref: 'reference' } }
  const anew = await gil('POST', `/api/console/tools/${tool.id}/classify`, given, { 'if-match': tool.etag })
  expect(anew.status, JSON.stringify(anew.body)).toBeLessThan(300)
  const ann = await w.signedIn(w.approver)
  const path = `/api/console/holds/${held.hold.id}`
  const { shown_digest } = (await ann('GET', path)).body
  await ann('POST', `${path}/reviews`, { verdict: 'approve', digest: shown_digest })
  const { body } = await w.gate(key, 'GET', `/api/v1/actions/${held.id}`, undefined, { prefer: 'wait=0' })
  expect(body).toMatchObject({ status: 'denied', decision: { code: 'params.unpinned' } })
})
