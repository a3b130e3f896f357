import type { Caller } from './heard'
import type { World } from './world'

/** Registers, moves, tries, rotates and revokes webhooks, by a person and by an agent; and hears the noes on the way. */
export async function hearWebhooks(w: World, person: Caller, machine: (key: string) => Caller): Promise<void> {
  const { id, key } = await w.agent()
  const agent = machine(key)
  const url = 'https://93.184.215.14:1/wake'
  const hook = await person('POST', '/agents/{id}/webhooks', { id }, { url, name: 'wake' })
  await person('POST', '/agents/{id}/webhooks', { id }, { url: 'https://127.0.0.1/' })
  const pair = { id, wid: hook.body.id }
  await person('GET', '/agents/{id}/webhooks', { id })
  await person('PATCH', '/agents/{id}/webhooks/{wid}', pair, { name: 'wake up' })
  await person('PATCH', '/agents/{id}/webhooks/{wid}', pair, { name: 'x' }, { 'if-match': '"v9"' })
  await person('POST', '/agents/{id}/webhooks/{wid}/rotate', pair, {})
  // Nothing can be there: a name that has no address since it was registered.
  await w.db.pool.query(`update webhook set url = 'https://nothing.invalid/' where id = $1`, [hook.body.id])
  await person('POST', '/agents/{id}/webhooks/{wid}/test', pair)
  await person('POST', '/agents/{id}/webhooks/{wid}/send-again', pair)
  await person('DELETE', '/agents/{id}/webhooks/{wid}', pair)
  const own = await agent('POST', '/api/v1/webhooks', {}, { url })
  await agent('GET', '/api/v1/webhooks')
  await agent('DELETE', '/api/v1/webhooks/{id}', own.body)
  await agent('DELETE', '/api/v1/webhooks/{id}', { id: 'whk_none' })
}
