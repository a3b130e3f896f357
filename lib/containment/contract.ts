import { z } from 'zod'
import { plainText } from '@/lib/agent/contract'
import { environments } from '@/lib/kernel/scale'
import { levels, type Target, targetTypes } from './containment'

const ulid = '[0-9A-HJKMNP-TV-Z]{26}'
const forms: Readonly<Record<(typeof targetTypes)[number], RegExp>> = {
  organisation: /^$/,
  team: new RegExp(`^tea_${ulid}$`),
  owner: new RegExp(`^usr_${ulid}$`),
  agent: new RegExp(`^agt_${ulid}$`),
  session: new RegExp(`^agt_${ulid}/[!-~]{1,200}$`),
  instance: new RegExp(`^agt_${ulid}/[!-~]{1,200}$`),
  tool: /^[^\p{Cc}\p{Cf}\p{Cs}]{1,200}$/u,
  environment: new RegExp(`^(${environments.join('|')})$`),
  credential: new RegExp(`^crd_${ulid}$`),
}

/** Is this id of the form that its type asks for? */
export function isTarget(target: Target): boolean {
  return forms[target.type].test(target.id)
}

/** What a switch is thrown on. The organisation has no id; a session's and an instance's is `agent_id/name`. */
export const targetSchema = z
  .strictObject({ type: z.enum(targetTypes), id: z.string().max(300).default('') })
  .refine(isTarget, { message: 'This id does not fit this type of target', path: ['id'] })

export const containBody = z.strictObject({ target: targetSchema, level: z.enum(levels), reason: plainText(500, 1) })
export type ContainBody = z.output<typeof containBody>
