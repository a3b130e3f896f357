import type { Resolved } from '@/lib/action/resolve'
import type { Doubt } from '@/lib/session/doubt'
import type { Meaning } from '@/lib/tool/tool'

export const riskLevels = ['low', 'medium', 'high', 'critical'] as const
export type RiskLevel = (typeof riskLevels)[number]

/** What a person should know first about an action, in the product's words; never the agent's. */
export interface Risk {
  readonly level: RiskLevel
  readonly reasons: readonly string[]
}

const grave = new Set(['pay', 'delete', 'privilege', 'revoke', 'deploy', 'secret'])
const names: Readonly<Record<string, string>> = {
  pay: 'Moves money',
  delete: 'Deletes',
  privilege: 'Changes privileges',
  revoke: 'Revokes access',
  deploy: 'Deploys',
  secret: 'Reads a secret',
}

/** What a person would regret first, first. */
const led: readonly (readonly [Meaning, string])[] = [
  ['recipient', 'Recipient'],
  ['amount', 'Amount'],
  ['person', 'Person'],
  ['code', 'Code'],
  ['sql', 'SQL'],
  ['secret', 'Secret'],
  ['reference', 'Reference'],
  ['resource_id', 'Target'],
]

const why = { untrusted: 'from untrusted content', unread: 'not looked for' } as const

function gravest(doubts: readonly Doubt[]): string | null {
  for (const kind of ['untrusted', 'unread'] as const) {
    const found = led.find(([meaning]) => doubts.some(one => one.kind === kind && one.meaning === meaning))
    if (found) return `${found[1]} ${why[kind]}`
  }
  return null
}

/** Does a risk tell of an argument that nobody vouches for? */
export const isDoubted = ({ reasons: [first = ''] }: Pick<Risk, 'reasons'>): boolean =>
  Object.values(why).some(words => first.endsWith(` ${words}`))

/**
 * Weighs what the action was judged to be. Every reason adds one step; the list keeps the gravest first. Of the arguments
 * that came out of content that nobody vouches for, or were too many to look for, the gravest leads, and the risk is never
 * low; one that merely stands nowhere is none, as an agent may have worked it out.
 */
export function riskOf(
  action: Pick<
    Resolved,
    | 'operation'
    | 'environment'
    | 'reversible'
    | 'external'
    | 'known'
    | 'amount'
    | 'amount_unreadable'
    | 'classification'
    | 'claim_differs'
  >,
  doubts: readonly Doubt[] = [],
): Risk {
  const reasons: string[] = []
  const doubt = gravest(doubts)
  if (doubt) reasons.push(doubt)
  if (!action.known) reasons.push('Unknown tool')
  if (action.amount_unreadable) reasons.push('Amount cannot be read')
  else if (action.amount !== null && Number(action.amount) >= 10_000) reasons.push('Large amount')
  if (grave.has(action.operation)) reasons.push(names[action.operation] ?? action.operation)
  if (action.operation !== 'read' && !action.reversible) reasons.push('Cannot be undone')
  if (action.environment === 'production') reasons.push('Production')
  if (action.external) reasons.push('Leaves the organisation')
  if (action.claim_differs) reasons.push('Agent calls it something else')
  if (action.classification === 'restricted' && action.known) reasons.push('Restricted data')
  const weight = reasons.length + (reasons.includes('Large amount') ? 1 : 0)
  const level = riskLevels[Math.min(3, Math.max(doubt ? 1 : 0, weight - 1))] ?? 'critical'
  // What leads takes no other reason's place.
  return { level, reasons: reasons.slice(0, doubt ? 5 : 4) }
}
