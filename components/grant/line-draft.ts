import { type Constraint, type ConstraintKind, kindOf } from '@/lib/grant/constraint'
import type { LineInput } from '@/lib/grant/contract'
import { mostUses } from '@/lib/grant/grant'
import type { FieldError } from '@/lib/kernel/problem'
import type { Environment, Operation } from '@/lib/kernel/scale'

/** One parameter as it is filled in. `left out`: a covered action does not have it. */
export interface ParamDraft {
  readonly name: string
  readonly kind: ConstraintKind | 'absent'
  readonly text: string
  /** Values are compared as JSON: is what is typed text, or a number, true, false or a structure? */
  readonly as: 'text' | 'json'
  /** The catalogue does not know it; somebody named it here. */
  readonly added: boolean
}

/** One line as it is filled in: text until it is read. `key` is of this form alone. */
export interface LineDraft {
  readonly key: number
  readonly tool: string
  readonly operation: Operation | null
  readonly environment: Environment | null
  readonly resource: 'none' | 'exact' | 'prefix'
  readonly type: string
  readonly id: string
  readonly params: readonly ParamDraft[]
  readonly count: string
  readonly sum: string
  readonly currency: string
}

/** What the form must know of a tool. */
export interface ToolKnown {
  readonly parameters: readonly { readonly name: string; readonly type: string | null }[]
}

export const emptyLine = (key: number): LineDraft => ({
  key,
  tool: '',
  operation: null,
  environment: null,
  resource: 'none',
  type: '',
  id: '',
  params: [],
  count: '1',
  sum: '',
  currency: 'EUR',
})

/** What a value of this JSON Schema type is typed as; a type that nobody knows is text until somebody says otherwise. */
export const typedAs = (type: string | null): ParamDraft['as'] => (type === null || type === 'string' ? 'text' : 'json')

/** The line for another tool: its parameters, each to be said exactly until somebody chooses otherwise. */
export function withTool(draft: LineDraft, name: string, tool: ToolKnown): LineDraft {
  const params = tool.parameters.map(one => ({
    name: one.name,
    kind: 'equals' as const,
    text: '',
    as: typedAs(one.type),
    added: false,
  }))
  return { ...draft, tool: name, operation: null, params }
}

const write = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value))
const plain = (decimal: string) => (decimal.includes('.') ? decimal.replace(/\.?0+$/, '') : decimal)

function writeParam(name: string, constraint: Constraint, added: boolean): ParamDraft {
  const as = (values: readonly unknown[]) => (values.every(one => typeof one === 'string') ? 'text' : 'json')
  const base = { name, kind: kindOf(constraint), added }
  if ('equals' in constraint) return { ...base, text: write(constraint.equals), as: as([constraint.equals]) }
  if ('one_of' in constraint) {
    const typed = as(constraint.one_of)
    const said = constraint.one_of.map(one => (typed === 'text' ? write(one) : JSON.stringify(one)))
    return { ...base, text: said.join('\n'), as: typed }
  }
  if ('at_most' in constraint) return { ...base, text: plain(constraint.at_most), as: 'text' }
  return {
    ...base,
    text: 'prefix' in constraint ? constraint.prefix : String(constraint.max_length),
    as: 'text',
  }
}

/** A line as a form: parameters that the catalogue has and the line leaves out stand there as left out. */
export function writeLine(line: LineInput, key: number, tool: ToolKnown | undefined): LineDraft {
  const known = new Set(tool?.parameters.map(one => one.name))
  const said = Object.entries(line.params ?? {})
  const left = (tool?.parameters ?? []).filter(one => line.params?.[one.name] === undefined)
  const id = line.resource?.id ?? ''
  return {
    key,
    tool: line.tool,
    operation: line.operation ?? null,
    environment: line.environment ?? null,
    resource: line.resource === undefined ? 'none' : id.endsWith('*') ? 'prefix' : 'exact',
    type: line.resource?.type ?? '',
    id: id.endsWith('*') ? id.slice(0, -1) : id,
    params: [
      ...said.map(([name, constraint]) => writeParam(name, constraint, !known.has(name))),
      ...left.map(one => ({
        name: one.name,
        kind: 'absent' as const,
        text: '',
        as: typedAs(one.type),
        added: false,
      })),
    ],
    count: String(line.count ?? 1),
    sum: line.amount ? plain(line.amount.value) : '',
    currency: line.amount?.currency ?? 'EUR',
  }
}

type Got<T> = { readonly value: T } | { readonly fault: string }

const decimal = /^\d{1,15}(\.\d{1,4})?$/

function readValue(text: string, as: ParamDraft['as']): Got<unknown> {
  if (as === 'text') return { value: text }
  try {
    return { value: JSON.parse(text) }
  } catch {
    return { fault: 'Write a number, true, false or JSON; or say that it is text.' }
  }
}

function readParam({ kind, text, as }: ParamDraft): Got<Constraint> {
  if (text.trim() === '') return { fault: 'Say what it may be.' }
  if (kind === 'at_most')
    return decimal.test(text.trim())
      ? { value: { at_most: text.trim() } }
      : { fault: 'A number with at most four digits behind the point: 250 or 99.95.' }
  if (kind === 'max_length') {
    const most = Number(text)
    return Number.isInteger(most) && most >= 1 && most <= 20_000
      ? { value: { max_length: most } }
      : { fault: 'A whole number from 1 to 20,000.' }
  }
  if (kind === 'prefix') return { value: { prefix: text } }
  if (kind === 'equals') {
    const got = readValue(text, as)
    return 'fault' in got ? got : { value: { equals: got.value } }
  }
  const values: unknown[] = []
  for (const line of text.split('\n').filter(one => one.trim() !== '')) {
    const got = readValue(line, as)
    if ('fault' in got) return got
    values.push(got.value)
  }
  return values.length <= 50 ? { value: { one_of: values } } : { fault: 'At most 50 values.' }
}

/** One step of an RFC 6901 pointer. */
export const step = (name: string) => name.replaceAll('~', '~0').replaceAll('/', '~1')

/** The line as it is sent, and what cannot be read of it, by RFC 6901 pointer below the line. */
export function readLine(draft: LineDraft): { readonly line: LineInput; readonly faults: readonly FieldError[] } {
  const faults: FieldError[] = []
  const at = (pointer: string, message: string) => void faults.push({ pointer, message })
  if (draft.tool === '') at('/tool', 'Choose the tool.')
  const params: Record<string, Constraint> = {}
  for (const param of draft.params) {
    if (param.kind === 'absent') continue
    const got = readParam(param)
    if ('fault' in got) at(`/params/${step(param.name)}`, got.fault)
    else params[param.name] = got.value
  }
  const count = Number(draft.count)
  if (!Number.isInteger(count) || count < 1 || count > mostUses) at('/count', 'A whole number from 1 to 10,000.')
  const sum = draft.sum.trim()
  if (sum !== '' && !decimal.test(sum)) at('/amount/value', 'A number with at most four digits behind the point.')
  if (sum !== '' && !/^[A-Z]{3}$/.test(draft.currency)) at('/amount/currency', 'Three letters: EUR.')
  const type = draft.type.trim()
  if (draft.resource !== 'none' && type === '') at('/resource/type', 'Say which type: invoice, customer, file.')
  if (draft.resource === 'prefix' && draft.id === '') at('/resource/id', 'Say how the id begins.')
  const id = draft.resource === 'prefix' ? `${draft.id}*` : draft.id
  return {
    faults,
    line: {
      tool: draft.tool,
      ...(draft.operation ? { operation: draft.operation } : {}),
      ...(draft.environment ? { environment: draft.environment } : {}),
      ...(draft.resource === 'none' ? {} : { resource: { type, ...(id === '' ? {} : { id }) } }),
      params,
      count,
      ...(sum === '' ? {} : { amount: { value: sum, currency: draft.currency } }),
    },
  }
}
