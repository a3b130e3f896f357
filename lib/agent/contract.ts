import { z } from 'zod'
import { idSchema } from '@/lib/kernel/id-schema'
import { classifications, environments, operations } from '@/lib/kernel/scale'
import { agentKinds, tiers } from './agent'
import { nameProblem, textProblem } from './name'
import { presets, type ScopeLine } from './preset'

/** Text that people write and screens show: bounded, nothing hidden. */
export function plainText(max: number, min = 0) {
  return z
    .string()
    .min(min)
    .superRefine((text, issues) => {
      const problem = textProblem(text, max)
      if (problem) issues.addIssue({ code: 'custom', message: problem })
    })
}

const name = z
  .string()
  .trim()
  .superRefine((text, issues) => {
    const problem = nameProblem(text)
    if (problem) issues.addIssue({ code: 'custom', message: problem })
  })
/** A pattern of a tool: printable ASCII without spaces, `*` matches any run of characters. */
const pattern = z.string().regex(/^[!-~]{1,200}$/, 'Visible ASCII, 1 to 200 characters; * stands for anything')
/** Of a resource: with blanks between words, as commands have them: `command:git *`. */
const resourcePattern = z
  .string()
  .regex(/^[!-~](?:[ -~]{0,198}[!-~])?$/, 'ASCII, 1 to 200 characters, no blank at either end; * stands for anything')
const personId = idSchema('usr')
const once = <T>(list: readonly T[]) => new Set(list).size === list.length

export const reasonBody = z.strictObject({ reason: plainText(500, 1) })

export const scopeBody = z.strictObject({
  tool_pattern: pattern,
  resource_pattern: resourcePattern.default('*'),
  operations: z.array(z.enum(operations)).min(1).max(operations.length).refine(once, 'Each operation once'),
  ceiling: z.enum(classifications).default('internal'),
  environments: z.array(z.enum(environments)).min(1).max(3).refine(once, 'Each environment once'),
  tenants: z
    .array(z.string().regex(/^[!-~]{1,100}$/, 'Visible ASCII, 1 to 100 characters'))
    .min(1)
    .max(50)
    .refine(once, 'Each tenant once')
    .default(['*']),
  ask: z.enum(['never', 'high_impact', 'writes']).default('high_impact'),
  expires_at: z.iso.datetime({ offset: true }).nullable().default(null),
})
export type ScopeBody = z.output<typeof scopeBody>

const ceiling = (max: number) => z.number().int().min(1).max(max)
/** Ceilings that people may set for one agent; absent ones take the default. */
export const limitsBody = z.strictObject({
  per_second: ceiling(100_000).optional(),
  burst: ceiling(200_000).optional(),
  open_holds: ceiling(100_000).optional(),
  waits: ceiling(100_000).optional(),
})

export const registerBody = z.strictObject({
  name,
  kind: z.enum(agentKinds).default('ai_agent'),
  purpose: plainText(500).default(''),
  application_id: idSchema('app'),
  environment: z.enum(environments).default('development'),
  tier: z.enum(tiers).default('standard'),
  owner_id: personId.nullable().default(null),
  backup_id: personId.nullable().default(null),
  limits: limitsBody.default({}),
  scopes: z.array(scopeBody).max(50).default([]),
  preset: z.enum(presets).optional(),
})
export type RegisterBody = z.output<typeof registerBody>

export const agentPatch = z
  .strictObject({
    name,
    kind: z.enum(agentKinds),
    purpose: plainText(500),
    application_id: idSchema('app'),
    environment: z.enum(environments),
    tier: z.enum(tiers),
    owner_id: personId.nullable(),
    backup_id: personId.nullable(),
    limits: limitsBody,
  })
  .partial()
  .refine(patch => Object.keys(patch).length > 0, 'Nothing to change')
export type AgentPatch = z.output<typeof agentPatch>

export const maxKeyDays = 365
export const defaultKeyDays = 90
/** A key always expires: 90 days unless said otherwise, 365 at most (I04). */
export const issueBody = z.strictObject({
  name: plainText(80).default(''),
  expires_in_days: z.number().int().min(1).max(maxKeyDays).default(defaultKeyDays),
})
export const rotateBody = z.strictObject({
  overlap_seconds: z
    .number()
    .int()
    .min(0)
    .max(7 * 86_400)
    .default(3_600),
  expires_in_days: z.number().int().min(1).max(maxKeyDays).default(defaultKeyDays),
})

/** A scope line as it is stored: its times parsed. */
export function scopeLine(body: ScopeBody): ScopeLine {
  return { ...body, expires_at: body.expires_at === null ? null : new Date(body.expires_at) }
}
