import { agree } from './authzen'
import type { Caller } from './heard'
import { everything, type World } from './world'

/** Asks as a gateway that speaks AuthZEN does, for what is allowed, what waits and what is wrong, and follows the tasks. */
export async function hearAuthzen(w: World, machine: (key: string) => Caller): Promise<void> {
  const { key } = await w.agent({
    scopes: [everything],
  })
  const agent = machine(key)
  const asked = (name: string, id: string) => ({
    subject: { type: 'user', id: 'emma' },
    action: { name, properties: { n: 1 } },
    resource: { type: 'account', id },
  })
  await agent('GET', '/.well-known/authzen-configuration')
  await agent('POST', '/access/v1/evaluation', {}, asked('look', 'a'))
  await agent('POST', '/access/v1/evaluation', {}, { subject: 'emma' })
  const evaluations = [asked('look', 'a'), asked('write', 'b'), {}]
  await agent('POST', '/access/v1/evaluations', {}, { evaluations })
  await agent('POST', '/access/v1/evaluations', {}, asked('look', 'b'))

  for (const id of ['c', 'd']) {
    const waits = asked('write', id)
    const { context } = (await agent('POST', '/access/v1/evaluation', {}, waits)).body
    const denial = { evaluation_id: context.evaluation_id, expires_at: context.access_request.expires_at }
    const headers = { 'idempotency-key': `request-${id}` }
    const { task } = (await agent('POST', '/access/v1/requests', {}, { ...waits, denial }, headers)).body
    await agent('POST', '/access/v1/requests', {}, { ...waits, denial, client: { id: 'other' } }, headers)
    await agent('POST', '/access/v1/requests', {}, { ...waits, denial: { ...denial, evaluation_id: 'none' } })
    await agent('POST', '/access/v1/requests', {}, waits)
    if (id === 'c') await agent('POST', '/access/v1/requests/{id}/cancel', task, { reason: 'changed_mind' })
    else {
      const { hold } = (await agent('GET', '/api/v1/actions/{id}', { id: context.action_id })).body
      await agree(w, hold.id)
    }
    await agent('POST', '/access/v1/requests/{id}/cancel', task, {})
    const { result } = (await agent('GET', '/access/v1/requests/{id}', task)).body
    if (result) await agent('POST', '/access/v1/evaluation', {}, { ...waits, context: { approval: result.approval } })
    await agent('POST', '/access/v1/evaluation', {}, { ...waits, context: { approval: { id: 'apr_none' } } })
  }
  await agent('GET', '/access/v1/requests/{id}', { id: 'none' })
}
