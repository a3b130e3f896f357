import { expect } from 'vitest'
import { startEmbedded } from '@/server/db/embedded'
import { atEnd } from './at-end'
import { type ChildApp, childApp } from './child-app'
import { childrenOf } from './children'
import { type CutProxy, cutProxy } from './cut-proxy'
import { emptyFolder } from './folder'

/** The product and its PostgreSQL as processes that can be killed with -9 at any message between them. */
export interface Killable {
  readonly app: ChildApp
  /** Where the app's messages to its database pass by. */
  readonly between: CutProxy
  /** The database itself, past the proxy. */
  readonly databaseUrl: string
  /** What can be killed, by its name. */
  readonly victims: Readonly<Record<'Holdpoint itself' | 'its database', Victim>>
}

interface Victim {
  /** Kills every process of it with -9, now. */
  kill(): void
  /** Starts it again; resolves when there is full service. */
  back(): Promise<void>
}

/** Starts both, the database looked after by this process. Call at the top of a test file. @param env of the app */
export async function killable(env: Readonly<Record<string, string>> = {}): Promise<Killable> {
  const home = emptyFolder('killable')
  const database = await startEmbedded(home)
  atEnd(() => database.stopIfLast())
  const between = await cutProxy(database.url)
  const app = await childApp({ ...env, DATABASE_URL: between.url })
  let killed = 0
  return {
    app,
    between,
    databaseUrl: database.url,
    victims: {
      'Holdpoint itself': {
        kill: () => void app.kill(),
        async back() {
          await app.kill()
          await app.start()
        },
      },
      'its database': {
        kill() {
          killed = database.postgresPid()
          for (const pid of [killed, ...childrenOf(killed).map(one => one.pid)]) {
            try {
              process.kill(pid, 'SIGKILL')
            } catch {
              // It has ended with those before it.
            }
          }
        },
        async back() {
          await expect.poll(() => database.postgresPid(), { timeout: 30_000 }).not.toBe(killed)
          await app.ready()
        },
      },
    },
  }
}
