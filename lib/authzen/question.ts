import { type Submission, submissionContract } from '@/lib/action/contract'
import { canonical } from '@/lib/kernel/canonical'
import { classifications, environments } from '@/lib/kernel/scale'
import type { Evaluation } from './contract'

type Free = Readonly<Record<string, unknown>>

/** What of a context the gate judges by. All else is shown to people and binds nothing: times, addresses, request ids. */
export const bindingMembers = [
  'session',
  'instance',
  'task',
  'parent',
  'plan',
  'after',
  'acting_for',
  'prompt',
  'sources',
  'release',
] as const

const pick = (from: Free, keys: readonly string[]): Record<string, unknown> =>
  Object.fromEntries(keys.flatMap(key => (from[key] === undefined ? [] : [[key, from[key]]])))
const without = (from: Free, keys: readonly string[]): Record<string, unknown> =>
  Object.fromEntries(Object.entries(from).filter(([key]) => !keys.includes(key)))

/** Members of a context that belong to the protocol (approval profile, structural comparison). */
const machinery = ['approval', 'access_request', 'evaluation_id', 'evaluated_at', 'reason']

/** Whom it acts for is said by the subject, unless that is the agent itself. */
const counting = (subject: Evaluation['subject']) =>
  bindingMembers.filter(name => name !== 'acting_for' || subject.type === 'agent')

/** The members of this context that count, by name. */
export const membersOf = ({ subject, context }: Pick<Evaluation, 'subject' | 'context'>): readonly string[] =>
  Object.keys(pick(context ?? {}, counting(subject))).sort()

/** The same of a question that was asked before, by what was kept of it. */
export function membersKept({ context = {} }: Submission, subject: Evaluation['subject']): readonly string[] {
  const other = context.authzen
  const said = { ...(typeof other === 'object' && other !== null ? other : {}), ...context }
  return Object.keys(pick(said, counting(subject))).sort()
}

/**
 * What one question is, in one text (RFC 8785): subject, action, resource and what of the context counts. `members` are those
 * that counted when it was asked first. The actor that the subject carries may be said elsewhere and is left out, as the
 * approval profile has it (structural comparison).
 */
export function boundTo(asked: Evaluation, members: readonly string[] = membersOf(asked)): string {
  const { properties, ...subject } = asked.subject
  return canonical({
    subject: properties ? { ...subject, properties: without(properties, ['act']) } : subject,
    resource: asked.resource,
    action: asked.action,
    context: pick(asked.context ?? {}, members),
  })
}

/** A resource's properties that the gate knows by name: claims, which can only tighten. */
function claimsOf(properties: Free): { claims: Partial<NonNullable<Submission['resource']>>; rest: Free } {
  const environment = environments.find(one => one === properties.environment)
  const classification = classifications.find(one => one === properties.classification)
  const { tenant } = properties
  const claims = {
    ...(environment ? { environment } : {}),
    ...(classification ? { classification } : {}),
    ...(typeof tenant === 'string' && tenant !== '' && tenant.length <= 200 ? { tenant } : {}),
  }
  return { claims, rest: without(properties, Object.keys(claims)) }
}

/** Context members that a submission has a form for; one of another form is shown like everything else. */
function known(context: Free): { fits: Record<string, unknown>; rest: Free } {
  const shape = submissionContract.shape.context.unwrap().shape
  const fits = Object.fromEntries(
    Object.entries(shape).flatMap(([key, form]) =>
      context[key] !== undefined && form.safeParse(context[key]).success ? [[key, context[key]]] : [],
    ),
  )
  // What it depends on is read by rules of its own, and refused where it cannot be.
  if (context.after !== undefined) fits.after = context.after
  return { fits, rest: without(context, Object.keys(fits)) }
}

/**
 * The action that a question is about. `action.name` is the tool; the properties of action and resource are its parameters,
 * those of the subject stand among them as `subject`; what both action and resource call by one name is the action's, and the
 * resource's an attribute. A subject that is not the agent itself is whom it acts for.
 */
export function submissionOf({ subject, action, resource, context = {} }: Evaluation): Submission {
  const { claims, rest } = claimsOf(resource.properties ?? {})
  const own = action.properties ?? {}
  const doubled = Object.keys(rest).filter(key => Object.hasOwn(own, key))
  const { fits, rest: other } = known(without(context, machinery))
  const properties = subject.properties && Object.keys(subject.properties).length > 0 ? subject.properties : null
  const params: Record<string, unknown> = { ...rest, ...own }
  const attributes = pick(rest, doubled)
  if (properties) {
    if (Object.hasOwn(params, 'subject')) attributes.subject = properties
    else params.subject = properties
  }
  const intent = [context.intent, context.business_justification].find(text => typeof text === 'string')
  return submissionContract.parse({
    tool: action.name,
    ...(typeof intent === 'string' ? { intent: intent.slice(0, 20_000) } : {}),
    resource: {
      type: resource.type,
      id: resource.id,
      ...claims,
      ...(Object.keys(attributes).length > 0 ? { attributes } : {}),
    },
    params,
    context: {
      ...fits,
      ...(subject.type === 'agent' ? {} : { acting_for: personOf(subject) }),
      ...(Object.keys(other).length > 0 ? { authzen: other } : {}),
    },
  })
}

const personOf = ({ type, id }: Evaluation['subject']) => (type === 'user' ? id : `${type}:${id}`)

/** Whether the subject is who the key says: an agent that is named must be the caller, by its id or its name. */
export const isCaller = (
  subject: Evaluation['subject'],
  agent: { readonly id: string; readonly name: string },
): boolean => subject.type !== 'agent' || subject.id === agent.id || subject.id === agent.name
