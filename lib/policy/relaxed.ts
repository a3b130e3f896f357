import { decimal, text } from './cedar-text'

/** The rules of the default pack that ask for what people may have asked for themselves. */
const asking = [
  'write-in-production',
  'scope-asks-for-writes',
  'send-outside',
  'high-impact',
  'high-impact-irreversible',
]

const writes = ['create', 'update', 'execute', 'send', 'secret'].map(one => `Action::${text(one)}`).join(', ')

/**
 * A source whose rules that ask let go what the person asked for, in their recorded words; and the permit that goes with
 * it, since a permit cannot beat a forbid. Other payments up to `limit` need one approver instead of two. Rules that deny,
 * the ceiling and amounts over `limit` stay as they were.
 */
export function relaxed(source: string, limit: string) {
  const unled = '!context.untrusted_text && !context.session_led'
  const written = `(action in [${writes}] && context.asked_for && ${unled})`
  const sent = `(action == Action::"send" && context.recipient_from == "person" && ${unled})`
  const small = `action == Action::"pay" && ${unled} && !context.amount_unreadable && context has amount && context.amount.lessThanOrEqual(${decimal(limit)})`
  const paid = `(${small} && ["person", "none"].contains(context.recipient_from))`
  const asked = `(${written} || ${sent} || ${paid})`
  return {
    // A second person for a small payment that nothing foreign led is more than it is worth: one still looks at it.
    source: asking.reduce(
      (text, id) => lift(text, id, id === 'high-impact-irreversible' ? `(${asked} || (${small}))` : asked),
      source,
    ),
    permit: (id: string, reason: string) => `@id(${text(id)}) @reason(${text(reason)})
permit (principal, action, resource)
when { context.in_scope && context.tool_known && ${asked} };
`,
  }
}

/** One rule with a further way out beside approval. Where it has been changed by hand, it stays as it is. */
function lift(source: string, id: string, asked: string): string {
  const from = source.indexOf(`@id("${id}")`)
  const end = from < 0 ? -1 : source.indexOf(';', from)
  const way = 'unless { context.approved }'
  const at = from < 0 ? -1 : source.indexOf(way, from)
  if (at < 0 || at > end) return source
  return `${source.slice(0, at)}unless { context.approved || ${asked} }${source.slice(at + way.length)}`
}
