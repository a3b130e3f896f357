import type { Machine } from '@/lib/kernel/machine'

/** One switch. Thrown again while in force it stays; thrown again later it is another one. */
export const containmentMachine: Machine<'in_force' | 'lifted', 'renew' | 'lift'> = {
  in_force: { renew: 'in_force', lift: 'lifted' },
  lifted: {},
}
