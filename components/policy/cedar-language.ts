import type { Completion, CompletionContext, CompletionResult } from '@codemirror/autocomplete'
import { HighlightStyle, StreamLanguage, syntaxHighlighting } from '@codemirror/language'
import { tags } from '@lezer/highlight'
import { operations } from '@/lib/kernel/scale'
import { annotations } from '@/lib/policy/annotations'
import { factTable } from '@/lib/policy/fact-table'

const keywords = /^(?:permit|forbid|when|unless|if|then|else|in|has|like|is|true|false)\b/
const names = /^(?:principal|action|resource|context)\b/

/** Cedar as far as colours need it: strings and comments never swallow a rule. */
const cedar = StreamLanguage.define({
  name: 'cedar',
  token(stream) {
    if (stream.eatSpace()) return null
    if (stream.match('//')) {
      stream.skipToEnd()
      return 'comment'
    }
    if (stream.match(/^"(?:[^"\\]|\\.)*"?/)) return 'string'
    if (stream.match(/^@\w+/)) return 'meta'
    if (stream.match(keywords)) return 'keyword'
    if (stream.match(names)) return 'variableName'
    if (stream.match(/^\d+/)) return 'number'
    if (stream.match(/^[A-Z]\w*/)) return 'typeName'
    if (stream.match(/^\w+/)) return 'propertyName'
    stream.next()
    return null
  },
  languageData: { commentTokens: { line: '//' }, closeBrackets: { brackets: ['(', '[', '{', '"'] } },
})

const colours = HighlightStyle.define([
  { tag: tags.comment, color: 'var(--ink-3)', fontStyle: 'italic' },
  { tag: tags.string, color: 'var(--allowed)' },
  { tag: tags.meta, color: 'var(--contained)' },
  { tag: tags.keyword, color: 'var(--accent)', fontWeight: '600' },
  { tag: tags.number, color: 'var(--held)' },
  { tag: tags.typeName, color: 'var(--drift)' },
])

export const cedarLanguage = [cedar, syntaxHighlighting(colours)]

const facts: readonly Completion[] = factTable.map(fact => ({
  label: fact.name,
  type: 'property',
  detail: `${fact.type}${fact.optional ? ', may be absent' : ''}`,
  info: `${fact.sentence} Said by: ${fact.reported_by}.`,
}))
const marks: readonly Completion[] = annotations.map(one => ({
  label: `@${one.name}`,
  type: 'keyword',
  info: one.sentence,
  apply: `@${one.name}("${one.example}")`,
}))
const verbs: readonly Completion[] = operations.map(one => ({ label: `Action::"${one}"`, type: 'enum' }))
const words: readonly Completion[] = [
  ...['permit', 'forbid', 'when', 'unless', 'has', 'like', 'in'].map(label => ({ label, type: 'keyword' })),
  ...['principal', 'action', 'resource', 'context'].map(label => ({ label, type: 'variable' })),
  {
    label: 'forbid, asking for one approver',
    type: 'text',
    apply:
      '@id("new-rule") @reason("Say why in one sentence.") @approvals("1")\nforbid (principal, action, resource)\nwhen { context.environment == "production" } unless { context.approved };\n',
  },
]

/** What may come next: facts behind `context.`, annotations behind `@`, operations behind `Action`. */
export function cedarCompletions(at: CompletionContext): CompletionResult | null {
  const line = at.state.doc.lineAt(at.pos)
  const before = line.text.slice(0, at.pos - line.from)
  const inString = (before.replace(/\\./g, '').match(/"/g) ?? []).length % 2 === 1
  if (/\/\//.test(before)) return null
  const fact = at.matchBefore(/context(?:\.|\s+has\s+)\w*/)
  if (fact) return { from: at.pos - (/\w*$/.exec(fact.text)?.[0].length ?? 0), options: facts, validFor: /^\w*$/ }
  const mark = at.matchBefore(/@\w*/)
  if (mark && !inString) return { from: mark.from, options: marks, validFor: /^@\w*$/ }
  const verb = at.matchBefore(/Action(?:::"?\w*)?/)
  if (verb) return { from: verb.from, options: verbs, validFor: /^Action(?:::"?\w*)?$/ }
  const word = at.matchBefore(/\w+/)
  if (inString || (!word && !at.explicit)) return null
  return { from: word?.from ?? at.pos, options: words, validFor: /^\w*$/ }
}
