import type { z } from 'zod'
import type { hold } from '@/lib/hold/answers'
import { excerpt } from '@/lib/kernel/hostile-text'
import { inertLine } from './inert'
import { timeLeft } from './table'

export type Hold = z.output<typeof hold>

const longest = 20_000
const origins: Readonly<
  Record<
    Hold['provenance'] extends readonly (infer O extends { from: string })[] | undefined ? O['from'] : never,
    string
  >
> = {
  person: 'from the person’s request',
  trusted: 'from a trusted system',
  untrusted: 'from content that nobody vouches for',
  agent: 'from the agent itself',
  unknown: 'from nowhere that was reported',
}

/** Everything that the decision screen shows of a hold, in its order, as inert text. */
export function holdText(hold: Hold): string {
  return [
    headline(hold),
    section('What will happen', hold.action ? argumentsOf(hold, hold.action) : changeOf(hold)),
    section('Where it came from', provenanceOf(hold)),
    section(
      'Why it stopped',
      hold.why.map(one => `${one.sentence} (${one.kind} ${one.id})`),
    ),
    section('Who asks', askerOf(hold)),
    section('If it goes wrong', wrongOf(hold)),
    section('What the agent says, not checked', claimsOf(hold)),
    section(
      'Tried before',
      hold.attempts.map(one => `${one.status} at ${one.at}${differences(one.diff)}`),
    ),
    section(
      'Approved before',
      hold.approved_before.map(one => `at ${one.at}${differences(one.diff)}`),
    ),
    section(
      'The session so far',
      hold.session_actions.map(one => `${one.at}  ${one.status}  ${one.title}`),
    ),
    section('What people said', hold.reviews.map(reviewLine)),
    section(
      'History',
      hold.timeline.map(one => `${one.at}  ${one.text}`),
    ),
    section('The decision', decisionOf(hold)),
  ]
    .filter(one => one !== '')
    .join('\n\n')
}

/** Indented by us, however deep; what follows is somebody else's. */
const line = (text: string) => `  ${' '.repeat(text.search(/\S|$/))}${inertLine(text.trimStart())}`
const section = (title: string, lines: readonly string[]) =>
  lines.length === 0 ? '' : [title, ...lines.map(line)].join('\n')

function headline(hold: Hold): string {
  const { frozen, remaining_ms } = clockOf(hold)
  const left = frozen ? 'frozen' : hold.status === 'pending' ? `${timeLeft(remaining_ms)} left` : hold.status
  const facts = `${hold.risk.level} risk${hold.risk.reasons.length > 0 ? `: ${hold.risk.reasons.join(', ')}` : ''}`
  const { received, required } = hold.approvals
  return `${inertLine(hold.title)}\n${hold.id}  ${left}  ${received} of ${required} approval${required === 1 ? '' : 's'}\n${inertLine(facts)}`
}

/** Exactly what would be executed, as JSON; long texts end with an honest count. */
function argumentsOf(hold: Hold, action: NonNullable<Hold['action']>): string[] {
  const shown = JSON.stringify(action.params ?? null, null, 2)
  const { text, rest } = excerpt(shown, longest)
  return [
    `tool: ${action.tool} (${action.operation})`,
    ...(action.resource ? [`resource: ${JSON.stringify(action.resource)}`] : []),
    ...(hold.tool_info?.description ? [`described: ${hold.tool_info.description}`] : []),
    ...text.split('\n'),
    ...(rest > 0 ? [`… ${rest} more characters: see them in the browser`] : []),
    ...(action.modified && action.original_params ? lines('as the agent sent it', action.original_params) : []),
    ...hold.kept.map(one => `and then: ${one.sentence}`),
    `digest: ${hold.shown_digest}`,
  ]
}

function changeOf({ change, shown_digest }: Hold): string[] {
  if (!change) return [`digest: ${shown_digest}`]
  return [
    `${change.kind} of ${change.subject}`,
    ...lines('before', change.before),
    ...lines('after', change.after),
    ...change.waiting_calls.map(one => `waiting: ${one.agent.name} calls ${one.tool} ${JSON.stringify(one.params)}`),
    ...(change.reason ? [`because: ${change.reason}`] : []),
    `digest: ${shown_digest}`,
  ]
}

function lines(name: string, value: unknown): string[] {
  if (value === null || value === undefined) return []
  const { text, rest } = excerpt(typeof value === 'string' ? value : JSON.stringify(value, null, 2), longest)
  return [`${name}:`, ...text.split('\n').map(one => `  ${one}`), ...(rest > 0 ? [`  … ${rest} more characters`] : [])]
}

function provenanceOf({ provenance = [] }: Hold): string[] {
  return provenance.map(one => {
    const quote = one.quote ? `: “${one.quote.before}[${one.quote.value}]${one.quote.after}”` : ''
    return `${one.pointer || '/'}  ${origins[one.from]}${one.ref ? `, ${one.ref}` : ''}${quote}`
  })
}

function askerOf({ asker }: Hold): string[] {
  if (!asker) return []
  return [
    `${asker.agent.name} of ${asker.application.name} (${asker.team.name}), in ${asker.environment}, session ${asker.session}`,
    `${asker.owner?.name ?? 'Nobody'} answers for it${asker.backup ? `, or ${asker.backup.name}` : ''}`,
  ]
}

/** Its reasons, and whom it calls on: after the facts, so that urgency and big names are not what is read first (U10). */
function claimsOf({ asker, action }: Hold): string[] {
  return [
    ...(asker?.acting_for ? [`it acts for: ${asker.acting_for}`] : []),
    ...(action?.intent ? [`why: ${action.intent}`] : []),
    ...(typeof action?.context?.prompt === 'string' ? [`the person’s request: ${action.context.prompt}`] : []),
  ]
}

function wrongOf({ action }: Hold): string[] {
  if (!action) return []
  return [
    action.reversible ? 'This tool is classified as one that can be undone.' : 'It cannot be undone.',
    action.undo ? `The agent says it would use ${JSON.stringify(action.undo)}` : 'No undo plan was given.',
    ...(action.amount ? [`amount: ${action.amount} ${action.currency ?? ''}`] : []),
    `data: ${action.resolved.classification}, ${action.resolved.environment}`,
  ]
}

const differences = (diff: Hold['attempts'][number]['diff']) =>
  diff.map(one => `; ${one.path}: ${JSON.stringify(one.before)} → ${JSON.stringify(one.after)}`).join('')

const reviewLine = (one: Hold['reviews'][number]) =>
  `${one.by?.name ?? 'Somebody'}: ${one.verdict}${one.comment ? ` — ${one.comment}` : ''}${one.note ? ` (note: ${one.note})` : ''}${one.void_reason ? ` [void: ${one.void_reason}]` : ''}`

function decisionOf(hold: Hold): string[] {
  const { me } = hold
  return [
    ...(hold.status === 'pending'
      ? [
          `If you approve: ${hold.if.approve}`,
          `If you reject: ${hold.if.reject}`,
          `If nobody decides until ${hold.expires_at}: ${hold.if.expire}`,
        ]
      : [`${hold.status}${hold.decided_by ? ` by ${hold.decided_by.name}` : ''} at ${hold.decided_at ?? ''}`]),
    me.may_approve ? 'You may approve this.' : `You may not approve this${me.reason ? `: ${me.reason}` : '.'}`,
    ...(me.why_you ? [me.why_you] : []),
    ...names(
      'May decide',
      hold.eligible.map(one => `${one.name} (${one.why})`),
    ),
    ...names(
      'Were told',
      hold.told.map(one => `${one.name} at ${one.at}`),
    ),
    ...names(
      'Are looking now',
      hold.looking.flatMap(one => one?.name ?? []),
    ),
    ...(hold.outcome
      ? [`Reported since: ${hold.outcome.status}${hold.outcome.summary ? `, ${hold.outcome.summary}` : ''}`]
      : []),
  ]
}

const names = (what: string, who: readonly string[]) => (who.length === 0 ? [] : [`${what}: ${who.join(', ')}`])

/** How long there is to decide: it, or the first of the calls that wait under it. */
const clockOf = (hold: Pick<Hold, 'frozen_at' | 'remaining_ms' | 'soonest_call'>) =>
  hold.soonest_call ?? { remaining_ms: hold.remaining_ms, frozen: hold.frozen_at !== null }

/** One line of a list. */
export const holdCells = (
  one: Pick<Hold, 'id' | 'risk' | 'status' | 'approvals' | 'agent' | 'title' | 'may_decide'> &
    Parameters<typeof clockOf>[0],
) => [
  one.id,
  one.risk.level,
  clockOf(one).frozen ? 'frozen' : one.status === 'pending' ? timeLeft(clockOf(one).remaining_ms) : one.status,
  `${one.approvals.received}/${one.approvals.required}`,
  one.may_decide ? 'you' : '',
  one.agent?.name ?? '-',
  one.title,
]
export const holdHead = ['HOLD', 'RISK', 'LEFT', 'IN', 'WHO', 'AGENT', 'WHAT']
