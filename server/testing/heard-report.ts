import type { Caller } from './heard'

interface Callers {
  readonly administrator: Caller
  readonly governor: Caller
  readonly viewer: Caller
}

/** Looks at reports as everybody may, and lets them name people for a while. */
export async function hearReports({ administrator, governor, viewer }: Callers): Promise<void> {
  await viewer('GET', '/reports/own', { '?': '?days=7' })
  await viewer('GET', '/reports/agents')
  await viewer('GET', '/reports/team')
  await governor('GET', '/reports/team', { '?': '?days=90' })
  await governor('POST', '/reports/naming', {}, { reason: 'no' })
  await administrator('POST', '/reports/naming', {}, { reason: 'An audit of the first quarter.' })
  await governor('GET', '/reports/team')
  await viewer('GET', '/reports/naming')
  await administrator('DELETE', '/reports/naming')
  await governor('POST', '/reports/canaries', {}, {})
  const { body } = await administrator('GET', '/applications')
  const test = { template: 'new_account', tool: 'pay', agent_name: 'Bill runner', application_id: body.items[0].id }
  const injected = await administrator('POST', '/reports/canaries', {}, test)
  await administrator('POST', '/reports/canaries', {}, { ...test, tool: 'look' })
  await administrator('GET', '/reports/canaries')
  await administrator('GET', '/reports/canaries/of/{id}', { id: injected.body.hold_id })
}
