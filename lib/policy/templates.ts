import type { Template } from './template'
import { moneyTemplates } from './templates-money'
import { whenTemplates } from './templates-when'
import { workTemplates } from './templates-work'

/** Every form that writes a rule, in the order in which people look for them. */
export const templates: readonly Template[] = [...moneyTemplates, ...workTemplates, ...whenTemplates]

/** The values of a form before anybody has touched it. */
export function defaultsOf(template: Template): Record<string, unknown> {
  return Object.fromEntries(template.fields.map(field => [field.key, field.value]))
}
