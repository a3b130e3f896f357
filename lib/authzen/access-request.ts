import { z } from 'zod'
import { evaluationContract } from './contract'

const free = z.record(z.string(), z.unknown())
const text = z.string().max(20_000)

/**
 * `POST /access/v1/requests` (approval profile, "Request Body"). `denial` is judged by the verb and not by the schema: what it
 * lacks has a problem of its own. Fields that we do not know are read over.
 */
export const requestContract = evaluationContract.extend({
  denial: z
    .object({
      expires_at: text.optional(),
      evaluation_id: text.optional(),
      binding_token: text.optional(),
      evaluated_at: text.optional(),
      reason: text.optional(),
      template: text.optional(),
    })
    .optional(),
  requested_access: free.optional(),
  client: free.optional(),
  /** Of a companion profile that is not offered: it is refused, because reading it over would lose requests. */
  items: z.never({ error: 'Bulk requests are not offered' }).optional(),
})
export type AccessRequest = z.infer<typeof requestContract>

/** `POST …/{id}/cancel` ("Cancellation"): a body may be absent. */
export const cancelContract = z
  .object({ reason: z.string().max(200).optional(), comment: z.string().max(1_700).optional() })
  .optional()
export type Cancellation = z.infer<typeof cancelContract>

/** What is said with a request beside the question itself: kept for audit, judged by nobody but people. */
export const saidWith = ({ context, requested_access, client, denial }: AccessRequest) => ({
  ...(context ? { context } : {}),
  ...(requested_access ? { requested_access } : {}),
  ...(client ? { client } : {}),
  ...(denial?.reason ? { reason: denial.reason } : {}),
})
