import type { Client } from '@modelcontextprotocol/client'
import type { Changed } from '@/lib/gateway/naming'
import { NotRun } from '@/lib/gateway/not-run'
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
  /** The same where it stands open and has nothing to be told first. */
  lineNow(talk: Talk): Line | null
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

interface Own {
  readonly line: Promise<Line>
  readonly agent: string
  open: Line | null
  busy: number
  timer: NodeJS.Timeout | null
}

const idleMs = 300_000
const mostLines = 100
/** Of one agent, however many sessions it begins: the others have the rest. */
const mostOfOne = 20

/** A server of 2025 asks beside its answers, and no server's log says whose call it is of. */
const needsOwn = (all: Line, talk: Talk): boolean =>
  talk.level !== null || (!all.link.modern && Object.keys(talk.can).length > 0)
const keyOf = ({ run, can }: Talk): string => canonical([run, can])
const agentOf = ({ run }: Talk): string => run.split('\n', 1)[0] ?? ''

/** @param toolsOf reads what a server offers */
export function openLines(
  reach: Reach,
  toolsOf: (client: Client) => Promise<readonly OfferedTool[]>,
  heard: LineHeard,
): Lines {
  const { name, log } = reach
  let open: Promise<Line> | null = null
  let current: Line | null = null
  const own = new Map<string, Own>()

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
      void link.close()
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

  function count(key: string, by: 1 | 0 | -1): void {
    const found = own.get(key)
    if (!found) return
    found.busy += by
    // The last used stands last: the first idle one has been so for longest.
    own.delete(key)
    own.set(key, found)
    if (found.timer) clearTimeout(found.timer)
    found.timer = found.busy === 0 ? setTimeout(() => end(key), idleMs).unref() : null
  }

  /** Room for one more, by the one of these that has been idle longest. @throws NotRun when all of them are at work */
  function makeRoom(among: (one: Own) => boolean, most: number): void {
    const those = [...own].filter(([, one]) => among(one))
    if (those.length < most) return
    const idle = those.find(([, one]) => one.busy === 0 && one.open)
    if (!idle)
      throw new NotRun('Too many sessions have a connection of their own to this server; nothing was sent to it.')
    end(idle[0])
  }

  function opened(talk: Talk): Own {
    const [key, agent] = [keyOf(talk), agentOf(talk)]
    makeRoom(one => one.agent === agent, mostOfOne)
    makeRoom(() => true, mostLines)
    const made: Own = { line: make(talk.can, false, key), agent, open: null, busy: 0, timer: null }
    own.set(key, made)
    made.line.then(
      line => {
        made.open = line
        // One that nothing is ever sent by is closed like one that has been idle.
        if (own.get(key) === made) count(key, 0)
      },
      () => forget(key),
    )
    return made
  }

  return {
    base,
    isOpen: () => open !== null,
    refresh,
    async lineFor(all, talk) {
      if (!needsOwn(all, talk)) return all
      const line = await (own.get(keyOf(talk)) ?? opened(talk)).line
      const { client, modern } = line.link
      if (!modern && talk.level !== null && client.getServerCapabilities()?.logging)
        await client.setLoggingLevel(talk.level).catch(() => undefined)
      return line
    },
    lineNow(talk) {
      if (!current) return null
      if (!needsOwn(current, talk)) return current
      const found = own.get(keyOf(talk))?.open ?? null
      const tells = talk.level !== null && !found?.link.modern
      return tells ? null : found
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
