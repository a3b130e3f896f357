import { suspicious } from '@/components/action/hostile-text'
import { planShown } from '@/lib/plan/contract'
import type { HoldDetail } from './hold'

/** Why the approve button waits, or null when it may be pressed. */
export function approveBlock(
  hold: HoldDetail,
  left: number,
  ready: boolean,
  acknowledged: boolean,
  hidden: number,
  readingLeft: number | null,
): string | null {
  if (!hold.me.may_approve) return hold.me.reason ?? 'You may not approve this.'
  if (hold.frozen_at) return 'Frozen by a pause: it can be rejected, not approved.'
  if (!ready && hold.change)
    return `The change has not been shown to its end yet: scroll to it${hold.change.kind === 'plan.approve' ? ', and open what is long' : ''}.`
  if (!ready)
    return left === 1
      ? 'One argument has not been shown yet: scroll or open it.'
      : `${left} parts have not been shown yet: scroll to them or open them.`
  if (readingLeft) return 'It has not been before you for as long as a rule asks.'
  if (hidden > 0 && !acknowledged) return 'Confirm that you have looked at the hidden characters.'
  return null
}

/** What would be executed once this is approved: the arguments of the action, or those of each step of a chain. */
export function executedBy({ action, change }: Pick<HoldDetail, 'action' | 'change'>): unknown {
  if (change?.kind !== 'plan.approve') return action?.params ?? {}
  const plan = planShown.safeParse(change.after)
  return plan.success ? plan.data.steps.map(({ resource, params }) => [resource, params]) : {}
}

/** Hidden and look-alike characters in everything that would be executed, names included. */
export function hiddenIn(value: unknown): number {
  if (typeof value === 'string') return suspicious(value)
  if (Array.isArray(value)) return value.reduce((sum: number, one: unknown) => sum + hiddenIn(one), 0)
  if (typeof value !== 'object' || value === null) return 0
  return Object.entries(value).reduce((sum, [name, one]) => sum + suspicious(name) + hiddenIn(one), 0)
}
