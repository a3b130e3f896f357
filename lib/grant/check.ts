import { commandLike } from '@/lib/kernel/command'
import { parseDecimal } from '@/lib/kernel/decimal'
import type { FieldError } from '@/lib/kernel/problem'
import type { Meaning, Tool } from '@/lib/tool/tool'
import { type Constraint, type ConstraintKind, kindOf } from './constraint'
import type { GrantLine } from './grant'
import { wrapperReason } from './wrapper'

/** What a prefix needs at least: less says hardly anything. */
const shortestPrefix = 3

const exactly: readonly ConstraintKind[] = ['equals', 'one_of']
/** What may be said of a parameter that means this: where something goes, and what is run, is said exactly. */
const allowedFor: Readonly<Partial<Record<Meaning, readonly ConstraintKind[]>>> = {
  amount: [...exactly, 'at_most'],
  count: [...exactly, 'at_most'],
  currency: exactly,
  recipient: exactly,
  person: exactly,
  secret: exactly,
  code: exactly,
  sql: exactly,
  resource_id: [...exactly, 'prefix'],
  file: [...exactly, 'prefix'],
}

const everyKind: readonly ConstraintKind[] = [...exactly, 'at_most', 'prefix', 'max_length']

/** By what a parameter of this meaning may be bounded; null and what has no meaning: by anything. */
export const kindsFor = (meaning: Meaning | null): readonly ConstraintKind[] =>
  (meaning && allowedFor[meaning]) ?? everyKind

function prefixProblem(prefix: string): string | null {
  if (prefix.includes('*')) return 'A prefix is plain text; * is not one.'
  if ([...prefix].length < shortestPrefix)
    return `At least ${shortestPrefix} characters: less covers nearly everything.`
  if (!/[\p{L}\p{N}]/u.test(prefix)) return 'A letter or a digit at least: this covers nearly everything.'
  // `https://acme.com` is also where `https://acme.com.evil.example` begins.
  if (prefix.includes('://') && !/^[a-z][a-z0-9+.-]*:\/\/[^/?#@]+\//i.test(prefix))
    return 'Of an address, everything up to the slash behind its host.'
  return null
}

function constraintProblem(constraint: Constraint, meaning: Meaning | undefined): string | null {
  const kind = kindOf(constraint)
  const allowed = kindsFor(meaning ?? null)
  if (!allowed.includes(kind)) return `This parameter means ${meaning}: say it by ${allowed.join(' or ')}.`
  if ('prefix' in constraint) return prefixProblem(constraint.prefix)
  if ('at_most' in constraint && parseDecimal(constraint.at_most) === null) return 'Not a decimal amount.'
  return null
}

/**
 * What of a line cannot be granted, by RFC 6901 pointer below the line; empty when it can. `tool` is null where the
 * catalogue has no such name.
 */
export function lineProblems(
  line: Omit<GrantLine, 'id'>,
  tool: Pick<Tool, 'name' | 'classified'> | null,
): FieldError[] {
  const at = (pointer: string, message: string): FieldError => ({ pointer, message })
  if (!tool?.classified) return [at('/tool', 'Only a tool that people have classified can be approved in advance.')]
  const problems: FieldError[] = []
  const wrapper = wrapperReason(tool, Object.keys(line.params))
  if (wrapper) problems.push(at('/tool', `${wrapper} People decide each of its calls.`))
  if (line.operation !== tool.classified.operation && tool.classified.operation !== 'read')
    problems.push(at('/operation', `The catalogue says that this tool does ${tool.classified.operation}.`))
  const { type, id, match } = line.resource
  if (type?.includes('*')) problems.push(at('/resource/type', 'A type is named exactly.'))
  if (commandLike(type)) problems.push(at('/resource/type', 'Commands are never approved in advance.'))
  if (type === null && id !== null) problems.push(at('/resource/type', 'Say which type of resource this is.'))
  if (match === 'prefix') {
    const problem = id === null ? 'Say how the id begins.' : prefixProblem(id)
    if (problem) problems.push(at('/resource/id', problem))
  } else if (id?.includes('*'))
    problems.push(at('/resource/id', 'A * stands only at the end, behind what the id begins with.'))
  for (const [name, constraint] of Object.entries(line.params)) {
    const meanings = tool.classified.parameters
    const problem = constraintProblem(constraint, Object.hasOwn(meanings, name) ? meanings[name] : undefined)
    if (problem) problems.push(at(`/params/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`, problem))
  }
  if (line.amount !== null && parseDecimal(line.amount.value) === null)
    problems.push(at('/amount/value', 'Not a decimal amount.'))
  return problems
}
