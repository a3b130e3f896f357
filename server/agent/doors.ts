import { z } from 'zod'
import { agentKinds, tiers } from '@/lib/agent/agent'
import * as answers from '@/lib/agent/answers'
import { agentPatch, issueBody, reasonBody, scopeBody } from '@/lib/agent/contract'
import { proposed } from '@/lib/kernel/answers'
import { etagOf } from '@/lib/kernel/etag'
import { idSchema } from '@/lib/kernel/id-schema'
import { environments } from '@/lib/kernel/scale'
import { pageOf, pageQuery, readCursor } from '@/server/db/page'
import { reader } from '@/server/db/tx'
import { type Answer, door } from '@/server/http/door'
import { visibleAgent } from './authority'
import { issueCredential, revokeCredential } from './credentials'
import { editAgent } from './edit'
import { keyPrefix } from './key'
import { retireAgent } from './retire'
import { listScopes } from './scope-store'
import { grantScope, revokeScope } from './scopes'
import { listActions, readStory } from './story-store'
import { pageAgents, readAgent, showCredentials } from './views'

const one = z.strictObject({ id: idSchema('agt') })
const search = z.string().trim().min(1).max(100).optional()

export const agentDoors = [
  door({
    method: 'GET',
    path: '/api/console/agents',
    summary: 'Agents and identities: search, filter, sort, page',
    who: 'signed_in',
    query: z.strictObject({
      q: search,
      application: idSchema('app').optional(),
      team: idSchema('tea').optional(),
      environment: z.enum(environments).optional(),
      kind: z.enum(agentKinds).optional(),
      status: z.enum(['registered', 'active', 'retired']).optional(),
      tier: z.enum(tiers).optional(),
      owner: idSchema('usr').optional(),
      sort: z.enum(['name', '-name', 'created', '-created', '-last_seen']).default('name'),
      ...pageQuery,
    }),
    answer: answers.agents,
    handle: async ({ app, by }, { query }) => ({ status: 200, body: await pageAgents(reader(app.db.pool), by, query) }),
  }),
  door({
    method: 'GET',
    path: '/api/console/agents/{id}',
    summary: 'One agent, with its scopes, keys and story',
    who: 'signed_in',
    params: one,
    answer: answers.agent,
    handle: async ({ app, by }, { params }) => {
      const agent = await readAgent(reader(app.db.pool), by, params.id)
      return { status: 200, body: agent, headers: { etag: `"${agent.etag}"` } }
    },
  }),
  door({
    method: 'PATCH',
    path: '/api/console/agents/{id}',
    summary: 'Edit an agent; what gives a working one more waits for a second person (202)',
    who: 'registry.write',
    params: one,
    body: agentPatch,
    answer: z.union([answers.agent, proposed]),
    refuses: ['agent.confusable', 'agent.owner_invalid', 'agent.retired', 'change.open', 'request.precondition_failed'],
    handle: async ({ app, by, headers }, { params, body }): Promise<Answer<unknown>> => {
      const change = await editAgent(app, by, params.id, body, headers.get('if-match'))
      if (change) return { status: 202, body: change }
      const agent = await readAgent(reader(app.db.pool), by, params.id)
      return { status: 200, body: agent, headers: { etag: `"${agent.etag}"` } }
    },
  }),
  door({
    method: 'POST',
    path: '/api/console/agents/{id}/retire',
    summary: 'Retire an agent for ever: its keys are revoked',
    who: 'registry.write',
    params: one,
    body: reasonBody,
    answer: answers.agent,
    refuses: ['agent.retired', 'request.precondition_failed'],
    handle: async ({ app, by, headers }, { params, body }) => {
      await retireAgent(app, by, params.id, body.reason, headers.get('if-match'))
      return { status: 200, body: await readAgent(reader(app.db.pool), by, params.id) }
    },
  }),
  door({
    method: 'GET',
    path: '/api/console/agents/{id}/story',
    summary: 'What an agent has done in 30 days, in numbers',
    who: 'signed_in',
    params: one,
    answer: answers.story,
    handle: async ({ app, by }, { params }) => {
      const agent = await visibleAgent(reader(app.db.pool), by, params.id)
      return {
        status: 200,
        body: { id: agent.id, etag: etagOf(agent.version), ...(await readStory(reader(app.db.pool), agent.id)) },
      }
    },
  }),
  door({
    method: 'GET',
    path: '/api/console/agents/{id}/actions',
    summary: 'What an agent asked for, newest first',
    who: 'signed_in',
    params: one,
    query: z.strictObject({
      status: z.string().max(20).optional(),
      session: z.string().max(200).optional(),
      tool: z.string().max(200).optional(),
      ...pageQuery,
    }),
    answer: answers.agentActions,
    handle: async ({ app, by }, { params, query }) => {
      const db = reader(app.db.pool)
      const agent = await visibleAgent(db, by, params.id)
      const before = readCursor(query.cursor, 1)
      const page = pageOf(
        await listActions(db, agent.id, query, before?.[0] ?? null, query.limit + 1),
        query.limit,
        row => [row.id],
      )
      return {
        status: 200,
        body: { ...page, items: page.items.map(row => ({ ...row, at: row.created_at, etag: `"${row.status}"` })) },
      }
    },
  }),
  door({
    method: 'GET',
    path: '/api/console/agents/{id}/credentials',
    summary: 'The keys of an agent: never the keys themselves',
    who: 'signed_in',
    params: one,
    answer: answers.credentials,
    handle: async ({ app, by }, { params }) => {
      const agent = await visibleAgent(reader(app.db.pool), by, params.id)
      return { status: 200, body: { items: await showCredentials(reader(app.db.pool), agent.id), next_cursor: null } }
    },
  }),
  door({
    method: 'POST',
    path: '/api/console/agents/{id}/credentials',
    summary: 'Issue a key: this answer is the only place that ever shows it',
    who: 'registry.write',
    params: one,
    body: issueBody,
    answer: answers.issued,
    refuses: ['agent.retired', 'credential.limit'],
    handle: async ({ app, by }, { params, body }) => {
      const issued = await issueCredential(app, by, params.id, body)
      return {
        status: 201,
        body: { ...issued, prefix: keyPrefix(issued.id) },
        headers: { 'cache-control': 'no-store' },
      }
    },
  }),
  door({
    method: 'DELETE',
    path: '/api/console/agents/{id}/credentials/{cid}',
    summary: 'Revoke a key: its next use is refused everywhere',
    who: 'registry.write',
    params: z.strictObject({ id: idSchema('agt'), cid: idSchema('crd') }),
    answer: null,
    refuses: ['agent.retired'],
    handle: async ({ app, by }, { params }) => {
      await revokeCredential(app, by, params.id, params.cid, 'revoked by hand')
      return { status: 204 }
    },
  }),
  door({
    method: 'GET',
    path: '/api/console/agents/{id}/scopes',
    summary: 'Where the authority of an agent reaches',
    who: 'signed_in',
    params: one,
    answer: answers.scopes,
    handle: async ({ app, by }, { params }) => {
      const agent = await visibleAgent(reader(app.db.pool), by, params.id)
      return { status: 200, body: { items: await listScopes(reader(app.db.pool), agent.id), next_cursor: null } }
    },
  }),
  door({
    method: 'POST',
    path: '/api/console/agents/{id}/scopes',
    summary: 'Give a scope; on a working agent outside development a second person must agree (202)',
    who: 'registry.write',
    params: one,
    body: scopeBody,
    answer: z.union([answers.scope, proposed]),
    refuses: ['agent.retired', 'change.open'],
    handle: async ({ app, by }, { params, body }): Promise<Answer<unknown>> => {
      const done = await grantScope(app, by, params.id, body)
      if ('hold_id' in done) return { status: 202, body: { hold_id: done.hold_id } }
      const scopes = await listScopes(reader(app.db.pool), params.id)
      return { status: 201, body: scopes.find(scope => scope.id === done.scope_id) }
    },
  }),
  door({
    method: 'DELETE',
    path: '/api/console/agents/{id}/scopes/{sid}',
    summary: 'Take a scope away, at once',
    who: 'registry.write',
    params: z.strictObject({ id: idSchema('agt'), sid: idSchema('scp') }),
    answer: null,
    refuses: ['agent.retired', 'request.precondition_failed'],
    handle: async ({ app, by }, { params }) => {
      await revokeScope(app, by, params.id, params.sid)
      return { status: 204 }
    },
  }),
]
