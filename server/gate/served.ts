import type { Sessions } from '@/server/access/sessions'
import type { Instance } from '@/server/instance'
import type { Gate } from './gate'

/** What a running server hands to its doors and its engine. */
export interface Served extends Instance {
  readonly gate: Gate
  readonly sessions: Sessions
  /** Whom one can be without a password: only in an instance that was started as a demo on loopback; null everywhere else. */
  readonly demoPeople: (() => Promise<readonly DemoPerson[]>) | null
}

export interface DemoPerson {
  readonly email: string
  readonly name: string
  readonly roles: readonly string[]
  readonly teams: readonly string[]
}
