import { z } from 'zod'
import { toolName } from '@/lib/action/contract'
import { plainText } from '@/lib/agent/contract'
import { canonical } from '@/lib/kernel/canonical'
import { idSchema } from '@/lib/kernel/id-schema'
import { environments, operations } from '@/lib/kernel/scale'
import type { Tool } from '@/lib/tool/tool'
import type { Constraint } from './constraint'
import { type GrantLine, grantKinds, longest, mostLines, mostUses } from './grant'

const decimal = z.string().regex(/^\d{1,15}(\.\d{1,4})?$/, 'A decimal with at most four digits behind the point')
const short = z.string().regex(/^\P{C}{1,200}$/u, '1 to 200 printable characters')
const small = (value: unknown) => canonical(value).length <= 2_000
const anything = z
  .union([z.string(), z.number(), z.boolean(), z.null(), z.array(z.unknown()), z.record(z.string(), z.unknown())])
  .refine(small, 'At most 2,000 characters')

const constraint = z.union([
  z.strictObject({ equals: anything }),
  z.strictObject({ one_of: z.array(anything).min(1).max(50) }),
  z.strictObject({ at_most: decimal }),
  z.strictObject({ prefix: z.string().min(1).max(500) }),
  z.strictObject({ max_length: z.number().int().min(1).max(20_000) }),
])

/**
 * One class of action. A resource id that ends in `*` is everything that begins so; without a resource only actions that
 * name none are covered. Every parameter is named: one that is not covers nothing.
 */
const lineContract = z.strictObject({
  tool: toolName,
  operation: z.enum(operations).optional(),
  environment: z.enum(environments).optional(),
  resource: z.strictObject({ type: short.optional(), id: z.string().min(1).max(1_000).optional() }).optional(),
  params: z
    .record(z.string().min(1).max(200), constraint)
    .refine(params => Object.keys(params).length <= 50, 'At most 50 parameters')
    .optional(),
  count: z.number().int().min(1).max(mostUses).optional(),
  amount: z.strictObject({ value: decimal, currency: z.string().regex(/^[A-Z]{3}$/) }).optional(),
})
/** A line as it is said: what is left out is filled in by {@link lineOf}. */
export type LineInput = Omit<z.output<typeof lineContract>, 'params'> & {
  readonly params?: Readonly<Record<string, Constraint>> | undefined
}

export const linesContract = z.array(lineContract).min(1).max(mostLines)

/** `POST /api/v1/grants`: what one task of this agent needs. */
export const envelopeContract = z.strictObject({
  task: short.optional(),
  session: short.optional(),
  reason: plainText(2_000, 1),
  expires_in_seconds: z.number().int().min(1).max(longest.envelope),
  lines: linesContract,
})

/** What a person proposes for an agent. `approvals`: how many people must agree, and so how strict a hold it may lift. */
export const grantBody = z
  .strictObject({
    agent_id: idSchema('agt'),
    kind: z.enum(grantKinds).default('standing'),
    task: short.optional(),
    session: short.optional(),
    reason: plainText(2_000, 1),
    expires_in_seconds: z.number().int().min(60).max(longest.standing),
    approvals: z.number().int().min(1).max(3).default(1),
    lines: linesContract,
  })
  .refine(body => body.expires_in_seconds <= longest[body.kind], {
    message: 'Longer than this kind may live',
    path: ['expires_in_seconds'],
  })
export type GrantBody = z.output<typeof grantBody>

export const reviewBody = z.strictObject({
  verdict: z.enum(['justified', 'not_justified']),
  note: plainText(2_000, 1),
})

/** A line as it is kept: what was left out is filled in, exactly. `tool` is null where the catalogue has none. */
export function lineOf(
  input: LineInput,
  tool: Pick<Tool, 'classified'> | null,
  registered: (typeof environments)[number],
): Omit<GrantLine, 'id'> {
  const id = input.resource?.id ?? null
  const prefixed = id?.endsWith('*') ?? false
  const params: Readonly<Record<string, Constraint>> = input.params ?? {}
  return {
    tool: input.tool,
    operation: input.operation ?? tool?.classified?.operation ?? 'execute',
    environment: input.environment ?? registered,
    resource: {
      type: input.resource?.type ?? null,
      id: prefixed ? (id?.slice(0, -1) ?? null) : id,
      match: prefixed ? 'prefix' : 'exact',
    },
    params,
    // Without a number it is once; a sum bounds it by itself.
    count: input.count ?? (input.amount ? 1_000 : 1),
    amount: input.amount ?? null,
  }
}
