import { z } from 'zod'
import { countersignatureAsked } from '@/lib/hold/countersign-answers'
import { type AnyDoor, door } from '@/server/http/door'
import { askCountersignature } from './countersign-ask'

/** What is signed before something of high risk is approved. */
export const countersignDoors: readonly AnyDoor[] = [
  door({
    method: 'POST',
    path: '/api/console/holds/{id}/countersignature',
    summary: 'What I sign with my passkey to approve exactly this; decides nothing',
    who: 'signed_in',
    params: z.strictObject({ id: z.string() }),
    body: z.strictObject({
      verdict: z.literal('approve'),
      digest: z.string().max(100),
      params: z.record(z.string(), z.unknown()).optional(),
    }),
    answer: countersignatureAsked,
    refuses: ['hold.changed', 'hold.closed', 'hold.ineligible', 'hold.invalid_change', 'hold.step_up_required'],
    handle: async ({ app, by }, { params, body }) => ({
      status: 200,
      body: await askCountersignature(app, app.gate.registries, by, params.id, body),
    }),
  }),
]
