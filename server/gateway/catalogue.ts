import type { Logger } from 'pino'
import { defaultPrefix } from '@/lib/gateway/catalogue'
import type { GatewayConfig } from '@/lib/gateway/config'
import type { Connection } from '@/sdk/typescript/src/connection'
import { openShelf, type Standing } from './shelf'
import { type OfferedTool, openUpstream, type Upstream } from './upstream'

/** A tool as its server offers it now, and whether it may be asked for. */
export interface Found {
  readonly tool: OfferedTool
  readonly upstream: Upstream
  readonly standing: Standing
}

/** The tools of all servers under one roof. */
export interface Catalogue {
  /** As clients see them. Servers that cannot be reached are left out. */
  list(): Promise<readonly OfferedTool[]>
  find(name: string): Promise<Found | null>
  close(): Promise<void>
}

/** @param own the gateway's own way to Holdpoint, by which definitions are reported @param changed is told when a list is another */
export function openCatalogue(
  config: GatewayConfig,
  own: Connection | null,
  log: Logger,
  changed: () => void,
): Catalogue {
  const servers = Object.entries(config.servers).map(([name, server]) => {
    const shelf = openShelf(name, own, log)
    let before: string | null = null
    const upstream = openUpstream(name, server, server.prefix ?? defaultPrefix(name), log, tools => {
      shelf.put(tools)
      const now = tools.map(one => one.digest).join(' ')
      if (before !== null && before !== now) changed()
      before = now
    })
    return { shelf, upstream }
  })

  /** Two servers with a tool of one name: the one that stands first has it, and nothing goes to the other by mistake. */
  async function byName(): Promise<Map<string, (typeof servers)[number] & { readonly tool: OfferedTool }>> {
    const found = new Map<string, (typeof servers)[number] & { readonly tool: OfferedTool }>()
    for (const server of servers)
      for (const tool of await server.shelf.shown()) {
        const other = found.get(tool.name)
        if (other) log.error({ tool: tool.name, servers: [other.tool.server, tool.server] }, 'two tools of one name')
        else found.set(tool.name, { ...server, tool })
      }
    return found
  }

  async function refresh(): Promise<void> {
    await Promise.all(
      servers.map(({ upstream }) =>
        upstream.list().catch(() => log.warn({ server: upstream.name }, 'the server cannot be reached')),
      ),
    )
  }

  return {
    async list() {
      await refresh()
      return [...(await byName()).values()].map(one => one.tool)
    },
    async find(name) {
      const owner = () => servers.find(({ upstream }) => upstream.now(name) !== null)
      if (!owner()) await refresh()
      const found = owner()
      const tool = found?.upstream.now(name)
      if (!found || !tool) return null
      return { tool, upstream: found.upstream, standing: await found.shelf.standing(tool) }
    },
    close: async () => void (await Promise.all(servers.map(({ upstream }) => upstream.close()))),
  }
}
