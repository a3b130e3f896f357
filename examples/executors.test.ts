import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PermitVerifier } from '@/sdk/typescript/src/permit'
import { database } from '@/server/testing/database'
import { permitScopes } from '@/server/testing/permits'
import { world } from '@/server/testing/world'
import { pay } from './postgres/executor'

const root = fileURLToPath(new URL('..', import.meta.url))
const w = await world()
const url = w.servers[0]?.url ?? ''
const bank = new pg.Pool({ connectionString: (await database()).url, max: 3, options: '-c search_path=public' })
const params = { recipient: 'GB29NWBK60161331926819', amount: '98.70' }
let agent: { id: string; key: string }
let executor: { id: string; key: string }

beforeAll(async () => {
  await w.tools({ send_money: { operation: 'pay', parameters: { amount: 'amount' }, reversible: true } })
  agent = await w.agent({ scopes: permitScopes })
  executor = await w.agent({ scopes: permitScopes, kind: 'service_account' })
  // Roles are the whole server's: another run has left them behind.
  const sql = readFileSync(`${root}/examples/postgres/payments.sql`, 'utf8')
  await bank.query('drop role if exists bank_application, bank_executor')
  await bank.query(sql)
})
afterAll(async () => {
  await bank.query('drop owned by bank_application, bank_executor; drop role bank_application, bank_executor')
  await bank.end()
})

/** An approved payment's permit. */
async function permit(): Promise<string> {
  const { body } = await w.submit(agent.key, { tool: 'send_money', params })
  const approver = await w.signedIn(w.approver)
  await approver('POST', `/api/console/holds/${body.hold.id}/reviews`, { verdict: 'approve', digest: body.digest })
  return (await w.gate(agent.key, 'GET', `/api/v1/actions/${body.id}`)).body.permit
}
const paid = async () => Number((await bank.query('select count(*) from payment')).rows[0].count)

describe('the PostgreSQL example', () => {
  const verifier = () => new PermitVerifier({ url, audience: 'tool:send_money', key: executor.key })

  it('G01 writes a payment with its permit, once, and exactly the one that was permitted', async () => {
    const token = await permit()
    await expect(pay(bank, verifier(), token, { ...params, amount: '9870.00' })).rejects.toThrow(/params/)
    await pay(bank, verifier(), token, params)
    await expect(pay(bank, verifier(), token, params)).rejects.toThrow(/already_used/)
    expect(await paid()).toBe(1)
    expect((await bank.query('select recipient, amount from payment')).rows).toEqual([params])
  })

  it('G01 refuses every write that has none', async () => {
    const write = `insert into payment (recipient, amount, permit_id) values ('GB00', 1, $1)`
    const [used] = (await bank.query('select permit_id from permit_used')).rows
    for (const role of ['bank_application', 'bank_executor'])
      for (const id of ['pmt_none', used.permit_id]) {
        const client = await bank.connect()
        await client.query(`begin; set local role ${role}`)
        await expect(client.query(write, [id])).rejects.toThrow(/no permit for this payment/)
        await client.query('rollback')
        client.release()
      }
    const client = await bank.connect()
    await client.query('begin; set local role bank_application')
    await expect(
      client.query(`insert into permit_used (permit_id, receipt, tool, params) values ('a', 'b', 'send_money', '{}')`),
    ).rejects.toThrow(/permission denied/)
    await client.query('rollback')
    await expect(client.query('update payment set amount = 1')).rejects.toThrow(/written once/)
    await expect(client.query('delete from payment')).rejects.toThrow(/written once/)
    await expect(client.query('delete from permit_used')).rejects.toThrow(/used once/)
    client.release()
    expect(await paid()).toBe(1)
  })

  it('T12 a write that fails behind its permit has used it: the same permit writes nothing later', async () => {
    const token = await permit()
    await bank.query('alter table payment rename to payment_away')
    await expect(pay(bank, verifier(), token, params)).rejects.toThrow(/payment/)
    await bank.query('alter table payment_away rename to payment')
    await expect(pay(bank, verifier(), token, params)).rejects.toThrow(/already_used/)
    expect(await paid()).toBe(1)
  })
})

describe('the Python function', () => {
  const run = (permit: string, amount: string) =>
    new Promise<string>(resolve => {
      const script = `
import sys
from holdpoint import Holdpoint, PermitRefused
try:
    print(Holdpoint().use_permit(sys.argv[1], "send_money", {"recipient": "${params.recipient}", "amount": sys.argv[2]}))
except PermitRefused as refused:
    print("refused", refused.reason)
`
      const env = { ...process.env, HOLDPOINT_URL: url, HOLDPOINT_KEY: executor.key, PYTHONPATH: `${root}/sdk/python` }
      execFile(
        'python3',
        ['-c', script, permit, amount],
        { env: { ...env, PYTHONDONTWRITEBYTECODE: '1' } },
        (_, said, failed) => resolve(said.trim() || failed),
      )
    })

  it('T01 T03 uses a permit once, for exactly this', async () => {
    const token = await permit()
    expect(await run(token, '98.7')).toBe('refused params_mismatch')
    expect(await run(token, '98.70')).toMatch(/^rcp_/)
    expect(await run(token, '98.70')).toBe('refused already_used')
    expect(await run('', '98.70')).toBe('refused missing')
    expect(await run(`${token}A`, '98.70')).toBe('refused invalid')
  })
})
