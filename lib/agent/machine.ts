import type { Machine } from '@/lib/kernel/machine'
import type { AgentStatus } from './agent'

/** An agent. Its first key makes it work; retired is the end, and its name stays taken. */
export const agentMachine: Machine<AgentStatus, 'issue_key' | 'retire'> = {
  registered: { issue_key: 'active', retire: 'retired' },
  active: { issue_key: 'active', retire: 'retired' },
  retired: {},
}

/** A key. `expired` is derived from its time; a rotated key stays active until its overlap ends, and is then expired. */
export const credentialMachine: Machine<'active' | 'expired' | 'revoked', 'rotate' | 'expire' | 'revoke'> = {
  active: { rotate: 'active', expire: 'expired', revoke: 'revoked' },
  expired: { revoke: 'revoked' },
  revoked: {},
}
