import { randomUUID } from 'node:crypto'
import { applyChanges } from '@/server/engine/apply-changes'
import { inForce, packWith } from './policy'
import { everything, type Reply, type World, world } from './world'

export const alice = { type: 'user', id: 'alice' }
export const bob = { type: 'user', id: 'bob' }
export const admin = { ...bob, properties: { role: 'admin' } }
export const record = (n: number, properties?: Record<string, unknown>) => ({
  type: 'record',
  id: `record-${n}`,
  ...(properties ? { properties } : {}),
})
export const read = { name: 'read' }
export const write = { name: 'write' }
const scopes = [everything]

const rules = `
@id("bob-does-not-write") @reason("Bob does not write.")
forbid (principal, action, resource)
when { context.tool == "write" && context has acting_for && context.acting_for == "bob" && !context.meanings.contains("person") };

@id("status-is-looked-at") @reason("Who writes says of what status.") @approvals("1")
forbid (principal, action, resource)
when { context.tool == "write" && context.meanings.contains("body") } unless { context.approved };
`

/** Agrees to whatever hangs under this hold, as its approver. */
export async function agree(
  w: World,
  hold: string,
  verdict: 'approve' | 'reject' = 'approve',
  more = {},
): Promise<Reply> {
  const approver = await w.signedIn(w.approver)
  const { body } = await approver('GET', `/api/console/holds/${hold}`)
  const comment = verdict === 'reject' ? { comment: 'Not like this.' } : {}
  return approver('POST', `/api/console/holds/${hold}/reviews`, {
    verdict,
    digest: body.shown_digest,
    ...comment,
    ...more,
  })
}

/**
 * The fixture of the certification scenario (§ Required Fixture): alice, bob, two records, `read`, `write` and `delete`. What
 * goes by identifiers is policy; what goes by properties are standing approvals, whose lines name every argument.
 */
export async function certified(instances = 1) {
  const w = await world(instances)
  const [server] = w.servers
  if (!server) throw new Error('no server')
  await w.tools({
    read: { operation: 'read' },
    write: { parameters: { status: 'body', subject: 'person' } },
    delete: { operation: 'delete', parameters: { soft: 'count' } },
    // What needs people, and nothing else.
    pay: { operation: 'pay', parameters: { amount: 'amount' } },
  })
  await inForce(w, packWith(rules))
  const agent = await w.agent({ scopes, environment: 'development' })
  const resource = { type: 'record', id: 'record-1' }
  const common = { environment: 'development', count: 100 }
  const lines = [
    { tool: 'write', resource, params: { status: { equals: 'active' } }, ...common },
    {
      tool: 'write',
      resource: { type: 'record', id: 'record-2' },
      params: { status: { equals: 'archived' }, subject: { equals: admin.properties } },
      ...common,
    },
    { tool: 'delete', resource, params: { soft: { equals: true } }, ...common },
  ]
  const asked = await w.gate(
    agent.key,
    'POST',
    '/api/v1/grants',
    { reason: 'The fixture.', expires_in_seconds: 3_600, lines },
    { 'idempotency-key': randomUUID(), prefer: 'wait=0' },
  )
  const agreed = await agree(w, asked.body.hold?.id)
  if (agreed.status >= 300) throw new Error(JSON.stringify([asked.body, agreed.body]))
  await applyChanges(server.app)
  return { w, agent, app: server.app, ...speech(w, agent.key) }
}

/** Speaks as an enforcement point does. */
export function speech(w: World, key: string) {
  const post =
    (path: string) =>
    (body: unknown, headers: Record<string, string> = {}, at = 0): Promise<Reply> =>
      w.gate(key, 'POST', path, body, headers, at)
  const task = (id: string, headers: Record<string, string> = {}, by = key) =>
    w.gate(by, 'GET', `/access/v1/requests/${id}`, undefined, headers)
  return {
    evaluation: post('/access/v1/evaluation'),
    evaluations: post('/access/v1/evaluations'),
    requests: post('/access/v1/requests'),
    task,
    cancel: (id: string, body?: unknown, headers: Record<string, string> = {}, by = key) =>
      w.gate(by, 'POST', `/access/v1/requests/${id}/cancel`, body, headers),
  }
}
