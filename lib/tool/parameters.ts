import type { Meaning } from './tool'

const exact: readonly (readonly [Meaning, RegExp])[] = [
  ['currency', /^currency(_?code)?$/i],
  ['secret', /(password|secret|token|api_?key|private_?key|credential)/i],
  ['amount', /^(amount|price|total|sum|value|cost|fee|budget)$|_amount$|Amount$/],
  [
    'recipient',
    /^(to|cc|bcc|recipients?|email|e_?mail|iban|payee|account|address|phone|channel|participants)$|recipient|_email$/i,
  ],
  ['sql', /^(sql|statement)$|_sql$/i],
  ['code', /^(code|script|command|cmd|expression)$/i],
  ['file', /^(file|path|filename|file_?path|directory|folder|url|uri)$|_(path|file|url)$/i],
  ['reference', /^(git_?)?(branch|ref|tag|image|artifact)$|_(branch|image|ref|tag)$/i],
  ['subject', /^(subject|title|headline)$/i],
  ['body', /^(body|message|content|text|comment|note|description|html|summary|thought)$/i],
  ['date', /(^|_)(date|time|start|end|due|deadline|at|on|day|month|year)$/i],
  ['count', /^(count|n|limit|size|quantity|number|num|max|page|total_\w+)$/i],
  ['person', /^(user|person|customer|employee|owner|assignee|username|name|first_name|last_name)$|_name$/i],
  [
    'resource_id',
    /(^|_)id$|Id$|^(reservation|order|invoice|ticket|record|resource|object|key|slug|ref|number)$|_ids?$/,
  ],
]

/** What a parameter of this name probably means; a suggestion for a person to confirm. */
export function suggestMeaning(name: string): Meaning {
  return exact.find(([, form]) => form.test(name))?.[0] ?? 'other'
}

/**
 * Arguments as whoever only looks back sees them: what is a secret by the catalogue, or by its name where nobody has said, is
 * not shown (P16). Whoever decides sees it on its own page, on a press.
 */
export function withoutSecrets(
  params: Readonly<Record<string, unknown>>,
  meanings: Readonly<Record<string, Meaning>> = {},
): Record<string, unknown> {
  const isSecret = (name: string) =>
    (Object.hasOwn(meanings, name) ? meanings[name] : suggestMeaning(name)) === 'secret'
  return Object.fromEntries(Object.entries(params).map(([name, value]) => [name, isSecret(name) ? '[secret]' : value]))
}

/** One parameter as screens list it. */
export interface ParameterView {
  readonly name: string
  readonly type: string | null
  readonly description: string | null
}

/** The parameters of a stored JSON Schema, for screens: names, types and descriptions, bounded; the source's words stay inert. */
export function parametersOf(schema: unknown): ParameterView[] {
  const properties = member(schema, 'properties')
  if (typeof properties !== 'object' || properties === null) return []
  return Object.entries(properties)
    .slice(0, 200)
    .map(([name, value]: [string, unknown]) => ({
      name,
      type: text(member(value, 'type'), 40),
      description: text(member(value, 'description'), 500),
    }))
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined
}

function text(value: unknown, max: number): string | null {
  return typeof value === 'string' ? value.slice(0, max) : null
}
