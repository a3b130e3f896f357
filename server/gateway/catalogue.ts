import type { Logger } from 'pino'
import { defaultPrefix, driftOf } from '@/lib/gateway/catalogue'
import type { GatewayConfig } from '@/lib/gateway/config'
import { type OfferedTool, openUpstream, type Upstream } from './upstream'

/** A tool that may be called now, and its server. */
export interface Found {
  readonly tool: OfferedTool
  readonly upstream: Upstream
  /** Its definition is not the one that was pinned. */
  readonly changed: boolean
}

/** The tools of all servers under one roof, each pinned to the definition that was seen first. */
export interface Catalogue {
  /** As clients see them. A tool that has changed is shown as it was. Servers that cannot be reached are left out. */
  list(): Promise<readonly OfferedTool[]>
  find(name: string): Promise<Found | null>
  close(): Promise<void>
}

export function openCatalogue(config: GatewayConfig, log: Logger, changed: () => void): Catalogue {
  const pins = new Map<string, OfferedTool>()
  const current = new Map<string, OfferedTool>()

  const upstreams = new Map(
    Object.entries(config.servers).map(([name, server]) => {
      const prefix = server.prefix ?? defaultPrefix(name)
      return [name, openUpstream(name, server, prefix, log, tools => seen(name, tools))] as const
    }),
  )

  function seen(server: string, tools: readonly OfferedTool[]): void {
    const before = [...current.values()].filter(one => one.server === server)
    for (const one of before) current.delete(one.name)
    for (const tool of tools) {
      const other = current.get(tool.name)
      // Two servers under one name: whoever was first keeps it, and nothing is sent to the other by mistake.
      if (other)
        log.error({ tool: tool.name, servers: [other.server, server] }, 'two servers offer a tool of this name')
      else current.set(tool.name, tool)
    }
    for (const one of driftOf(new Map([...pins].map(([name, { digest }]) => [name, digest])), tools))
      log.error({ server, tool: one.name }, 'the tool’s definition has changed: it is not called until it is accepted')
    for (const tool of tools) if (!pins.has(tool.name)) pins.set(tool.name, tool)
    const digests = (list: readonly OfferedTool[]) => list.map(one => `${one.name} ${one.digest}`).join('\n')
    if (before.length > 0 && digests(before) !== digests(tools)) changed()
  }

  return {
    async list() {
      await Promise.all(
        [...upstreams.values()].map(upstream =>
          upstream.list().catch(() => log.warn({ server: upstream.name }, 'the server cannot be reached')),
        ),
      )
      return [...current.values()].map(tool => pins.get(tool.name) ?? tool)
    },
    async find(name) {
      if (!current.has(name)) await this.list()
      const tool = current.get(name)
      const upstream = tool && upstreams.get(tool.server)
      if (!tool || !upstream) return null
      return { tool, upstream, changed: (pins.get(name) ?? tool).digest !== tool.digest }
    },
    close: async () => void (await Promise.all([...upstreams.values()].map(one => one.close()))),
  }
}
