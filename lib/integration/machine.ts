import type { Machine } from '@/lib/kernel/machine'

/** A message of the outbox. It is tried again after a growing pause, and given up in the end, until somebody asks for it again. */
export const deliveryMachine: Machine<'pending' | 'delivered' | 'dead', 'deliver' | 'retry' | 'give_up' | 'ask_again'> =
  {
    pending: { deliver: 'delivered', retry: 'pending', give_up: 'dead' },
    delivered: {},
    dead: { ask_again: 'pending' },
  }
