import { above, classifications, type Operation } from '@/lib/kernel/scale'
import type { Classified } from './tool'

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
  return Object.entries(now.parameters).some(
    ([name, meaning]) =>
      (meaning === 'amount' || meaning === 'currency' || meaning === 'resource_id') &&
      next.parameters[name] !== meaning,
  )
}
