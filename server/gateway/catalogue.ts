import type { FetchLike } from '@modelcontextprotocol/client'
import type { Logger } from 'pino'
import { defaultPrefix } from '@/lib/gateway/catalogue'
import type { GatewayConfig, ServerConfig } from '@/lib/gateway/config'
import { type Changed, verbs } from '@/lib/gateway/naming'
import { canonical } from '@/lib/kernel/canonical'
import type { Own } from './own'
import { openShelf, type Shelf, type Standing } from './shelf'
import { type Heard, type OfferedTool, openUpstream, type Upstream } from './upstream'

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
  /** Whether a tool of this name was listed last, without asking anybody. */
  has(name: string): boolean
  /** The servers as they stand now, in the order of the configuration. */
  servers(): readonly Standby[]
  /** These are the servers from now on: what stays as it was keeps its connection; the others are let go. */
  replace(servers: GatewayConfig['servers']): void
  close(): Promise<void>
}

/** How a gateway reaches its servers, and whom it tells what. */
export interface Ways {
  /** Its own way to Holdpoint, by which definitions are reported; null: it pins what it sees itself. */
  readonly own: Own | null
  readonly log: Logger
  /** By which addresses are called; absent: as they are. */
  readonly fetch?: FetchLike
  /** By which Holdpoint is asked; absent: over the network. */
  readonly asking?: typeof fetch
  /** A list is another than before, or a resource. */
  readonly changed: (what: Changed) => void
  /** A server has been asked for its tools: how many there are, or why it could not be asked. */
  readonly asked?: (server: string, how: { readonly tools: number } | { readonly error: unknown }) => void
  /** How long a list waits for a server that is silent, in milliseconds: what it offers is told of when it comes. Absent: on and on. */
  readonly patience?: number
}

/** One server, and what is known of its definitions. */
export interface Standby {
  readonly name: string
  readonly config: string
  readonly shelf: Shelf
  readonly upstream: Upstream
}

/** What is decided beside tools is in the catalogue, and in no list of tools. */
const notTools = new Set<string>(verbs.map(one => one.verb))

export function openCatalogue(first: GatewayConfig['servers'], ways: Ways): Catalogue {
  const { own, log, changed, asked } = ways
  const closing = new Set<Promise<void>>()
  /** Servers that a list did not wait for. */
  const late = new Set<string>()
  let servers: readonly Standby[] = Object.entries(first).map(([name, server]) => open(name, server))

  function open(name: string, server: ServerConfig): Standby {
    const shelf = openShelf(name, own, log)
    let before: string | null = null
    const heard: Heard = {
      tools(tools, others) {
        shelf.put([...tools, ...others])
        asked?.(name, { tools: tools.length })
        const now = tools.map(one => one.digest).join(' ')
        const isNews = late.delete(name) && before === null
        if (isNews || (before !== null && before !== now)) changed({ kind: 'tools' })
        before = now
      },
      changed,
    }
    const prefix = server.prefix ?? defaultPrefix(name)
    const upstream = openUpstream(name, server, prefix, log, heard, ways.fetch)
    return { name, config: canonical(server), shelf, upstream }
  }

  function letGo({ upstream }: Standby): void {
    const gone = upstream.close().finally(() => closing.delete(gone))
    closing.add(gone)
  }

  function replace(wanted: GatewayConfig['servers']): void {
    const kept = new Map(servers.map(one => [one.name, one]))
    const next = Object.entries(wanted).map(([name, server]) => {
      const known = kept.get(name)
      if (known?.config !== canonical(server)) return open(name, server)
      kept.delete(name)
      return known
    })
    const isOther = kept.size > 0 || next.length !== servers.length
    servers = next
    for (const one of kept.values()) letGo(one)
    if (isOther) for (const kind of ['tools', 'prompts', 'resources'] as const) changed({ kind })
  }

  /** Two servers with a tool of one name: the one that stands first has it, and nothing goes to the other by mistake. */
  async function byName(): Promise<Map<string, Standby & { readonly tool: OfferedTool }>> {
    const found = new Map<string, Standby & { readonly tool: OfferedTool }>()
    for (const server of servers)
      for (const tool of await server.shelf.shown()) {
        if (notTools.has(tool.upstream)) continue
        const other = found.get(tool.name)
        if (other) log.error({ tool: tool.name, servers: [other.tool.server, tool.server] }, 'two tools of one name')
        else found.set(tool.name, { ...server, tool })
      }
    return found
  }

  const ownerOf = (name: string) => servers.find(({ upstream }) => upstream.now(name) !== null)

  const ask = ({ upstream }: Standby): Promise<void> =>
    upstream.list().then(
      () => undefined,
      (error: unknown) => {
        asked?.(upstream.name, { error })
        log.warn({ server: upstream.name }, 'the server cannot be reached')
      },
    )

  async function refresh(): Promise<void> {
    const { patience } = ways
    await Promise.all(
      servers.map(one => (patience === undefined ? ask(one) : within(ask(one), patience, () => late.add(one.name)))),
    )
  }

  return {
    replace,
    servers: () => servers,
    has: name => ownerOf(name) !== undefined,
    async list() {
      await refresh()
      return [...(await byName()).values()].map(one => one.tool)
    },
    async find(name) {
      // Nobody else can have it, and nobody else waits for it: it is waited for until it has answered, or cannot be reached.
      if (!ownerOf(name))
        await Promise.all(servers.filter(({ upstream }) => name.startsWith(upstream.naming.prefix)).map(ask))
      const found = ownerOf(name)
      const tool = found?.upstream.now(name)
      if (!found || !tool) return null
      return { tool, upstream: found.upstream, standing: await found.shelf.standing(tool) }
    },
    async close() {
      servers.forEach(letGo)
      servers = []
      await Promise.all(closing)
    },
  }
}

/** Waits for the work, but not longer than so many milliseconds; it goes on then. */
export function within(work: Promise<void>, milliseconds: number, passed: () => void): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const over = new Promise<void>(done => {
    timer = setTimeout(() => {
      passed()
      done()
    }, milliseconds)
  })
  return Promise.race([work, over]).finally(() => clearTimeout(timer))
}
