import type { Machine } from '@/lib/kernel/machine'

/** What is stored of a grant. That it is used up, too old or ended by what changed is derived, and stays so once found. */
export const grantMachine: Machine<'proposed' | 'active' | 'revoked', 'agree' | 'revoke'> = {
  proposed: { agree: 'active' },
  active: { revoke: 'revoked' },
  revoked: {},
}
