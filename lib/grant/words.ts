import { type Constraint, kindOf } from './constraint'
import type { GrantLine } from './grant'

const said = (value: unknown) => (typeof value === 'string' ? `“${value}”` : JSON.stringify(value))

/** What a parameter may be, in words. */
export function constraintWords(constraint: Constraint): string {
  if ('equals' in constraint) return `exactly ${said(constraint.equals)}`
  if ('one_of' in constraint) return `one of ${constraint.one_of.map(said).join(', ')}`
  if ('at_most' in constraint) return `at most ${constraint.at_most}`
  if ('prefix' in constraint) return `beginning with ${said(constraint.prefix)}`
  return `any text of up to ${constraint.max_length} characters`
}

const times = (count: number) => (count === 1 ? 'once' : `up to ${count.toLocaleString('en')} times`)

/** One line as people read it, without its parameters: `Use pay_invoice (pay, production) up to 5 times, 250 EUR in all`. */
export function lineWords(line: Omit<GrantLine, 'id'>): string {
  const { resource } = line
  const on =
    resource.type === null
      ? ''
      : resource.id === null
        ? ` on ${resource.type}`
        : ` on ${resource.type} ${resource.match === 'prefix' ? 'beginning with ' : ''}${said(resource.id)}`
  const sum = line.amount ? `, ${line.amount.value} ${line.amount.currency} in all` : ''
  return `Use ${line.tool} (${line.operation}, ${line.environment})${on} ${times(line.count)}${sum}`
}

const grave = [
  'delegate',
  'privilege',
  'secret',
  'pay',
  'deploy',
  'delete',
  'revoke',
  'send',
  'execute',
  'update',
  'create',
]

/** How much a line lets through: for naming the riskiest first, not for deciding. */
function weight(line: Omit<GrantLine, 'id'>): number {
  const operation = grave.indexOf(line.operation)
  const wide = Object.values(line.params).filter(one => !['equals', 'one_of'].includes(kindOf(one))).length
  return (
    (operation < 0 ? 0 : (grave.length - operation) * 1_000) +
    (line.environment === 'production' ? 500 : 0) +
    (line.resource.match === 'prefix' ? 100 : 0) +
    wide * 50 +
    Math.min(49, Math.log2(line.count) * 4)
  )
}

/** The position of the riskiest line: by what it does, where, and how wide it is. */
export function riskiest(lines: readonly Omit<GrantLine, 'id'>[]): number {
  return lines.reduce((top, line, at) => (weight(line) > weight(lines[top] ?? line) ? at : top), 0)
}
