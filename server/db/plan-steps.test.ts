import { describe, expect, it } from 'vitest'
import { registry } from '@/server/testing/registry'
import { newId } from './id'

const { pool } = (await registry()).db
const time = `'2026-01-01T00:00:00Z'`

async function plan(): Promise<string> {
  const id = newId('pln')
  await pool.query(
    `insert into plan (id, agent_id, credential_id, key, body_digest, requirement, hold_id, created_at, expires_at)
     values ($1, 'a', 'c', $1, '', '{}', $1, ${time}, ${time}::timestamptz + interval '1 hour')`,
    [id],
  )
  return id
}

describe('a step of a plan', () => {
  const approve = (id: string) => pool.query(`update plan set status = 'approved' where id = $1`, [id])
  const begun = async (): Promise<string> => {
    const id = await plan()
    for (const n of [1, 2])
      await pool.query(
        `insert into plan_step (plan_id, n, digest, tool, operation) values ($1, $2, 'd', 't', 'read')`,
        [id, n],
      )
    return id
  }
  const write = (id: string, n: number, set: string) =>
    pool.query(`update plan_step set ${set} where plan_id = $1 and n = $2`, [id, n]).then(
      () => true,
      () => false,
    )
  const pass = (id: string, n: number, at: string = time) =>
    write(id, n, `passed_by = plan_id || '/${n}', passed_at = ${at}`)

  it('passes once, after all before it, and is never waiting again', async () => {
    const id = await begun()
    await approve(id)
    expect(await pass(id, 2)).toBe(false)
    expect(await pass(id, 1)).toBe(true)
    expect(await pass(id, 2)).toBe(true)
    for (const n of [1, 2]) {
      expect(await pass(id, n)).toBe(false)
      expect(await write(id, n, 'passed_by = null, passed_at = null')).toBe(false)
    }
  })

  it.each(['asked', 'cancelled'])('does not pass while its plan is %s', async status => {
    const id = await begun()
    const set = status === 'asked' ? `status = 'asked'` : `status = 'cancelled', ended_at = ${time}`
    await pool.query(`update plan set ${set} where id = $1`, [id])
    expect(await pass(id, 1)).toBe(false)
  })

  it('does not pass once its plan is over, for anything else than was shown, or twice for one action', async () => {
    const [id, other] = [await begun(), await begun()]
    await approve(id)
    await approve(other)
    expect(await pass(id, 1, `${time}::timestamptz + interval '1 hour'`)).toBe(false)
    expect(await write(id, 1, `passed_by = 'x', passed_at = ${time}, digest = 'other'`)).toBe(false)
    expect(await write(id, 1, `tool = 'other'`)).toBe(false)
    expect(await pass(id, 1)).toBe(true)
    expect(await write(other, 1, `passed_by = '${id}/1', passed_at = ${time}`)).toBe(false)
  })

  it('stays with its plan: neither is taken away, nor what people agreed to changed', async () => {
    const id = await begun()
    await approve(id)
    for (const sql of [
      'delete from plan_step where plan_id = $1',
      'delete from plan where id = $1',
      `update plan set approvers = '{x}' where id = $1`,
      `update plan set expires_at = expires_at + interval '1 hour' where id = $1`,
      `update plan set requirement = '[]' where id = $1`,
    ])
      await expect(pool.query(sql, [id]), sql).rejects.toThrow()
  })
})
