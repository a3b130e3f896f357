import type { GatewayConfig } from '@/lib/gateway/config'
import { reader } from '@/server/db/tx'
import { type Endpoint, openEndpoint } from '@/server/gateway/endpoint'
import { gatewayOver, type OpenGateway } from '@/server/gateway/gateway'
import type { Caller } from '@/server/gateway/holdpoint'
import type { Consume } from '@/server/gateway/own'
import type { Instance } from '@/server/instance'
import { ownWay } from './own'
import { configOf, guardedFetchOf, reasonOf } from './reach'
import { openSecrets } from './secrets'
import { loadServers, noteAsked, type ServerRow } from './store'
import { isAllowed } from './views'

/** The gateway that is a part of Holdpoint. */
export interface Hosted extends Endpoint<OpenGateway> {
  /** Has the servers of at least this version of the registry. */
  sync(version: number): Promise<void>
}

/** How the gateway asks Holdpoint. */
interface Reached {
  readonly url: string
  /** Asks this instance, which knows itself as `url`, without the network between. */
  readonly within: typeof fetch
  /** The version of the registry that this instance knows of. */
  readonly latest: () => number
  /** Whether a caller's key opens still. */
  readonly opens: (caller: Caller) => Promise<boolean>
}

/** How long one call waits for people; clients give up at 60. */
const waitSeconds = 50
/** One server that is silent keeps nobody from the others' tools for longer. */
const patienceMs = 4_000
/** How often it is written down that a server still answers, at most. */
const noteMs = 30_000

/**
 * Opens the gateway over the servers that people have put behind Holdpoint. It is the gateway of `holdpoint gateway`, and asks
 * Holdpoint as that does: by HTTP with the key of the agent that calls, so that there is one way through the gate. What that
 * allows is used in the commit of the decision, as Holdpoint's own use.
 * @param permits how it uses the permits of what people have approved @param key by which the gate knows it as this one
 */
export function openHosted(app: Instance, reached: Reached, permits: Consume, key: string): Hosted {
  const { url, within, latest, opens } = reached
  const db = reader(app.db.pool)
  let rows: readonly ServerRow[] = []
  let at = -1
  let loading: Promise<void> | null = null
  const noted = new Map<string, { readonly how: string; readonly at: number }>()

  /** A line of the list tells how it went lately; that it goes on well is written now and then. */
  function note(name: string, how: { readonly tools: number } | { readonly error: unknown }): void {
    const row = rows.find(one => one.name === name)
    if (!row) return
    const told = 'tools' in how ? { tools: how.tools } : { error: reasonOf(how.error) }
    const text = JSON.stringify(told)
    const before = noted.get(row.id)
    if (before?.how === text && Date.now() - before.at < noteMs) return
    noted.set(row.id, { how: text, at: Date.now() })
    noteAsked(db, row.id, told).then(
      () => app.db.hints.publish({ type: 'mcp_server', subjects: [row.id] }),
      () => noted.delete(row.id),
    )
  }

  const servers = (): GatewayConfig['servers'] =>
    Object.fromEntries(
      rows
        .filter(row => isAllowed(app, row))
        .map(row => [row.name, configOf(row, openSecrets(app.vault, row), row)] as const),
    )

  const endpoint = openEndpoint(
    changed =>
      gatewayOver(
        { holdpoint: url, wait_seconds: waitSeconds, servers: {} },
        {
          own: ownWay(app, permits),
          log: app.log,
          fetch: guardedFetchOf(app),
          // What the gate has just decided stands on what it knows by now: a server that has gone meanwhile is not called.
          async asking(input, init) {
            const answer = await within(input, init)
            await sync(latest())
            return answer
          },
          changed,
          asked: note,
          patience: patienceMs,
        },
        [key],
        key,
      ),
    app.log,
    opens,
  )

  async function load(version: number): Promise<void> {
    rows = await loadServers(db)
    endpoint.gateway.replace(servers())
    at = Math.max(at, version)
  }

  async function sync(version: number): Promise<void> {
    while (at < version) {
      loading ??= load(version).finally(() => {
        loading = null
      })
      await loading
    }
  }

  return { ...endpoint, sync }
}
