import type { Action } from './answer.ts'
import { canonical } from './canonical.ts'
import { sha256Hex } from './sha256.ts'

/**
 * The idempotency key of an action that came without one. An action that names its task (`context.task`) gets a key that
 * is derived from all of it, so that the same step of the same task finds its decision after a restart; any other gets a
 * new key, and is a new action each time.
 */
export function keyOf(action: Action, random: () => number): string {
  const task = action.context?.task
  if (typeof task === 'string' && task !== '') return `task-${sha256Hex(canonical(action))}`
  // Unique among this agent's keys is enough: a key is no secret and opens nothing.
  return `once-${Array.from({ length: 4 }, () => Math.floor(random() * 2 ** 40).toString(36)).join('')}`
}

/** @throws TypeError unless it is 1 to 255 visible ASCII characters (api §1) */
export function checkKey(key: string): void {
  if (!/^[!-~]{1,255}$/.test(key)) throw new TypeError('an idempotency key is 1 to 255 visible ASCII characters')
}
