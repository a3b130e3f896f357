import { z } from 'zod'
import { environments, operations } from '@/lib/kernel/scale'
import { whos } from './annotations'
import { type Stop, stop } from './cedar-text'

const line = z.string().trim().min(1).max(200)

/** What a field of a form may hold, by its kind; `list` is several lines of text. */
export const kinds = {
  text: line,
  optional: z.string().trim().max(200),
  list: z.array(line).max(50),
  some: z.array(line).min(1).max(50),
  amount: z.string().regex(/^\d{1,12}(\.\d{1,4})?$/, 'An amount, such as 500 or 499.50.'),
  approvals: z.coerce.number().int().min(1).max(9),
  effect: z.enum(['ask', 'deny']),
  who: z.enum(whos),
  window: z.enum(['once', 'day', 'week', 'month']),
  operations: z.array(z.enum(operations)).min(1),
  environments: z.array(z.enum(environments)).min(1),
  flag: z.boolean(),
} as const
export type Kind = keyof typeof kinds

/** One field of a template's form, with what it holds before anybody has touched it. */
export interface Field {
  readonly key: string
  readonly kind: Kind
  readonly label: string
  readonly hint?: string
  readonly value: string | number | boolean | readonly string[]
}

/** A form that writes Cedar. */
export interface Template {
  readonly id: string
  readonly title: string
  /** What it is for, before anything is filled in. */
  readonly about: string
  readonly fields: readonly Field[]
  /** The rule as one sentence, with these values. @throws z.ZodError */
  readonly sentence: (values: unknown) => string
  /** The policy as Cedar text, under this id. @throws z.ZodError */
  readonly write: (values: unknown, id: string) => string
  /** The whole source with this rule in it; its id is one that the source does not have. @throws z.ZodError */
  readonly addTo: (source: string, values: unknown) => string
  /** Says what is wrong with these values, by key; empty where they can be written. */
  readonly faults: (values: unknown) => Readonly<Record<string, string>>
}

interface Written<S extends z.ZodRawShape> {
  readonly id: string
  readonly title: string
  readonly about: string
  readonly shape: S
  readonly fields: readonly Field[]
  readonly sentence: (values: z.output<z.ZodObject<S>>) => string
  readonly write: (values: z.output<z.ZodObject<S>>, id: string, reason: string) => string
  readonly rewrite?: (values: z.output<z.ZodObject<S>>, source: string) => string
}

/** Makes a template: its values are read by its own schema before anything is written of them. */
export function template<const S extends z.ZodRawShape>(made: Written<S>): Template {
  const schema = z.strictObject(made.shape)
  const read = (values: unknown): z.output<z.ZodObject<S>> => z.object(made.shape).parse(schema.parse(values))
  const write = (values: unknown, id: string) => {
    const known = read(values)
    return made.write(known, id, made.sentence(known))
  }
  return {
    id: made.id,
    title: made.title,
    about: made.about,
    fields: made.fields,
    sentence: values => made.sentence(read(values)),
    write,
    addTo(source, values) {
      const before = made.rewrite ? made.rewrite(read(values), source) : source
      return `${before.trimEnd()}\n\n${write(values, freeId(made.id, source))}`.trimStart()
    },
    faults(values) {
      const parsed = schema.safeParse(values)
      if (parsed.success) return {}
      return Object.fromEntries(parsed.error.issues.map(issue => [String(issue.path[0] ?? ''), issue.message]))
    },
  }
}

/** The first id of this name that no policy of the source has. */
export function freeId(name: string, source: string): string {
  const taken = new Set([...source.matchAll(/@id\s*\(\s*"([^"]*)"/g)].map(found => found[1]))
  for (let n = 1; ; n++) {
    const id = n === 1 ? name : `${name}-${n}`
    if (!taken.has(id)) return id
  }
}

/** What every rule that stops has: whether it asks or denies, how many, and whom. */
export const stopping = { effect: kinds.effect, approvals: kinds.approvals, who: kinds.who } as const

export const stoppingFields = (effect: 'ask' | 'deny', approvals = 1, who: Stop['who'] = 'team_approvers'): Field[] => [
  { key: 'effect', kind: 'effect', label: 'What happens', value: effect },
  { key: 'approvals', kind: 'approvals', label: 'People who must agree', value: approvals },
  { key: 'who', kind: 'who', label: 'Whom it asks', value: who },
]

/** Writes a rule that stops out of the three values that every such template has. */
export function stops(
  values: Pick<Stop, 'effect' | 'approvals' | 'who'>,
  rest: Omit<Stop, 'effect' | 'approvals' | 'who'>,
): string {
  return stop({ ...rest, effect: values.effect, approvals: values.approvals, who: values.who })
}

/** How a rule that stops ends its sentence. */
export function ending({ effect, approvals }: Pick<Stop, 'effect' | 'approvals'>, many = true): string {
  if (effect === 'deny') return many ? 'are denied' : 'is denied'
  return `${many ? 'need' : 'needs'} ${approvals === 1 ? 'one approver' : `${approvals} approvers`}`
}

/** A list as people say it: `a, b and c`. */
export function listed(values: readonly string[], word = 'and'): string {
  if (values.length < 2) return values.join('')
  return `${values.slice(0, -1).join(', ')} ${word} ${values.at(-1)}`
}
