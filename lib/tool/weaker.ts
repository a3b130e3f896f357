import { above, classifications, type Operation } from '@/lib/kernel/scale'
import type { Classified, Meaning } from './tool'

/** How strictly the default pack judges an operation. */
const weight: Readonly<Record<Operation, number>> = {
  read: 0,
  create: 1,
  update: 1,
  execute: 1,
  send: 1,
  delegate: 3,
  delete: 2,
  pay: 2,
  deploy: 2,
  secret: 2,
  privilege: 2,
  revoke: 2,
}

/**
 * Does the new classification loosen what the old one asked for? Then a second person must agree. A change of operation at
 * the same weight counts too: scopes name operations.
 */
export function isWeaker(now: Classified, next: Classified): boolean {
  if (now.operation !== next.operation && weight[next.operation] <= weight[now.operation]) return true
  if (!now.reversible && next.reversible) return true
  if (now.external && !next.external) return true
  if (!now.asks_person && next.asks_person) return true
  if (above(classifications, now.sensitivity ?? 'restricted', next.sensitivity ?? 'restricted')) return true
  // Rules, masks and the risk ask what arguments mean: a meaning that is taken away takes away what was asked because of it.
  const lost = ([name, meaning]: readonly [string, Meaning]) => meaning !== 'other' && next.parameters[name] !== meaning
  const count = ({ parameters }: Classified, meaning: Meaning) =>
    Object.values(parameters).filter(one => one === meaning).length
  // Of these one argument counts: beside another one it may not any more.
  const crowded = (['currency', 'resource_id'] as const).some(
    meaning => count(now, meaning) > 0 && count(next, meaning) > count(now, meaning),
  )
  return crowded || Object.entries(now.parameters).some(lost)
}
