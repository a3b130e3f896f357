import type { Machine } from '@/lib/kernel/machine'

/** What is stored of a plan. That it was rejected, is over or done is derived. */
export const planMachine: Machine<'asked' | 'approved' | 'cancelled', 'agree' | 'cancel'> = {
  asked: { agree: 'approved', cancel: 'cancelled' },
  approved: { cancel: 'cancelled' },
  cancelled: {},
}
