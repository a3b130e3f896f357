import { beforeAll, describe, expect, it } from 'vitest'
import { issueBody } from '@/lib/agent/contract'
import { Refused } from '@/lib/kernel/problem'
import { authenticate } from '@/server/gate/authenticate'
import { openRegistries } from '@/server/gate/registry'
import { registry, type TestRegistry } from '@/server/testing/registry'
import { flagExposed } from './authenticate'
import { issueCredential, revokeCredential, rotateCredential } from './credentials'
import { retireAgent } from './retire'

let world: TestRegistry
let registries: ReturnType<typeof openRegistries>
beforeAll(async () => {
  world = await registry()
  registries = openRegistries(world.db)
})
const bearer = (key: string) => new Headers({ authorization: `Bearer ${key}` })
const code = (work: Promise<unknown>) =>
  work.then(
    () => 'fine',
    (error: unknown) => (error instanceof Refused ? error.code : error),
  )
const use = (key: string) => code(authenticate(registries, bearer(key)))
const idOf = (key: string) => `crd_${key.slice(3, 29)}`

describe('agent credentials', () => {
  it('lets a live key in, with the agent and the application behind it', async () => {
    const { id, key } = await world.agent()
    const known = await authenticate(registries, bearer(key))
    expect(known).toMatchObject({
      agent: { id, status: 'active' },
      application: { id: world.application, team_id: world.team },
      credential: { id: idOf(key) },
    })
    expect(known.key_hash).toMatch(/^[0-9a-f]{64}$/)
  })

  it('I18 refuses whatever is no key with 401, and tells nothing by it', async () => {
    const { key } = await world.agent()
    const other = await world.agent()
    // Somebody else's secret under this id: the checksum is right, the hash is not.
    const { mintKey } = await import('./key')
    const forged = mintKey(`crd_${other.key.slice(3, 29)}`)
    for (const header of [
      'Bearer',
      'Bearer ',
      `Basic ${key}`,
      'Bearer x',
      `Bearer ${forged}`,
      `Bearer ${key}x`,
      'Bearer %',
      `Bearer ${key} ${key}`,
    ]) {
      expect(await code(authenticate(registries, new Headers({ authorization: header }))), header).toBe(
        'credential.invalid',
      )
    }
    expect(await code(authenticate(registries, new Headers()))).toBe('credential.missing')
  })

  it('I02 K12 refuses a revoked key at its very next use', async () => {
    const { id, key } = await world.agent()
    expect(await use(key)).toBe('fine')
    await revokeCredential(world, world.administrator, id, idOf(key), 'leaked')
    expect(await use(key)).toBe('credential.invalid')
    expect(await world.events('credential.revoked')).toMatchObject([
      { data: { credential_id: idOf(key), agent_id: id, reason: 'leaked' } },
    ])
    await revokeCredential(world, world.administrator, id, idOf(key), 'again')
    expect(await world.events('credential.revoked')).toHaveLength(1)
  })

  it('I02 refuses the keys of a retired agent, and retiring ends for ever', async () => {
    const { id, key } = await world.agent()
    await retireAgent(world, world.administrator, id, 'replaced')
    expect(await use(key)).toBe('credential.invalid')
    expect(await code(issueCredential(world, world.administrator, id, { name: '', expires_in_days: 1 }))).toBe(
      'agent.retired',
    )
    expect(await code(retireAgent(world, world.administrator, id, 'again'))).toBe('agent.retired')
  })

  it('I15 nobody gets the name of a retired agent, so that nothing of it can seem to go on: not its keys either', async () => {
    const was = await world.agent({ name: 'Quarterly reporter' })
    await retireAgent(world, world.administrator, was.id, 'replaced')
    expect(await code(world.agent({ name: 'Quarterly reporter' }))).toBe('agent.confusable')
    const now = await world.agent({ name: 'Report of the quarter' })
    expect(now.id).not.toBe(was.id)
    expect([await use(was.key), await use(now.key)]).toEqual(['credential.invalid', 'fine'])
  })

  it('I04 always gives a key an end: 90 days unless said otherwise, never more than 365', async () => {
    expect(issueBody.parse({})).toMatchObject({ expires_in_days: 90 })
    for (const wrong of [366, 0, -1, 1.5, null, 1e9])
      expect(issueBody.safeParse({ expires_in_days: wrong }).success, String(wrong)).toBe(false)
    const { id } = await world.agent({}, false)
    const issued = await issueCredential(world, world.administrator, id, issueBody.parse({}))
    expect(issued.expires_at.getTime() - issued.created_at.getTime()).toBe(90 * 86_400_000)
  })

  it('I04 rotates with overlap: both keys work, then only the new one', async () => {
    const { id, key } = await world.agent()
    const rotated = await rotateCredential(world, world.administrator, id, idOf(key), {
      overlap_seconds: 60,
      expires_in_days: 30,
    })
    expect([await use(key), await use(rotated.key)]).toEqual(['fine', 'fine'])
    await world.test.moveClock(61)
    expect([await use(key), await use(rotated.key)]).toEqual(['credential.invalid', 'fine'])
    expect((await world.events('credential.rotated')).at(-1)).toMatchObject({
      data: { credential_id: idOf(key), replaced_by: rotated.id },
    })
  })

  it('I02 refuses an expired key by the clock of the database', async () => {
    const { id } = await world.agent({}, false)
    const { key } = await issueCredential(world, world.administrator, id, { name: '', expires_in_days: 1 })
    await world.test.moveClock(86_399)
    expect(await use(key)).toBe('fine')
    await world.test.moveClock(2)
    expect(await use(key)).toBe('credential.invalid')
  })

  it('I12 marks a key that was seen in a query, once, and puts it on record', async () => {
    const { id, key } = await world.agent()
    await flagExposed(world, key)
    await flagExposed(world, key)
    await flagExposed(world, 'hp_nonsense')
    const { mintKey } = await import('./key')
    await flagExposed(world, mintKey(`crd_${key.slice(3, 29)}`))
    const exposed = await world.events('credential.exposed')
    expect(exposed).toHaveLength(1)
    expect(exposed[0]).toMatchObject({ data: { agent_id: id, credential_id: idOf(key), where: 'query' } })
  })

  it('I03 keeps no key and no part of one anywhere in the database', async () => {
    const { key } = await world.agent()
    const secret = key.slice(30, 73)
    const tables = (
      await world.db.pool.query<{ t: string }>(
        `select table_name as t from information_schema.tables where table_schema = 'public'`,
      )
    ).rows
    for (const { t } of tables) {
      const found = await world.db.pool.query(`select 1 from "${t}" x where x::text like $1`, [
        `%${secret.slice(0, 12)}%`,
      ])
      expect(found.rowCount, t).toBe(0)
    }
  })

  it('stops at twenty live keys', async () => {
    const { id } = await world.agent()
    for (let i = 1; i < 20; i++)
      await issueCredential(world, world.administrator, id, { name: `k${i}`, expires_in_days: 1 })
    expect(await code(issueCredential(world, world.administrator, id, { name: 'one more', expires_in_days: 1 }))).toBe(
      'credential.limit',
    )
  })
})
