import { z } from 'zod'
import * as answers from '@/lib/agent/answers'
import { registerBody, rotateBody } from '@/lib/agent/contract'
import { idSchema } from '@/lib/kernel/id-schema'
import { rotateCredential } from '@/server/agent/credentials'
import { keyPrefix } from '@/server/agent/key'
import { registerAgent } from '@/server/agent/register'
import { readAgent } from '@/server/agent/views'
import { inheritAgent, inheritCredential } from '@/server/containment/inherit'
import { reader } from '@/server/db/tx'
import { type AnyDoor, door } from './door'

/** What takes the place of something that may be stopped: a new agent, a new key. They stand here because containment is a later concept. */
export const lineageDoors: readonly AnyDoor[] = [
  door({
    method: 'POST',
    path: '/api/console/agents',
    summary: 'Register an agent; a preset writes its scopes',
    who: 'registry.write',
    body: registerBody,
    answer: answers.agent,
    refuses: ['agent.confusable', 'agent.owner_invalid', 'request.not_found'],
    handle: async ({ app, by }, { body }) => {
      const id = await registerAgent(app, by, body, inheritAgent)
      const agent = await readAgent(reader(app.db.pool), by, id)
      return { status: 201, body: agent, headers: { location: `/api/console/agents/${id}`, etag: `"${agent.etag}"` } }
    },
  }),
  door({
    method: 'POST',
    path: '/api/console/agents/{id}/credentials/{cid}/rotate',
    summary: 'Issue a new key; the old one lives on for the overlap',
    who: 'registry.write',
    params: z.strictObject({ id: idSchema('agt'), cid: idSchema('crd') }),
    body: rotateBody,
    answer: answers.rotated,
    refuses: ['agent.retired', 'credential.limit'],
    handle: async ({ app, by }, { params, body }) => {
      const issued = await rotateCredential(app, by, params.id, params.cid, body, inheritCredential)
      return {
        status: 201,
        body: { ...issued, prefix: keyPrefix(issued.id) },
        headers: { 'cache-control': 'no-store' },
      }
    },
  }),
]
