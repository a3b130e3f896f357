import { ProtocolError, ProtocolErrorCode, type Server } from '@modelcontextprotocol/server'
import type { Logger } from 'pino'
import type { GatewayConfig } from '@/lib/gateway/config'
import type { Changed } from '@/lib/gateway/naming'
import { type Scrubber, scrubber } from '@/lib/gateway/scrub'
import { secretsOf } from '@/lib/gateway/secrets'
import { Connection } from '@/sdk/typescript/src/connection'
import type { Means } from './asked'
import { openCatalogue, type Ways } from './catalogue'
import { type Caller, type Callers, openCallers, openPermits, stillMay } from './holdpoint'
import { calledTool } from './ids'
import { network } from './network'
import { openOffers } from './offers'
import { ownByKey } from './own'
import { openPending } from './pending'
import { openRecorder } from './recorder'
import { type Parts, type Serving, serverFor } from './serving'
import { openTalks } from './talks'
import { openUnheard } from './unheard'
import { openVerbs } from './verbs'
import { mostWatched } from './watching'

const longestUri = 2_048

export interface Gateway {
  readonly callers: Callers
  /** A server of the protocol for one client: the same tools for all, each call as its own agent. */
  serve(serving: Serving): Server
  /** `changed` is told of these resources until the answer is called: for clients that listen without a session. */
  watch(caller: Caller, uris: readonly string[]): Promise<() => void>
  /** What a tool takes, by its definition; null: nobody offers it. */
  schemaOf(tool: string): Promise<unknown>
  /** Calls that have been sent have ended and are reported. */
  drain(): Promise<void>
  /** Ends what has begun, and the connections to the servers. */
  close(): Promise<void>
}

/** A gateway whose servers come and go while it runs. */
export interface OpenGateway extends Gateway {
  /** Whether this is a call of a tool that was listed: the gate judges who calls it. */
  isJudged(asked: unknown): boolean
  replace(servers: GatewayConfig['servers']): void
}

/** The gateway of a file, without its doors. @param changed is told when a server's offers are others than before */
export function openGateway(config: GatewayConfig, log: Logger, changed: (what: Changed) => Promise<void>): Gateway {
  const { holdpoint, key, gateway_key, wait_seconds, servers } = config
  const by = gateway_key === undefined ? null : new Connection(holdpoint, gateway_key, network)
  const keys = [key, gateway_key].filter(one => one !== undefined)
  return gatewayOver({ holdpoint, wait_seconds, servers }, { own: by && ownByKey(by), log, changed }, keys, gateway_key)
}

/**
 * @param keys what nobody outside may see, beside the secrets of its servers
 * @param executor by which the gate knows whose use it is when it uses up what it allows; null: `own`, which has none, or the agents'
 */
export function gatewayOver(
  { holdpoint, wait_seconds, servers }: Pick<GatewayConfig, 'holdpoint' | 'wait_seconds' | 'servers'>,
  { changed: told, ...ways }: Omit<Ways, 'changed'> & { readonly changed: (what: Changed) => Promise<void> },
  keys: readonly string[] = [],
  executor: string | null = null,
): OpenGateway {
  const { own, log } = ways
  const now = () => Date.now()
  const listening = new Set<(what: Changed) => void>()
  // Whose key opens no more is not told: it has been found out before the others are.
  const changed = (what: Changed) =>
    void told(what).then(
      () => {
        for (const one of listening) one(what)
      },
      () => log.warn('who listens could not be told that something has changed'),
    )
  const catalogue = openCatalogue(servers, { ...ways, changed })
  // The secrets of a server that has gone may still stand in an answer that it gave.
  const secrets = new Set([...keys, ...secretsOfAll(servers)])
  let scrub: Scrubber = scrubber([...secrets])
  const working = new Set<Promise<unknown>>()
  const means: Means = {
    pending: openPending(),
    recorder: openRecorder(own, log),
    permits: openPermits(own?.permits ?? null, executor, log),
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

  const talks = <R extends object>() =>
    openTalks<R>(
      value => means.scrub.inside(value),
      ({ caller }) => stillMay(caller),
    )
  const offers = openOffers(catalogue.servers, log, ways.patience)
  const parts: Parts = {
    means,
    catalogue,
    offers,
    verbs: openVerbs(means, offers),
    tools: talks(),
    unheard: openUnheard(({ caller }) => stillMay(caller), log),
    reads: talks(),
    prompts: talks(),
    listen(one) {
      listening.add(one)
      return () => listening.delete(one)
    },
    async watch(caller, uris) {
      if (uris.length > mostWatched || uris.some(uri => uri.length > longestUri))
        throw new ProtocolError(
          ProtocolErrorCode.InvalidParams,
          `At most ${mostWatched} resources may be watched at once.`,
        )
      await stillMay(caller)
      const found = await Promise.all([...new Set(uris)].map(uri => offers.resource(uri)))
      const begun = await Promise.allSettled(found.map(one => one?.server.upstream.watch(one.name)))
      const end = () => {
        for (const one of begun) if (one.status === 'fulfilled') one.value?.()
      }
      const failed = begun.find(one => one.status === 'rejected')
      if (!failed) return end
      end()
      throw failed.reason
    },
  }

  const drain = async () => {
    for (const talking of [parts.tools, parts.reads, parts.prompts]) talking.end()
    while (working.size > 0) await Promise.all([...working])
  }

  return {
    callers: openCallers(holdpoint, now, ways.asking),
    serve: serving => serverFor(parts, serving),
    watch: parts.watch,
    isJudged: asked => {
      const tool = calledTool(asked)
      return tool !== null && catalogue.has(tool)
    },
    schemaOf: async name => (await catalogue.find(name))?.tool.definition.inputSchema ?? null,
    drain,
    replace(next) {
      for (const one of secretsOfAll(next)) secrets.add(one)
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

const secretsOfAll = (servers: GatewayConfig['servers']): string[] => Object.values(servers).flatMap(secretsOf)
