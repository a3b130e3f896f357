import { digestOf } from './canonical'

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
}

const verdicts: Readonly<Record<string, 'allow' | 'deny' | null>> = {
  held: null,
  deferred: null,
  allowed: 'allow',
  approved: 'allow',
  denied: 'deny',
  rejected: 'deny',
  expired: 'deny',
  cancelled: 'deny',
  contained: 'deny',
}

/** What the gate answered, after everything in it has been checked. */
export interface Answer {
  readonly id: string
  readonly status: string
  readonly verdict: 'allow' | 'deny' | null
  readonly code: string
  readonly reason: string
  readonly nextAction: string
  readonly params: Record<string, unknown>
  readonly modified: boolean
  readonly executeBy: string | null
  readonly obligations: readonly { id: string; type: string; properties: Record<string, unknown> }[]
  readonly holdUrl: string | null
  readonly raw: Record<string, unknown>
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/**
 * Reads an answer and believes nothing that does not fit together: an unknown status, a verdict that contradicts it,
 * another action's id, a digest that is not of what was sent or of what came back. Anything odd is no answer.
 * @throws Error saying what is odd
 */
export async function readAnswer(body: unknown, asked: Action, id: string | null): Promise<Answer> {
  if (!isObject(body)) throw new Error('the answer is no object')
  const { status, decision } = body
  if (typeof status !== 'string' || !(status in verdicts)) throw new Error('the answer has no known status')
  if (typeof body.id !== 'string' || !/^act_[0-9A-Z]{26}$/.test(body.id)) throw new Error('the answer names no action')
  if (id !== null && body.id !== id) throw new Error('the answer is about another action')
  const verdict = verdicts[status] ?? null
  if (verdict === null ? decision !== null : !isObject(decision) || decision.verdict !== verdict)
    throw new Error('status and decision contradict each other')
  if (body.digest !== (await digestOf(asked))) throw new Error('the answer is about other arguments')
  if (!isObject(body.params)) throw new Error('the answer carries no arguments')
  const returned = await digestOf({ tool: asked.tool, resource: asked.resource, params: body.params })
  if (verdict === 'allow') {
    if (body.executable_digest !== returned) throw new Error('the returned arguments are not what was decided')
    if ((body.modified === true) !== (returned !== body.digest))
      throw new Error('the answer contradicts itself about changes')
    if (body.next_action !== 'execute' || body.enforced === undefined)
      throw new Error('the answer does not say execute')
    if (typeof body.execute_by !== 'string' || Number.isNaN(Date.parse(body.execute_by)))
      throw new Error('the answer has no second clock')
  }
  const said = isObject(decision) ? decision : {}
  return {
    id: body.id,
    status,
    verdict,
    code: typeof said.code === 'string' ? said.code : '',
    reason: typeof said.reason === 'string' ? said.reason : '',
    nextAction: typeof body.next_action === 'string' ? body.next_action : 'stop',
    params: body.params,
    modified: body.modified === true,
    executeBy: typeof body.execute_by === 'string' ? body.execute_by : null,
    obligations: Array.isArray(body.obligations)
      ? body.obligations.filter(isObject).map(one => ({
          id: String(one.id),
          type: String(one.type),
          properties: isObject(one.properties) ? one.properties : {},
        }))
      : [],
    holdUrl: isObject(body.hold) && typeof body.hold.url === 'string' ? body.hold.url : null,
    raw: body,
  }
}
