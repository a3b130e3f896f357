import type { Machine } from '@/lib/kernel/machine'

type HoldState = 'pending' | 'approved' | 'rejected' | 'expired' | 'withdrawn' | 'contained'

/** A hold of an action. What it is at a time (frozen, over) is derived: lib/hold/standing. */
export const holdMachine: Machine<HoldState, 'approve' | 'reject' | 'expire' | 'withdraw' | 'contain'> = {
  pending: {
    approve: 'approved',
    reject: 'rejected',
    expire: 'expired',
    withdraw: 'withdrawn',
    contain: 'contained',
  },
  approved: {},
  rejected: {},
  expired: {},
  withdrawn: {},
  contained: {},
}

type ChangeState = 'pending' | 'approved' | 'rejected' | 'expired' | 'applied' | 'failed'

/** A hold of a change. No switch reaches it, or a kill could stop the change that would lift it. */
export const changeMachine: Machine<ChangeState, 'approve' | 'reject' | 'expire' | 'apply' | 'fail'> = {
  pending: { approve: 'approved', reject: 'rejected', expire: 'expired' },
  // Carried out once; what it was based on has moved: failed.
  approved: { apply: 'applied', fail: 'failed' },
  rejected: {},
  expired: {},
  applied: {},
  failed: {},
}
