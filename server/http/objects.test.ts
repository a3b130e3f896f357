import { expect, it } from 'vitest'
import { everything, world } from '@/server/testing/world'

const w = await world()
await w.tools({ run: {} })
const scopes = [everything]

it('every object of every list carries id, created_at and etag (api §4)', async () => {
  const agent = await w.agent({ scopes })
  await w.submit(agent.key, { tool: 'run' })
  const governor = await w.signedIn(w.governor)
  const target = { type: 'agent', id: agent.id }
  await governor('POST', '/api/console/containment', { target, level: 'watched', reason: 'x' })
  await governor('POST', '/api/console/policy/drafts', { title: 'A draft' })
  await governor('POST', `/api/console/agents/${agent.id}/webhooks`, { url: 'https://93.184.215.14/wake' })
  const bare: string[] = []
  for (const list of [
    ...['agents', 'applications', 'tools', 'containment', 'members', 'teams', 'audit', 'actions'],
    ...['holds', 'policy/versions', 'policy/drafts', 'me/sign-ins'],
    ...['credentials', 'scopes', 'actions', 'webhooks'].map(of => `agents/${agent.id}/${of}`),
  ]) {
    const { status, body } = await governor('GET', `/api/console/${list}`)
    expect([list, status]).toEqual([list, 200])
    expect(body, list).toHaveProperty('next_cursor')
    const [first] = body.items
    for (const field of ['id', 'created_at', 'etag'])
      if (typeof first?.[field] !== 'string' || first[field] === '') bare.push(`${list}: ${field}`)
  }
  expect(bare).toEqual([])
})
