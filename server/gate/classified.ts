import type { Submission } from '@/lib/action/contract'
import type { Resolved } from '@/lib/action/resolve'
import { historyOf, type Past } from '@/lib/gate/past'
import type { Pinned } from '@/lib/policy/facts'
import { argumentFacts } from '@/lib/session/argument-facts'
import { leavesOf } from '@/lib/session/leaf'
import type { Found } from '@/lib/session/provenance'
import type { Meaning } from '@/lib/tool/tool'
import { amountOf } from './candidates'

/**
 * What stood still while nobody knew what the tool does, and is judged now that it is classified: how much its agent has
 * asked of it meanwhile, the amounts of its other calls included, and where the arguments that carry meaning came from.
 * @param past of all but those that are being decided; null where no policy reads it
 * @param found where the arguments came from, as it was sealed with the action
 */
export function classifiedNow(
  params: Submission['params'],
  found: readonly Found[],
  past: Past | null,
  meanings: Readonly<Record<string, Meaning>>,
): (resolved: Resolved) => Partial<Pinned> {
  const places = new Set(found.map(one => one.pointer))
  const silent = [...leavesOf(params)].map(leaf => leaf.pointer).filter(pointer => !places.has(pointer))
  const { recipient_from, amount_from } = argumentFacts({ found, silent, looked: true }, meanings, params)
  return resolved => ({
    ...(past ? historyOf(past, resolved.currency, amountOf(resolved)) : {}),
    recipient_from,
    amount_from,
  })
}
