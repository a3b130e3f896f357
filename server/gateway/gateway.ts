import { ProtocolError, ProtocolErrorCode, Server } from '@modelcontextprotocol/server'
import type { Logger } from 'pino'
import type { GatewayConfig, ServerConfig } from '@/lib/gateway/config'
import { saying } from '@/lib/gateway/result'
import { type Scrubber, scrubber } from '@/lib/gateway/scrub'
import { Connection } from '@/sdk/typescript/src/connection'
import type { Means } from './asked'
import { gatedCall } from './call'
import { openCatalogue, type Ways } from './catalogue'
import { type Caller, type Callers, openCallers, openPermits } from './holdpoint'
import { ownByKey } from './own'
import { openPending } from './pending'
import { openRecorder } from './recorder'

/** Who calls, and in which run of theirs. */
export interface Serving {
  readonly caller: Caller
  /** What the protocol calls the session; null where it has none: then the agent's day is one. */
  readonly session: string | null
  /** Whether lists that have changed can be told of. */
  readonly tells: boolean
}

export interface Gateway {
  readonly callers: Callers
  /** A server of the protocol for one client: the same tools for all, each call as its own agent. */
  serve(serving: Serving): Server
  /** Calls that have been sent have ended and are reported. */
  drain(): Promise<void>
  /** Ends what has begun, and the connections to the servers. */
  close(): Promise<void>
}

const instructions =
  'Calls of these tools may wait for people to decide. A result that says it is pending was not run: call the same tool ' +
  'with the same arguments again to go on waiting. A call that was denied must not be worked around.'

/** A gateway whose servers come and go while it runs. */
export interface OpenGateway extends Gateway {
  replace(servers: GatewayConfig['servers']): void
}

/** The gateway of a file, without its doors. @param changed is told when a server's tools are others than before */
export function openGateway(config: GatewayConfig, log: Logger, changed: () => void): Gateway {
  const { holdpoint, key, gateway_key, wait_seconds, servers } = config
  const by = gateway_key === undefined ? null : new Connection(holdpoint, gateway_key, (url, init) => fetch(url, init))
  const keys = [key, gateway_key].filter(one => one !== undefined)
  return gatewayOver({ holdpoint, wait_seconds, servers }, { own: by && ownByKey(by), log, changed }, keys)
}

/** @param keys what nobody outside may see, beside the secrets of its servers */
export function gatewayOver(
  { holdpoint, wait_seconds, servers }: Pick<GatewayConfig, 'holdpoint' | 'wait_seconds' | 'servers'>,
  ways: Ways,
  keys: readonly string[] = [],
): OpenGateway {
  const { own, log } = ways
  const now = () => Date.now()
  const catalogue = openCatalogue(servers, ways)
  // The secrets of a server that has gone may still stand in an answer that it gave.
  const secrets = new Set([...keys, ...secretsOf(servers)])
  let scrub: Scrubber = scrubber([...secrets])
  const working = new Set<Promise<unknown>>()
  const means: Means = {
    pending: openPending(),
    recorder: openRecorder(own, log),
    permits: openPermits(own?.permits ?? null, log),
    waitSeconds: wait_seconds,
    scrub: { text: text => scrub.text(text), inside: value => scrub.inside(value) },
    log,
    now,
    background(work) {
      const tracked = work
        .catch(() => log.warn('what follows a call has failed'))
        .finally(() => working.delete(tracked))
      working.add(tracked)
    },
  }

  const drain = async () => {
    while (working.size > 0) await Promise.all([...working])
  }

  return {
    callers: openCallers(holdpoint, now),
    serve({ caller, session, tells }) {
      const server = new Server(
        { name: 'holdpoint-gateway', title: 'Holdpoint', version: '1' },
        { capabilities: { tools: tells ? { listChanged: true } : {} }, instructions },
      )
      server.setRequestHandler('tools/list', async () => ({
        tools: (await catalogue.list()).map(({ definition }) => definition),
      }))
      server.setRequestHandler('tools/call', async ({ params }, ctx) => {
        const found = await catalogue.find(params.name)
        if (!found) throw new ProtocolError(ProtocolErrorCode.InvalidParams, `Unknown tool: ${params.name}`)
        if (found.standing === 'unreachable')
          return saying({
            status: 'unavailable',
            code: 'service.unavailable',
            reason: 'Holdpoint cannot be reached.',
            action: null,
            next: 'It may be asked again later.',
          })
        if (found.standing === 'changed')
          return saying({
            status: 'changed',
            code: 'tool.changed',
            reason: 'Its server describes it otherwise than when it was first seen.',
            action: null,
            next: 'People must look at it first.',
          })
        const { _meta: meta, signal, notify } = ctx.mcpReq
        const token = meta?.progressToken
        const traceparent = meta?.traceparent
        return gatedCall(means, {
          caller,
          session: session ?? `mcp-${new Date(now()).toISOString().slice(0, 10)}`,
          tool: found.tool,
          upstream: found.upstream,
          params: params.arguments ?? {},
          traceparent: typeof traceparent === 'string' && traceparent.length <= 200 ? traceparent : undefined,
          signal,
          progress:
            token === undefined
              ? null
              : made =>
                  void notify({
                    method: 'notifications/progress',
                    params: { progressToken: token, ...made },
                  }).catch(() => undefined),
        })
      })
      return server
    },
    drain,
    replace(next) {
      for (const one of secretsOf(next)) secrets.add(one)
      scrub = scrubber([...secrets])
      catalogue.replace(next)
    },
    async close() {
      await drain()
      await means.recorder.flush()
      await catalogue.close()
    },
  }
}

/** What of the servers nobody outside may see: their headers and variables. */
function secretsOf(servers: GatewayConfig['servers']): string[] {
  return Object.values(servers).flatMap((server: ServerConfig) =>
    Object.values('url' in server ? server.headers : server.env),
  )
}
