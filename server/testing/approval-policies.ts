import { expect } from 'vitest'
import type { ApprovalPolicy } from '@/lib/approval-policy/approval-policy'
import type { Caller } from './heard'
import type { World } from './world'

/** Puts an approval policy in force as a published one is. */
export async function approvalInForce(
  w: Pick<World, 'db'>,
  name: string,
  { title = name, stages, rejects = 1 }: Partial<ApprovalPolicy>,
): Promise<void> {
  await w.db.pool.query(
    `insert into approval_policy (name, version, body, published_by, published_at)
     select $1, coalesce(max(version), 0) + 1, $2, 'test', holdpoint.now() from approval_policy where name = $1`,
    [name, JSON.stringify({ title, stages, rejects })],
  )
  await w.db.pool.query('update registry set version = version + 1 where id = 1')
}

/** A rule that asks by this approval policy whenever the tool of the same name is called. */
export const ruleAsking = (name: string, more = ''): string =>
  `@id("${name}-rule") @reason("${name} needs people.") @requirement("${name}") ${more}
   forbid (principal, action, resource) when { context.tool == "${name}" } unless { context.approved };`

/** Adds and looks at an approval policy, and names a manager; and hears the noes on the way. */
export async function hearApprovalPolicies(
  { administrator, governor }: Record<'administrator' | 'governor', Caller>,
  person: string,
  manager: string,
): Promise<void> {
  const stages = [{ label: 'The team', need: { approvals: 1, who: [{ relation: 'agent_team' }] } }]
  const nobody = [{ label: 'Nine', need: { approvals: 9, who: [{ relation: 'agent_team' }] } }]
  await governor('POST', '/approval-policies/check', {}, { title: 'One', stages })
  const body = { title: 'One', stages, based_on: 0 }
  await governor('PUT', '/approval-policies/{name}', { name: 'heard' }, { ...body, stages: nobody })
  await governor('PUT', '/approval-policies/{name}', { name: 'heard' }, { ...body, based_on: 3 })
  const made = await governor('PUT', '/approval-policies/{name}', { name: 'heard' }, body)
  await governor('PUT', '/approval-policies/{name}', { name: 'heard' }, body)
  await governor('GET', '/approval-policies/{name}', { name: 'heard-not' })
  const id = made.body.hold_id
  const { body: hold } = await administrator('GET', '/holds/{id}', { id })
  await administrator('POST', '/holds/{id}/reviews', { id }, { verdict: 'approve', digest: hold.shown_digest })
  await expect
    .poll(async () => (await governor('GET', '/approval-policies/{name}', { name: 'heard' })).status)
    .toBe(200)
  await governor('GET', '/approval-policies')
  const one = { name: 'heard' }
  await governor(
    'POST',
    '/approval-policies/{name}/retire',
    one,
    { reason: 'Nobody asks by it.' },
    { 'if-match': '"v9"' },
  )
  await governor('POST', '/approval-policies/{name}/restore', one, undefined, { 'if-match': '"v9"' })
  await governor('POST', '/approval-policies/{name}/retire', one, { reason: 'Nobody asks by it.' })
  await governor('POST', '/approval-policies/{name}/retire', one, { reason: 'Nobody asks by it.' })
  await governor('PUT', '/approval-policies/{name}', one, { ...body, based_on: 1 })
  await governor('POST', '/approval-policies/{name}/restore', one)
  const was = await administrator('GET', '/members/{id}/manager', { id: person })
  const change = { manager_id: manager }
  await administrator('PUT', '/members/{id}/manager', { id: person }, change, { 'if-match': '"v99"' })
  await administrator('PUT', '/members/{id}/manager', { id: person }, change, { 'if-match': `"${was.body.etag}"` })
}
