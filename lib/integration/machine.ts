import type { Machine } from '@/lib/kernel/machine'

/** A message of the outbox. It is tried again after a growing pause, and given up in the end. */
export const deliveryMachine: Machine<'pending' | 'delivered' | 'dead', 'deliver' | 'retry' | 'give_up'> = {
  pending: { deliver: 'delivered', retry: 'pending', give_up: 'dead' },
  delivered: {},
  dead: {},
}
