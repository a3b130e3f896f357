import { z } from 'zod'
import { toolName } from '@/lib/action/contract'

const free = z.record(z.string(), z.unknown())
const word = z.string().min(1).max(200)

/*
 * OpenID AuthZEN Authorization API 1.0, §5 and §6. Unlike everywhere else, a field that we do not know is read over: later
 * versions of the API add fields (§4).
 */
const subject = z
  .object({ type: word, id: word, properties: free.optional() })
  .refine(one => one.type.length + one.id.length < 200, 'type and id are 199 characters together at most')
const action = z.object({ name: toolName, properties: free.optional() })
const resource = z.object({ type: word, id: z.string().min(1).max(1_000), properties: free.optional() })

/** `POST /access/v1/evaluation` (§6.1). */
export const evaluationContract = z.object({ subject, action, resource, context: free.optional() })
export type Evaluation = z.infer<typeof evaluationContract>

export const semantics = ['execute_all', 'deny_on_first_deny', 'permit_on_first_permit'] as const
/** So many questions in one request. */
export const mostEvaluations = 50

const loose = z.unknown().optional()
/** What stands in for what an evaluation leaves out, or is the one question itself (§7.1.1). Checked when it is put together. */
const defaults = { subject: loose, action: loose, resource: loose, context: loose }

/** `POST /access/v1/evaluations` (§7.1). */
export const evaluationsContract = z.object({
  ...defaults,
  /** What does not fit is a no of its own, and the others are answered. */
  evaluations: z.array(z.unknown()).max(mostEvaluations).optional(),
  options: z.object({ evaluations_semantic: z.enum(semantics).optional() }).optional(),
})
export type Evaluations = z.infer<typeof evaluationsContract>

const plain = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** What names an entity: only that is taken from the default where an evaluation's own entity leaves it out. */
const names = ['type', 'id', 'name'] as const

function entity(own: unknown, given: unknown): unknown {
  if (own === undefined) return given
  if (!plain(own) || !plain(given)) return own
  const missing = names.filter(name => own[name] === undefined && given[name] !== undefined)
  return { ...own, ...Object.fromEntries(missing.map(name => [name, given[name]])) }
}

/**
 * One evaluation with the request's defaults (§7.1.1): an entity of its own replaces the default's, properties and all; what
 * names it is taken over where it is left out. The context is replaced whole.
 */
export function withDefaults(one: unknown, { subject, action, resource, context }: Evaluations): unknown {
  if (!plain(one)) return one
  const whole = {
    subject: entity(one.subject, subject),
    action: entity(one.action, action),
    resource: entity(one.resource, resource),
    context: one.context ?? context,
  }
  return Object.fromEntries(Object.entries(whole).filter(([, value]) => value !== undefined))
}
