import * as cedar from '@cedar-policy/cedar-wasm/nodejs'
import { Refused } from '@/lib/kernel/problem'
import { liftedByAgent, refuseAgentFacts } from '@/lib/policy/agent-facts'
import { type Anatomy, anatomyOf } from '@/lib/policy/anatomy'
import { cedarSchema } from '@/lib/policy/fact-table'
import type { Rule } from '@/lib/policy/judge'
import { faultAt, type SourceFault, type Span, spanOfBytes } from '@/lib/policy/place'
import { readRule } from '@/lib/policy/rule'
import { tooComplex } from '@/lib/policy/shape'
import { askCedar, type CedarSaid } from './ask-cedar'

/** What a Cedar text holds: each policy's own text, what its annotations say, and the facts that all of them read. */
export interface ReadPolicies {
  readonly policies: Record<string, string>
  readonly rules: Map<string, Rule>
  readonly reads: ReadonlySet<string>
  /** What each policy can be about. */
  readonly anatomies: Map<string, Anatomy>
}

/** A text as it was checked: what it holds, and every fault. It may be published when none of them is an error. */
export interface Checked extends ReadPolicies {
  readonly faults: readonly SourceFault[]
}

/** More faults than anybody reads at once. */
const most = 200

type CedarError = Pick<cedar.DetailedError, 'message' | 'help' | 'sourceLocations'>

/**
 * Checks a Cedar text by our own bounds, by Cedar's strict validation and by what annotations may say; finds every fault
 * that can be found at once. Never throws, and keeps nothing: what is checked is not loaded. `said`: what Cedar said of it,
 * where it has been asked already.
 */
export function checkPolicies(source: string, said?: CedarSaid): Checked {
  const faults: SourceFault[] = []
  const found: Checked = { policies: {}, rules: new Map(), reads: new Set(), anatomies: new Map(), faults }
  const add = (span: Span, severity: SourceFault['severity'], message: string) => {
    const fault = faultAt(source, span, severity, message)
    // Cedar says the same once for every operation.
    const said = faults.some(one => one.message === message && one.line === fault.line && one.column === fault.column)
    if (!said && faults.length < most) faults.push(fault)
  }
  const everything = { from: 0, until: source.length }
  const complex = tooComplex(source)
  if (complex) {
    add(everything, 'error', complex)
    return found
  }
  const { parts, json, checked } = said ?? askCedar(cedar, cedarSchema, source)
  if (parts.type === 'failure') {
    for (const error of parts.errors) add(spanOf(error, source, 0) ?? everything, 'error', wordsOf(error))
    return found
  }
  const plain = withoutComments(source)
  for (const text of parts.policy_templates) add(spanIn(plain, text), 'error', 'Templates with slots cannot be used.')
  const ids = new Map<string, string>()
  const spans = new Map<string, Span>()
  const reads = new Set<string>()
  // Cedar hands them out in no order of the source.
  const written = parts.policies.map((text, at) => ({ at, text, span: spanIn(plain, text) }))
  for (const { at, text, span } of written.toSorted((a, b) => a.span.from - b.span.from)) {
    const one = readOne(text, span, json[at], add)
    if (!one) continue
    const { rule, anatomy } = one
    for (const name of anatomy.reads) reads.add(name)
    if (found.rules.has(rule.id)) {
      add(annotationIn(text, span, 'id'), 'error', `Two policies have the id ${rule.id}.`)
      continue
    }
    found.policies[rule.id] = text
    found.rules.set(rule.id, rule)
    found.anatomies.set(rule.id, anatomy)
    spans.set(rule.id, span)
    ids.set(String(at), rule.id)
  }
  for (const { at, error, severity } of validated(checked)) {
    const id = at === null ? '' : ids.get(at)
    // Not one of ours: its own faults have been told.
    if (id === undefined) continue
    const span = spans.get(id) ?? everything
    add(spanOf(error, found.policies[id] ?? '', span.from) ?? span, severity, wordsOf(error))
  }
  faults.sort((a, b) => a.line - b.line || a.column - b.column)
  return { ...found, reads }
}

/** One policy: its annotations, and what it rests on. */
function readOne(
  text: string,
  span: Span,
  json: CedarSaid['json'][number] | undefined,
  add: (span: Span, severity: SourceFault['severity'], message: string) => void,
): { rule: Rule; anatomy: Anatomy } | null {
  if (json?.type !== 'success') {
    for (const error of json?.errors ?? []) add(spanOf(error, text, span.from) ?? span, 'error', wordsOf(error))
    return null
  }
  const { rule, faults } = readRule(json.json.effect, json.json.annotations ?? {})
  for (const { at, message } of faults) add(at === null ? span : annotationIn(text, span, at), 'error', message)
  for (const name of refuseAgentFacts(json.json))
    add(
      wordIn(text, span, name),
      'error',
      `A permit must not rest on ${name}: agents report it themselves. What agents report may tighten, never loosen.`,
    )
  for (const name of liftedByAgent(json.json))
    add(wordIn(text, span, name), 'warning', `Agents report ${name} themselves, so an agent can lift this rule by it.`)
  return rule && { rule, anatomy: anatomyOf(json.json) }
}

/** What strict validation found, by the place of the policy; null where it is about the whole text. */
function validated(checked: CedarSaid['checked']) {
  const one = (at: string | null, error: CedarError, severity: SourceFault['severity']) => ({ at, error, severity })
  if (checked.type === 'failure') return checked.errors.map(error => one(null, error, 'error'))
  return [
    ...checked.validationErrors.map(({ policyId, error }) => one(policyId, error, 'error')),
    ...checked.validationWarnings.map(({ policyId, error }) => one(policyId, error, 'warning')),
  ]
}

/** What Cedar says, with what it advises, without the name of the policy: the place says which. */
function wordsOf({ message, help, sourceLocations }: CedarError): string {
  const unnamed = (text: string) => text.replace(/^for policy `[^`]*`, /, '')
  const plain = unnamed(message).replace(/ for Action::"\w+" not found$/, ' not found')
  const label = sourceLocations?.[0]?.label
  return `${plain.charAt(0).toUpperCase()}${plain.slice(1)}${label ? `: ${label}` : ''}${help ? ` (${unnamed(help)})` : ''}.`
}

function spanOf(error: CedarError, text: string, from: number): Span | null {
  const [place] = error.sourceLocations ?? []
  if (!place) return null
  const span = spanOfBytes(text, place.start, place.end)
  return { from: from + span.from, until: from + span.until }
}

/** Where a policy stands: Cedar hands its text out as it was written. A copy of it in a comment is not it. */
function spanIn(plain: string, text: string): Span {
  const from = Math.max(0, plain.indexOf(withoutComments(text)))
  return { from, until: from + text.length }
}

/** The same text, as long, with blanks where comments stand. */
function withoutComments(source: string): string {
  return source.replace(/"(?:[^"\\]|\\.)*"|\/\/[^\n]*/gs, found =>
    found.startsWith('//') ? ' '.repeat(found.length) : found,
  )
}

function annotationIn(text: string, span: Span, name: string): Span {
  const from = text.search(new RegExp(`@${name}\\b`))
  if (from < 0) return span
  const until = text.indexOf(')', from)
  return { from: span.from + from, until: span.from + (until < 0 ? from + name.length + 1 : until + 1) }
}

function wordIn(text: string, span: Span, name: string): Span {
  const from = text.search(new RegExp(`\\b${name}\\b`))
  return from < 0 ? span : { from: span.from + from, until: span.from + from + name.length }
}

/**
 * Reads policies and annotations out of Cedar text, with strict validation.
 * @throws Refused policy.invalid, with every fault and its place in `errors`
 */
export function readPolicies(source: string): ReadPolicies {
  const checked = remembered(source) ?? checkPolicies(source)
  demandNoFaults(checked)
  return checked
}

const kept = 4
const checkedLately = new Map<string, Checked>()

/** What was found in exactly this text lately: what has been proved is not checked again when it is published and loaded. */
export const remembered = (source: string): Checked | undefined => checkedLately.get(source)

/** Keeps what was found in a text; of those that are kept the oldest goes. */
export function remember(source: string, checked: Checked): void {
  checkedLately.delete(source)
  checkedLately.set(source, checked)
  const [oldest] = checkedLately.keys()
  if (checkedLately.size > kept && oldest !== undefined) checkedLately.delete(oldest)
}

/** @throws Refused policy.invalid, with every error and its place in `errors` (at most 50). */
export function demandNoFaults({ faults }: Pick<Checked, 'faults'>): void {
  const errors = faults.filter(fault => fault.severity === 'error')
  const [first] = errors
  if (!first) return
  throw new Refused('policy.invalid', `Line ${first.line}: ${first.message}`, {
    errors: errors.slice(0, 50).map(({ message, line, column }) => ({ pointer: '/source', message, line, column })),
  })
}
