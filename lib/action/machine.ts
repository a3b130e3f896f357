import type { Machine } from '@/lib/kernel/machine'
import type { ActionStatus } from './contract'

type ActionEvent = 'hold' | 'defer' | 'allow' | 'deny' | 'approve' | 'reject' | 'expire' | 'withdraw' | 'contain'

/** An action. `allow`, `deny` and `defer` from `held` are calls that are decided anew once their tool is classified. */
export const actionMachine: Machine<ActionStatus, ActionEvent> = {
  held: {
    defer: 'deferred',
    allow: 'allowed',
    deny: 'denied',
    approve: 'approved',
    reject: 'rejected',
    expire: 'expired',
    withdraw: 'cancelled',
    contain: 'contained',
  },
  // Waits for something else than people; then it is held or decided.
  deferred: {
    hold: 'held',
    allow: 'allowed',
    deny: 'denied',
    expire: 'expired',
    withdraw: 'cancelled',
    contain: 'contained',
  },
  allowed: {},
  denied: {},
  approved: {},
  rejected: {},
  expired: {},
  cancelled: {},
  contained: {},
}

type Outcome = 'none' | 'unknown' | 'succeeded' | 'failed' | 'rolled_back'

/** How an allowed action ended, as its agent says, or a person who reconciles it. The same again is no event. */
export const outcomeMachine: Machine<Outcome, 'succeeded' | 'failed' | 'unknown' | 'rolled_back'> = {
  none: { succeeded: 'succeeded', failed: 'failed', unknown: 'unknown' },
  unknown: { succeeded: 'succeeded', failed: 'failed' },
  succeeded: { rolled_back: 'rolled_back' },
  failed: {},
  rolled_back: {},
}
