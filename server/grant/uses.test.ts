import { afterAll, describe, expect, it } from 'vitest'
import type { Asked } from '@/lib/grant/cover'
import type { Grant, GrantLine } from '@/lib/grant/grant'
import { openTally } from '@/lib/grant/tally'
import { guardShared } from '@/server/db/guard'
import { newId } from '@/server/db/id'
import { openDatabase } from '@/server/db/pool'
import { reader, transact } from '@/server/db/tx'
import { registry } from '@/server/testing/registry'
import { addUses, lockUses, readUses } from './gate-store'
import { insertGrant, insertUses } from './store'

const w = await registry()
const other = await openDatabase(w.test.url, 8)
afterAll(() => other.close())
const agent = newId('agt')

async function granted(most: Pick<GrantLine, 'count' | 'amount'>): Promise<Grant> {
  const at = new Date('2026-01-01T00:00:00Z')
  const line: GrantLine = {
    id: newId('gln'),
    tool: 'pay',
    operation: 'pay',
    environment: 'production',
    resource: { type: null, id: null, match: 'exact' },
    params: {},
    ...most,
  }
  const grant: Grant = {
    id: newId('grt'),
    kind: 'standing',
    agent_id: agent,
    session: null,
    task: null,
    lines: [line],
    approvals: 1,
    approved_by: [],
    from: at,
    expires_at: new Date(at.getTime() + 3_600_000),
  }
  await transact(w.db, async tx => {
    await insertGrant(tx, {
      ...grant,
      reason: '',
      basis: { owner_id: w.owner.id, scope_ids: [], tools: {}, epoch: 0 },
      seconds: 3_600,
      hold_id: newId('hld'),
      requested_by: null,
      key: null,
      body_digest: null,
      created_at: at,
    })
    await insertUses(tx, grant)
  })
  return grant
}

const asked = (grant: Grant, amount: string): Asked => ({
  agent_id: agent,
  tool: 'pay',
  operation: 'pay',
  environment: 'production',
  resource_type: null,
  resource_id: null,
  params: {},
  amount,
  currency: 'EUR',
  session: 's',
  task: null,
  approvals: 1,
  at: grant.from,
})

/** What the gate's batch does with grants: lock, then the guard, judge, count, commit. */
function batch(db: typeof w.db, grant: Grant, amounts: readonly string[]): Promise<number> {
  return transact(db, async tx => {
    const locked = lockUses(
      tx,
      grant.lines.map(line => line.id),
    )
    const [uses] = await Promise.all([locked, guardShared(tx)])
    const tally = openTally(uses)
    const covered = amounts.filter(amount => tally.use([grant], asked(grant, amount)))
    if (tally.taken().length > 0) await addUses(tx, tally.taken(), grant.from)
    return covered.length
  })
}

describe('uses', () => {
  it('P15 never exceed the count under 100 racing batches on two instances', async () => {
    const grant = await granted({ count: 37, amount: null })
    const done = await Promise.all(
      Array.from({ length: 100 }, (_, at) => batch(at % 2 ? w.db : other, grant, ['1.0000', '1.0000'])),
    )
    expect(done.reduce((sum, one) => sum + one, 0)).toBe(37)
    expect((await readUses(reader(w.db.pool), [grant.id])).get(grant.lines[0]?.id ?? '')).toEqual({
      count: 37,
      amount: 0n,
    })
  })

  it('P15 never exceed the sum, to the last digit, under 100 racing batches on two instances', async () => {
    const grant = await granted({ count: 10_000, amount: { value: '10.0001', currency: 'EUR' } })
    const done = await Promise.all(
      Array.from({ length: 100 }, (_, at) => batch(at % 2 ? w.db : other, grant, ['0.3333', '0.3334'])),
    )
    const used = (await readUses(reader(w.db.pool), [grant.id])).get(grant.lines[0]?.id ?? '')
    expect(used?.count).toBe(done.reduce((sum, one) => sum + one, 0))
    expect(used?.amount).toBeLessThanOrEqual(100_001n)
    expect(used?.amount).toBeGreaterThan(100_001n - 3_334n)
  })

  it('the table itself refuses what nobody locked', async () => {
    const grant = await granted({ count: 1, amount: { value: '5', currency: 'EUR' } })
    const line_id = grant.lines[0]?.id ?? ''
    const add = (count: number, amount: bigint) =>
      transact(w.db, tx => addUses(tx, [{ line_id, count, amount }], grant.from))
    await expect(add(2, 0n)).rejects.toThrow()
    await expect(add(1, 50_001n)).rejects.toThrow()
    await add(1, 50_000n)
    await expect(add(1, 0n)).rejects.toThrow()
  })

  it('what people agreed to stays, and uses only grow', async () => {
    const grant = await granted({ count: 3, amount: null })
    await expect(w.db.pool.query(`update standing_grant set lines = '[]' where id = $1`, [grant.id])).rejects.toThrow()
    await expect(
      w.db.pool.query(`update standing_grant set seconds = 7200 where id = $1`, [grant.id]),
    ).rejects.toThrow()
    await expect(w.db.pool.query(`update grant_use set most = 99 where grant_id = $1`, [grant.id])).rejects.toThrow()
    await expect(w.db.pool.query(`update grant_use set count = -1 where grant_id = $1`, [grant.id])).rejects.toThrow()
    await expect(w.db.pool.query(`delete from standing_grant where id = $1`, [grant.id])).rejects.toThrow()
  })
})
