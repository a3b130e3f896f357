import type { Logger } from 'pino'
import type { Config } from './config'
import type { Database } from './db/pool'
import type { Vault } from './db/vault'

/** What every verb of this process may need. It is made once, in main, and handed down; there are no singletons. */
export interface Instance {
  readonly config: Config
  readonly log: Logger
  readonly db: Database
  readonly vault: Vault
}
