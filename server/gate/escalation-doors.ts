import { z } from 'zod'
import * as contract from '@/lib/escalation/contract'
import { idSchema } from '@/lib/kernel/id-schema'
import { type AnyDoor, door } from '@/server/http/door'
import { previewEscalation, showEscalation } from './escalation-shown'

/** Who is told about a hold: what has happened, what comes next, and what would come of a draft. */
export const holdEscalationDoors: readonly AnyDoor[] = [
  door({
    method: 'GET',
    path: '/api/console/holds/{id}/escalation',
    summary: 'Who was told about a hold and why, how far it has been passed on, and who is next',
    who: 'signed_in',
    params: z.strictObject({ id: idSchema('hld') }),
    answer: contract.holdEscalation,
    handle: async ({ app, by }, { params }) => ({
      status: 200,
      body: await showEscalation(app, app.gate.registries, by.id, params.id),
    }),
  }),
  door({
    method: 'POST',
    path: '/api/console/escalation/preview',
    summary: 'Who would be told about a hold that opens at any moment, when and why',
    who: 'escalation.write',
    body: contract.previewBody,
    answer: contract.previewAnswer,
    refuses: ['request.not_found'],
    handle: async ({ app, by }, { body }) => ({
      status: 200,
      body: await previewEscalation(app, app.gate.registries, by.id, body),
    }),
  }),
]
