import { digestOf } from './canonical.ts'
import { OddAnswer } from './connection.ts'
import { Denied, type NextAction } from './errors.ts'

/** One thing an agent wants to do (api §2). `params` are the exact arguments. */
export interface Action {
  readonly tool: string
  readonly params: Record<string, unknown>
  readonly operation?: string
  readonly resource?: Record<string, unknown>
  readonly intent?: string
  readonly impact?: Record<string, unknown>
  readonly undo?: Record<string, unknown>
  readonly context?: Record<string, unknown>
  readonly revises?: string
  readonly deadline_seconds?: number
  /** A webhook of this agent (`whk_…`) that is told when a decision falls that it waited for. */
  readonly notify?: string
}

/** What an allowed agent must also do. */
export interface Obligation {
  readonly id: string
  readonly type: string
  readonly properties: Record<string, unknown>
}

/** What the gate answered, after everything in it has been checked. */
export interface Answer {
  readonly id: string
  readonly status: string
  /** Null while it waits. */
  readonly verdict: 'allow' | 'deny' | null
  readonly code: string
  readonly reason: string
  readonly nextAction: 'execute' | 'wait' | NextAction
  /** What may be executed: never anything else. Empty where it may not be. */
  readonly params: Record<string, unknown>
  readonly modified: boolean
  /** RFC 3339; set with verdict allow. */
  readonly executeBy: string | null
  /** The pass for the system that executes: send it along in the `Holdpoint-Permit` header. Null where there is none. */
  readonly permit: string | null
  readonly obligations: readonly Obligation[]
  readonly holdUrl: string | null
  /** How an earlier run under the same key ended, as it was reported. */
  readonly outcome: string | null
  readonly raw: Record<string, unknown>
}

const verdicts = new Map<unknown, Answer['verdict']>([
  ['held', null],
  ['deferred', null],
  ['allowed', 'allow'],
  ['approved', 'allow'],
  ['denied', 'deny'],
  ['rejected', 'deny'],
  ['expired', 'deny'],
  ['cancelled', 'deny'],
  ['contained', 'deny'],
])
const nextActions = new Map<Answer['verdict'], readonly Answer['nextAction'][]>([
  ['allow', ['execute']],
  ['deny', ['retry', 'revise', 'stop']],
  [null, ['wait']],
])
const obligationTypes = ['mask', 'row_limit', 'notify', 'log', 'execute_within', 'custom']
const moment = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/

/** An answer that may not be executed, as the error that says so. */
export function denialOf({ status, code, reason, nextAction, id }: Answer): Denied {
  const next = nextAction === 'retry' || nextAction === 'revise' ? nextAction : 'stop'
  return new Denied(status, code, reason, next, id)
}

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function sure(holds: boolean, otherwise: string): asserts holds {
  if (!holds) throw new OddAnswer(otherwise)
}

function textOf(value: unknown, otherwise: string): string {
  sure(typeof value === 'string', otherwise)
  return value
}

/**
 * Reads an answer and believes nothing that does not fit together: an unknown status, a verdict that contradicts it,
 * another action's id, a digest that is not of what was sent or of what came back. Anything odd is no answer.
 * @param asked what was sent; without it an answer can be shown, but is never one to run
 * @throws OddAnswer saying what is odd
 */
export function readAnswer(body: unknown, asked: Action | null, id: string | null): Answer {
  sure(isObject(body), 'the answer is no object')
  const { status, decision } = body
  const verdict = verdicts.get(status)
  sure(verdict !== undefined, 'the answer has no known status')
  const found = textOf(body.id, 'the answer names no action')
  sure(/^act_[0-9A-Z]{26}$/.test(found), 'the answer names no action')
  sure(id === null || found === id, 'the answer is about another action')
  const said = readDecision(decision, verdict)
  const nextAction = nextActions.get(verdict)?.find(one => one === body.next_action)
  sure(nextAction !== undefined, 'the answer does not say what comes next')
  sure(asked === null || body.digest === digestOf(asked), 'the answer is about other arguments')
  sure(typeof body.modified === 'boolean' && typeof body.enforced === 'boolean', 'the answer is incomplete')
  const allowed = verdict === 'allow'
  if (allowed) checkAllow(body, asked)
  sure(body.outcome === undefined || body.outcome === null || typeof body.outcome === 'string', 'an odd outcome')
  return {
    id: found,
    status: textOf(status, 'the answer has no known status'),
    verdict,
    ...said,
    nextAction,
    params: allowed && isObject(body.params) ? body.params : {},
    modified: body.modified,
    executeBy: allowed && typeof body.execute_by === 'string' ? body.execute_by : null,
    permit: allowed && typeof body.permit === 'string' ? body.permit : null,
    obligations: readObligations(body.obligations),
    holdUrl: isObject(body.hold) && typeof body.hold.url === 'string' ? body.hold.url : null,
    outcome: typeof body.outcome === 'string' ? body.outcome : null,
    raw: body,
  }
}

function readDecision(decision: unknown, verdict: Answer['verdict']): { code: string; reason: string } {
  if (verdict === null) {
    sure(decision === null, 'status and decision contradict each other')
    return { code: '', reason: '' }
  }
  sure(isObject(decision) && decision.verdict === verdict, 'status and decision contradict each other')
  const code = textOf(decision.code, 'the decision has no code')
  sure(code !== '' && textOf(decision.by, 'nobody decided') !== '', 'the decision is incomplete')
  return { code, reason: textOf(decision.reason, 'the decision has no reason') }
}

function checkAllow(body: Record<string, unknown>, asked: Action | null): void {
  sure(isObject(body.params), 'the answer carries no arguments')
  const second = textOf(body.execute_by, 'the answer has no second clock')
  sure(moment.test(second) && !Number.isNaN(Date.parse(second)), 'the answer has no second clock')
  if (asked === null) return
  const returned = digestOfReturned(asked, body.params)
  sure(body.executable_digest === returned, 'the returned arguments are not what was decided')
  sure(body.modified === (returned !== body.digest), 'the answer contradicts itself about changes')
}

function digestOfReturned(asked: Action, params: unknown): string {
  try {
    return digestOf({ tool: asked.tool, resource: asked.resource, params })
  } catch (error) {
    throw new OddAnswer('the returned arguments are no JSON', { cause: error })
  }
}

/** An obligation that cannot be understood cannot be kept: the answer is odd. */
function readObligations(value: unknown): Obligation[] {
  sure(Array.isArray(value), 'the answer has no obligations')
  return value.map((one: unknown) => {
    sure(isObject(one) && isObject(one.properties), 'an obligation is no object')
    const { id, type, properties } = one
    sure(typeof type === 'string' && obligationTypes.includes(type), 'an obligation of an unknown type')
    return { id: textOf(id, 'an obligation has no id'), type, properties }
  })
}
