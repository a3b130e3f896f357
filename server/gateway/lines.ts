import type { Client } from '@modelcontextprotocol/client'
import type { Changed } from '@/lib/gateway/naming'
import { canonical } from '@/lib/kernel/canonical'
import { type Link, openLink, type Reach } from './link'
import type { Talk } from './talk'
import type { OfferedTool } from './upstream'

/** A connection, with what its server offers over it. */
export interface Line {
  readonly link: Link
  /** Whose: empty for the one of all. */
  readonly key: string
  tools: readonly OfferedTool[]
  /** Something is sent by it, and has ended: one of one session is closed when it has been idle for a while. */
  begin(): void
  end(): void
}

/** The connections to one server: one for all, and one for each session whose client may be asked back or told of the log. */
export interface Lines {
  base(): Promise<Line>
  isOpen(): boolean
  /** The one by which this talk goes. @throws what kept it from being opened */
  lineFor(base: Line, talk: Talk): Promise<Line>
  refresh(line: Line): Promise<void>
  drop(line: Line): void
  close(): Promise<void>
}

/** What the connection for all tells. */
export interface LineHeard {
  connected(line: Line): void
  read(line: Line): void
  changed(what: Changed): void
}

const idleMs = 300_000
const mostLines = 100

/** @param toolsOf reads what a server offers */
export function openLines(
  reach: Reach,
  toolsOf: (client: Client) => Promise<readonly OfferedTool[]>,
  heard: LineHeard,
): Lines {
  const { name, log } = reach
  let open: Promise<Line> | null = null
  let current: Line | null = null
  const own = new Map<string, { readonly line: Promise<Line>; busy: number; timer: NodeJS.Timeout | null }>()

  async function make(can: Talk['can'], isBase: boolean, key: string): Promise<Line> {
    const again = async (what: Changed) => {
      if (what.kind !== 'tools') return heard.changed(what)
      try {
        await refresh(line)
        if (!isBase && current) await refresh(current)
      } catch {
        log.warn({ server: name }, 'its tools have changed and cannot be read')
      }
    }
    const gone = () => {
      if (!isBase) return void forget(key)
      if (open !== null) log.warn({ server: name }, 'the connection to the server has ended')
      open = null
      current = null
    }
    const link = await openLink(reach, can, what => void again(what), gone, isBase ? undefined : current?.link)
    const line: Line = { link, key, tools: [], begin: () => count(key, 1), end: () => count(key, -1) }
    try {
      line.tools = await toolsOf(link.client)
    } catch (error) {
      await link.close()
      throw error
    }
    return line
  }

  async function refresh(line: Line): Promise<void> {
    line.tools = await toolsOf(line.link.client)
    if (current === line) heard.read(line)
  }

  function base(): Promise<Line> {
    if (open) return open
    const made = make({}, true, '')
    open = made
    made
      .then(line => {
        if (open === made) current = line
        heard.connected(line)
      })
      .catch(() => {
        if (open === made) open = null
      })
    return made
  }

  function forget(key: string): void {
    const found = own.get(key)
    if (found?.timer) clearTimeout(found.timer)
    own.delete(key)
  }

  function end(key: string): void {
    const found = own.get(key)
    forget(key)
    found?.line.then(({ link }) => link.close()).catch(() => undefined)
  }

  function count(key: string, by: 1 | -1): void {
    const found = own.get(key)
    if (!found) return
    found.busy += by
    if (found.timer) clearTimeout(found.timer)
    found.timer = found.busy === 0 ? setTimeout(() => end(key), idleMs).unref() : null
  }

  return {
    base,
    isOpen: () => open !== null,
    refresh,
    async lineFor(all, talk) {
      // A server of 2025 asks beside its answers, and no server's log says whose call it is of.
      const needs = talk.level !== null || (!all.link.modern && Object.keys(talk.can).length > 0)
      if (!needs) return all
      const key = canonical([talk.run, talk.can])
      let found = own.get(key)
      if (!found) {
        const idle = own.size < mostLines ? undefined : [...own].find(([, { busy }]) => busy === 0)?.[0]
        if (idle !== undefined) end(idle)
        found = { line: make(talk.can, false, key), busy: 0, timer: null }
        own.set(key, found)
        found.line.catch(() => forget(key))
      }
      const line = await found.line
      const { client, modern } = line.link
      if (!modern && talk.level !== null && client.getServerCapabilities()?.logging)
        await client.setLoggingLevel(talk.level).catch(() => undefined)
      return line
    },
    drop(line) {
      if (line.key !== '') forget(line.key)
      else if (current === line) {
        open = null
        current = null
      }
      void line.link.close()
    },
    async close() {
      const closing = open
      open = null
      current = null
      const all = [...(closing ? [closing] : []), ...[...own.values()].map(one => one.line)]
      for (const key of [...own.keys()]) forget(key)
      await Promise.all(all.map(one => one.then(({ link }) => link.close()).catch(() => undefined)))
    },
  }
}
