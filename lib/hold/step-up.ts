import { reveal } from '@/lib/kernel/hostile-text'

/** What of a hold decides where it may be approved. */
export interface StepUpMatter {
  readonly kind: 'action' | 'change'
  readonly title: string
  readonly risk: { readonly level: string }
  readonly owner: { readonly id: string } | null
  readonly action: {
    readonly tool: string
    readonly reversible: boolean
    readonly params?: unknown
    readonly resource: unknown
  } | null
  readonly asker: { readonly backup: { readonly id: string } | null } | null
}

/**
 * Why a personal token is not enough to approve this, in a sentence; null: it is. Whoever reads a token off a machine must
 * not get far with it, and what a terminal cannot show well is not approved in one.
 */
export function stepUpFor(hold: StepUpMatter, person: string): string | null {
  if (hold.kind === 'change' || hold.action === null) return 'A change of the rules is agreed to in the browser.'
  if (hold.owner?.id === person || hold.asker?.backup?.id === person)
    return 'You answer for this agent: what it asks is approved in the browser.'
  if (hold.risk.level === 'high' || hold.risk.level === 'critical')
    return `This is of ${hold.risk.level} risk: it is approved in the browser.`
  if (!hold.action.reversible) return 'This cannot be undone: it is approved in the browser.'
  if (hasHidden([hold.title, hold.action.tool, hold.action.params ?? null, hold.action.resource]))
    return 'Its text has hidden or look-alike characters: look at it in the browser.'
  return null
}

/** Does any text in this value, names of fields too, have characters that cannot be seen or pass for others (U03–U06)? */
export function hasHidden(value: unknown): boolean {
  if (typeof value === 'string') return reveal(value).some(one => one.kind !== 'text' && one.kind !== 'whitespace')
  if (Array.isArray(value)) return value.some(hasHidden)
  if (typeof value !== 'object' || value === null) return false
  return Object.entries(value).some(([name, inside]) => hasHidden(name) || hasHidden(inside))
}
