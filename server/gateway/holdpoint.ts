import { ProtocolError, ProtocolErrorCode } from '@modelcontextprotocol/server'
import type { Logger } from 'pino'
import { z } from 'zod'
import { Connection } from '@/sdk/typescript/src/connection'
import { Refused } from '@/sdk/typescript/src/errors'
import { Holdpoint } from '@/sdk/typescript/src/holdpoint'
import { network } from './network'
import { consumeAs, type Own } from './own'

/** An agent as the gateway knows it by the key that it shows. */
export interface Caller {
  readonly id: string
  readonly key: string
  readonly holdpoint: Holdpoint
  readonly connection: Connection
}

/** Why a key does not open: nobody's, or nobody can say now. */
export type NoCaller = 'refused' | 'unreachable'

export interface Callers {
  of(key: string): Promise<Caller | NoCaller>
}

/** How long a key that was good is taken to be so for listing tools. Every call is judged by Holdpoint itself. */
const trustedMs = 30_000
/**
 * How long such a key is still listened to while Holdpoint cannot be reached: nothing that it calls is passed on, and that is
 * said in words that models read, not by an error of the connection.
 */
const heardMs = 3_600_000
const most = 10_000

const self = z.object({ id: z.string() })
const standing = z.object({
  status: z.string(),
  containment: z.object({ level: z.string() }).nullable(),
})

/**
 * The agents that call through the gateway, by their keys.
 * @param now milliseconds since the epoch @param asking by which Holdpoint is asked; absent: over the network
 */
export function openCallers(url: string, now: () => number, asking: typeof fetch = network): Callers {
  const known = new Map<string, { readonly caller: Caller; at: number }>()
  return {
    async of(key) {
      const found = known.get(key)
      if (found && now() - found.at < trustedMs) return found.caller
      try {
        const holdpoint = new Holdpoint({ url, key, fetch: asking })
        const { id } = self.parse(await holdpoint.whoami())
        if (found) {
          found.at = now()
          return found.caller
        }
        const caller = { id, key, holdpoint, connection: new Connection(url, key, asking) }
        const oldest = known.keys().next()
        if (known.size >= most && !oldest.done) known.delete(oldest.value)
        known.set(key, { caller, at: now() })
        return caller
      } catch (error) {
        if (
          error instanceof TypeError ||
          (error instanceof Refused && (error.status === 401 || error.status === 403))
        ) {
          known.delete(key)
          return 'refused'
        }
        return found && now() - found.at < heardMs ? found.caller : 'unreachable'
      }
    },
  }
}

const stopping = new Set(['paused', 'quarantined', 'killed'])

/**
 * An agent that goes on with what it began is asked about afresh: by then it may have been stopped.
 * @throws ProtocolError when it may not go on, or when nobody can say so now
 */
export async function stillMay({ holdpoint }: Caller): Promise<void> {
  let found: z.output<typeof standing>
  try {
    found = standing.parse(await holdpoint.whoami())
  } catch {
    throw new ProtocolError(ProtocolErrorCode.InternalError, 'Holdpoint cannot be reached: nothing is passed on.')
  }
  if (found.status !== 'active' || stopping.has(found.containment?.level ?? ''))
    throw new ProtocolError(ProtocolErrorCode.InvalidRequest, 'This agent has been stopped: nothing is passed on.')
}

/** Uses up permits: one call, one run. */
export interface Permits {
  /**
   * Uses up the permit of an allowed call, so that no other gateway, and not this one after a restart, runs it again.
   * @param key of this asking: where it was used by the same before, and only the answer was lost, it is the same use
   * @returns null when it may be run now, once; else why not
   */
  consume(
    caller: Caller,
    key: string,
    permit: string,
    tool: string,
    params: Record<string, unknown>,
  ): Promise<string | null>
  /** Whose use it is where the gate uses up what it allows in its own commit; null: such uses are none for a key. */
  atOnce(): { readonly executor: string | null } | null
}

/**
 * @param own how the gateway uses them as itself, which says that the tool is reached through Holdpoint alone; else the agent's
 * @param executor the gateway's own key; null where it has none to show
 */
export function openPermits(own: Own['permits'], executor: string | null, log: Logger): Permits {
  let executes = own !== null
  return {
    atOnce() {
      if (!own || !executes) return { executor: null }
      return executor === null ? null : { executor }
    },
    async consume(caller, key, permit, tool, params) {
      if (own && executes) {
        const refused = await own(permit, tool, params, key)
        if (refused !== 'invalid') return refused
        // Whose business a permit is not learns nothing of it, and has not used it.
        executes = false
        log.warn('the gateway’s own key may not use permits: the agents’ keys use them (docs/mcp.md)')
      }
      return consumeAs(caller.connection, permit, tool, params, key)
    },
  }
}
