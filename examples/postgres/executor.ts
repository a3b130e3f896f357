import type { PermitVerifier } from '@holdpoint/sdk/permit'
import type { Pool } from 'pg'

/** The system that pays: first the permit is used, then the payment is written with it, in one transaction. */
export async function pay(
  bank: Pool,
  verifier: PermitVerifier,
  permit: unknown,
  params: { recipient: string; amount: string },
): Promise<void> {
  const { permitId, receipt } = await verifier.use(permit, { tool: 'send_money', params })
  const client = await bank.connect()
  try {
    await client.query('begin; set local role bank_executor')
    await client.query('insert into permit_used (permit_id, receipt, tool, params) values ($1, $2, $3, $4)', [
      permitId,
      receipt,
      'send_money',
      params,
    ])
    const { recipient, amount } = params
    const payment = 'insert into payment (recipient, amount, permit_id) values ($1, $2, $3)'
    await client.query(payment, [recipient, amount, permitId])
    await client.query('commit')
  } catch (error) {
    // The permit is used, the payment is not made: the agent reports a failure and asks again.
    await client.query('rollback')
    throw error
  } finally {
    client.release()
  }
}
