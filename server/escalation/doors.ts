import { z } from 'zod'
import * as contract from '@/lib/escalation/contract'
import { idSchema } from '@/lib/kernel/id-schema'
import { type AnyDoor, door } from '@/server/http/door'
import { addPolicy, changePolicy, dropPolicy } from './policies'
import { showPolicies, showPolicy } from './views'

const path = '/api/console/escalation'
const params = z.strictObject({ id: idSchema('esc') })

/** Escalation policies: who is told about a hold that nobody decides. */
export const escalationDoors: readonly AnyDoor[] = [
  door({
    method: 'GET',
    path,
    summary: 'Escalation policies, and what counts where none is written',
    who: 'escalation.read',
    answer: contract.shownPolicies,
    handle: async ({ app, by }) => ({ status: 200, body: await showPolicies(app, by) }),
  }),
  door({
    method: 'POST',
    path,
    summary: 'Write an escalation policy: it counts for every open hold from now on',
    who: 'escalation.write',
    body: contract.policyBody,
    answer: contract.shownPolicy,
    refuses: ['session.stale', 'escalation.exists', 'escalation.limit'],
    handle: async ({ app, by }, { body }) => ({
      status: 201,
      body: await showPolicy(app, by, await addPolicy(app, by, body)),
    }),
  }),
  door({
    method: 'GET',
    path: `${path}/{id}`,
    summary: 'One escalation policy',
    who: 'escalation.read',
    params,
    answer: contract.shownPolicy,
    handle: async ({ app, by }, { params }) => ({ status: 200, body: await showPolicy(app, by, params.id) }),
  }),
  door({
    method: 'PUT',
    path: `${path}/{id}`,
    summary: 'Say an escalation policy anew; what was told stays told',
    who: 'escalation.write',
    params,
    body: contract.policyBody,
    answer: contract.shownPolicy,
    refuses: ['session.stale', 'request.precondition_failed', 'escalation.exists'],
    async handle({ app, by, headers }, { params, body }) {
      await changePolicy(app, by, params.id, body, headers.get('if-match'))
      return { status: 200, body: await showPolicy(app, by, params.id) }
    },
  }),
  door({
    method: 'DELETE',
    path: `${path}/{id}`,
    summary: 'Take an escalation policy away',
    who: 'escalation.write',
    params,
    answer: null,
    refuses: ['session.stale'],
    async handle({ app, by }, { params }) {
      await dropPolicy(app, by, params.id)
      return { status: 204 }
    },
  }),
]
