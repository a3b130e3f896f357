import type { Meaning } from '@/lib/tool/tool'
import { parameterOf } from './leaf'
import type { Found, Origin, Trace } from './provenance'

/** What policy may judge of where the arguments came from. */
export interface ArgumentFacts {
  /** `none` where the tool has no such argument, or it was left out. */
  readonly recipient_from: Origin | 'none'
  readonly amount_from: Origin | 'none'
  readonly untrusted_arguments: readonly string[]
  readonly any_untrusted: boolean
  /** Every argument stands in the person's recorded words, or in a trusted system. */
  readonly asked_for: boolean
  /** A name, number or address was taken out of running text that nobody vouches for, not out of a field of data. */
  readonly untrusted_text: boolean
}

/** Where something unknown would hurt first: what is paid, to whom, who or what is meant, and what would be run or opened. */
export const weighty: readonly Meaning[] = [
  'amount',
  'recipient',
  'person',
  'resource_id',
  'secret',
  'reference',
  'code',
  'sql',
]

/** From what tells most against a value to what tells most for it. */
export const worst: readonly Origin[] = ['untrusted', 'unknown', 'agent', 'trusted', 'person']
const most = 50

/**
 * The facts of a trace, by what the catalogue says that the parameters mean. Of several recipients the worst counts; what
 * was not looked into is unknown.
 */
export function argumentFacts(
  trace: Trace,
  meanings: Readonly<Record<string, Meaning>>,
  params: Readonly<Record<string, unknown>>,
): ArgumentFacts {
  const of = (meaning: Meaning): Origin | 'none' => {
    const names = Object.keys(meanings).filter(name => meanings[name] === meaning && isGiven(params, name))
    if (names.length === 0) return 'none'
    const mine = (pointer: string) => names.includes(parameterOf(pointer))
    const origins = trace.found.filter(one => mine(one.pointer)).map(one => one.from)
    // A value that says nothing wherever it stands comes from anywhere.
    if (trace.silent.some(mine)) origins.push('unknown')
    return worst.find(one => origins.includes(one)) ?? 'unknown'
  }
  const untrusted = trace.found.filter(one => one.from === 'untrusted')
  return {
    recipient_from: of('recipient'),
    amount_from: of('amount'),
    untrusted_arguments: [...new Set(untrusted.map(one => parameterOf(one.pointer)))].slice(0, most),
    any_untrusted: untrusted.length > 0,
    asked_for:
      trace.silent.length === 0 &&
      trace.found.length > 0 &&
      trace.found.every(one => one.from === 'person' || one.from === 'trusted'),
    untrusted_text: untrusted.some(isFromText),
  }
}

const isGiven = (params: Readonly<Record<string, unknown>>, name: string) =>
  Object.hasOwn(params, name) && !isEmpty(params[name])

function isEmpty(value: unknown): boolean {
  return value === null || value === undefined || value === '' || (Array.isArray(value) && value.every(isEmpty))
}

/** Taken out of running text: no field of data, and more than words that were copied. */
export function isFromText(found: Found): boolean {
  return found.from === 'untrusted' && found.field === undefined && found.how !== 'prose'
}

/**
 * What people should look at twice: a weighty argument that was taken out of running text; or out of a field of data, if
 * only the agent says that there is such data.
 */
export function isSuspicious(found: Found, meanings: Readonly<Record<string, Meaning>>): boolean {
  const name = parameterOf(found.pointer)
  const meaning = Object.hasOwn(meanings, name) ? meanings[name] : undefined
  if (meaning === undefined || !weighty.includes(meaning) || found.from !== 'untrusted') return false
  return isFromText(found) || (found.field !== undefined && found.reported_by === 'agent')
}
