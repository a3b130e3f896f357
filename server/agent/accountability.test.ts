import pino from 'pino'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Relation } from '@/lib/agent/accountability'
import type { AgentPatch } from '@/lib/agent/contract'
import { reader } from '@/server/db/tx'
import { openVault } from '@/server/db/vault'
import type { Instance } from '@/server/instance'
import { emptyFolder } from '@/server/testing/folder'
import { registry, type TestRegistry } from '@/server/testing/registry'
import { testConfig } from '@/server/testing/server'
import { loadAccountabilities } from './accountability-store'
import { issueCredential, revokeCredential } from './credentials'
import { editAgent } from './edit'
import { grantScope } from './scopes'

let world: TestRegistry
let app: Instance
beforeAll(async () => {
  world = await registry()
  const home = emptyFolder('accountable')
  app = { config: testConfig(world.test.url), log: pino({ level: 'silent' }), db: world.db, vault: openVault(home) }
})

const edit = (id: string, patch: AgentPatch) => editAgent(app, world.administrator, id, patch, null)
/** Who stands in this relation to the agent, and whether they still do. */
async function who(id: string, relation: Relation): Promise<[person: string, open: boolean][]> {
  const rows = await loadAccountabilities(reader(world.db.pool))
  const mine = rows.filter(row => row.subject_id === id && row.relation === relation)
  return mine.sort((a, b) => a.since.getTime() - b.since.getTime()).map(row => [row.person_id, row.until === null])
}

describe('INV-18: who answers for an agent is remembered', () => {
  it('an owner who hands over is still known as the one before', async () => {
    const { id } = await world.agent({ environment: 'development', owner_id: world.approver.id }, false)
    await edit(id, { owner_id: world.viewer.id })
    await edit(id, { owner_id: null })
    expect(await who(id, 'owner')).toEqual([
      [world.approver.id, false],
      [world.viewer.id, false],
    ])
    await edit(id, { owner_id: world.governor.id })
    // The application's owner was the agent's until now: that is remembered too.
    expect((await who(id, 'owner')).slice(2)).toEqual(
      expect.arrayContaining([
        [world.owner.id, false],
        [world.governor.id, true],
      ]),
    )
  })

  it('an inherited owner is remembered when the agent moves to another application', async () => {
    const { id } = await world.agent({ environment: 'development' }, false)
    await edit(id, { application_id: world.otherApplication })
    expect(await who(id, 'owner')).toEqual([[world.owner.id, false]])
  })

  it('the registrar, the holder of a key and the editor of a scope', async () => {
    const { id } = await world.agent({ environment: 'development' }, false)
    expect(await who(id, 'creator')).toEqual([[world.administrator.id, true]])
    const first = await issueCredential(app, world.governor, id, { name: '', expires_in_days: 1 })
    const second = await issueCredential(app, world.governor, id, { name: '', expires_in_days: 1 })
    const until = async () =>
      (await loadAccountabilities(reader(world.db.pool)))
        .filter(row => row.subject_id === id && row.relation === 'key_holder')
        .map(row => row.until?.getTime() ?? 0)
    await revokeCredential(app, world.administrator, id, first.id, 'x')
    // They hold another one: until that ends.
    expect(Math.max(...(await until()))).toBe(second.expires_at.getTime())
    await revokeCredential(app, world.administrator, id, second.id, 'x')
    expect(Math.max(...(await until()))).toBeLessThan(second.expires_at.getTime())
    await grantScope(app, world.governor, id, {
      tool_pattern: '*',
      resource_pattern: '*',
      operations: ['read'],
      ceiling: 'internal',
      environments: ['development'],
      tenants: ['*'],
      ask: 'high_impact',
      expires_at: null,
    })
    expect(await who(id, 'scope_editor')).toEqual([[world.governor.id, false]])
  })

  it('is forgotten seventy days after it ended, and not after sixty: a hold may have been open for one month of them', async () => {
    const { id } = await world.agent({ environment: 'development', owner_id: world.approver.id }, false)
    await edit(id, { owner_id: world.viewer.id })
    await world.test.moveClock(60 * 86_400)
    expect(await who(id, 'owner')).toContainEqual([world.approver.id, false])
    await world.test.moveClock(11 * 86_400)
    expect(await who(id, 'owner')).toEqual([[world.viewer.id, true]])
  })
})
