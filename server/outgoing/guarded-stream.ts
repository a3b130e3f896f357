import { Agent } from 'node:http'
import { Agent as SecureAgent } from 'node:https'
import type { Allow } from './address'
import { destinationOf, type Resolve, readOutgoingUrl, systemResolve } from './destination'
import { checkedHeaders, refuseRedirect } from './request'
import { type StreamFetch, type StreamLimits, send, wanted } from './stream'

/**
 * How long a connection is kept for the next request, in milliseconds; less where its server says so. Whoever opens one anew for
 * each call greets each time, and by TLS that takes longer than most calls. It is short, since a call that is sent while its server
 * closes an idle connection ends unknown.
 */
const keptMs = 1_000

/**
 * `fetch` for a client that speaks a protocol to a place that people typed in. Each request is checked as `guardedFetch` checks
 * its own: looked up once, connected to the checked address, no redirect followed, bounded in size and in silence (X01–X05). What
 * is kept for the next is a connection to that address, by TLS for that name.
 * @throws OutgoingRefused by the promise; a stream that grows too large or falls silent breaks off
 */
export function guardedStream(allow: Allow, limits: StreamLimits, resolve: Resolve = systemResolve): StreamFetch {
  const keep = { keepAlive: true, timeout: keptMs, scheduling: 'lifo' } as const
  const kept = {
    plain: new Agent(keep),
    // Every connection's certificate is looked at: a session that is resumed would be trusted by what it was.
    secure: new SecureAgent({ ...keep, maxCachedSessions: 0 }),
    silence: limits.idleMilliseconds,
  }
  return async (given, init) => {
    const asked = wanted(given, init)
    const headers = checkedHeaders(asked.headers)
    const destination = await destinationOf(readOutgoingUrl(asked.url), allow, resolve)
    const answer = await send(destination, { ...asked, headers }, kept, limits.maxBytes)
    try {
      refuseRedirect(answer.status)
    } catch (error) {
      await answer.body?.cancel()
      throw error
    }
    return answer
  }
}
