import { Agent } from 'node:http'
import { Agent as SecureAgent } from 'node:https'
import { refuseRedirect } from './request'
import { type StreamFetch, type StreamLimits, send, wanted } from './stream'

/** How long a connection is kept for the next request: less than the five seconds after which many servers close it. */
const keptMs = 4_000
/** So often one request is sent on by the same place, at most. */
const mostMoves = 3

/**
 * `fetch` for a client that speaks a protocol to a place that whoever started this process has named: no address is refused. A place
 * may send a request on to another of its own addresses, unchanged (307, 308); headers with secrets go to no other. A proxy is
 * used where Node's own `fetch` would use one.
 *
 * Node's `fetch` would do the same and takes twice as long for it, on the way of every call.
 * @param env of this process: `NODE_USE_ENV_PROXY=1` and what names the proxy
 * @throws OutgoingRefused by the promise; a stream that grows too large or falls silent breaks off
 */
export function plainStream({ maxBytes, idleMilliseconds }: StreamLimits, env: NodeJS.ProcessEnv): StreamFetch {
  const keep = {
    keepAlive: true,
    timeout: keptMs,
    scheduling: 'lifo',
    ...(env.NODE_USE_ENV_PROXY === '1' ? { proxyEnv: env } : {}),
  } as const
  const kept = { plain: new Agent(keep), secure: new SecureAgent(keep), silence: idleMilliseconds }
  return async (given, init = {}) => {
    const asked = wanted(given, init)
    for (let url = new URL(asked.url), moves = 0; ; moves++) {
      const address = url.hostname.replace(/^\[(.*)\]$/, '$1')
      const answer = await send({ url, address }, asked, kept, maxBytes)
      const next = movedTo(answer, url)
      if (init.redirect === 'manual' || answer.status < 300 || answer.status >= 400) return answer
      await answer.text()
      if (!next || moves === mostMoves) refuseRedirect(answer.status)
      else url = next
    }
  }
}

/** Where at the same place the same request is to be sent; null: it is not sent on. */
function movedTo({ status, headers }: Response, url: URL): URL | null {
  const location = headers.get('location') ?? ''
  if ((status !== 307 && status !== 308) || !URL.canParse(location, url)) return null
  const next = new URL(location, url)
  return next.origin === url.origin ? next : null
}
