import type { Logger } from 'pino'
import { driftOf } from '@/lib/gateway/catalogue'
import type { Described, Own, Standing as Reported } from './own'
import type { OfferedTool } from './upstream'

/** May a tool be asked for: yes; its definition has changed and nobody can say so to people; nobody can be asked now. */
export type Standing = 'open' | 'changed' | 'unreachable'

/** One server's tools, with what is known of their definitions at Holdpoint. */
export interface Shelf {
  /** What its server offers now. */
  put(tools: readonly OfferedTool[]): void
  /** As clients see them: one whose definition has changed is shown as it was accepted. */
  shown(): Promise<readonly OfferedTool[]>
  standing(tool: OfferedTool): Promise<Standing>
}

const together = 40
/** Of what is reported at once, in characters of its JSON: definitions are bounded (lib/gateway/catalogue), and so are bodies. */
const mostTogether = 400_000

/**
 * @param by the gateway's own way in; null: definitions are pinned as this process saw them first, and what changes is
 * refused until it is started again
 */
export function openShelf(server: string, by: Own | null, log: Logger): Shelf {
  let current: readonly OfferedTool[] = []
  let reporter = by
  const pins = new Map<string, OfferedTool>()
  /** Changed, by Holdpoint's word, and how it shows them meanwhile. */
  let drifted = new Map<string, OfferedTool>()
  let told: string | null = null
  let telling: Promise<boolean> | null = null
  const stateOf = (tools: readonly OfferedTool[]) => tools.map(one => `${one.name} ${one.digest}`).join('\n')

  async function report(own: Own, tools: readonly OfferedTool[]): Promise<boolean> {
    const found = new Map<string, OfferedTool>()
    for (const part of partsOf(tools)) {
      const items = await own.report(server, part.map(reported))
      if (items === 'again') {
        log.warn({ server }, 'what it offers could not be reported: nothing of it is called until it is')
        return false
      }
      if (items === 'refused') {
        log.warn(
          { server },
          'Holdpoint does not take definitions from this gateway: it pins what it sees itself (docs/mcp.md)',
        )
        reporter = null
        return true
      }
      for (const { name, status, accepted } of items) {
        const tool = part.find(one => one.name === name)
        if (tool && status === 'drifted') found.set(name, asAccepted(tool, accepted))
      }
    }
    for (const name of found.keys())
      if (!drifted.has(name))
        log.warn({ server, tool: name }, 'the tool is described otherwise than when it was classified')
    drifted = found
    told = stateOf(tools)
    return true
  }

  /** Holdpoint knows what is offered now. False: it cannot be told. */
  function settled(again = false): Promise<boolean> {
    if (!reporter || (told === stateOf(current) && !again)) return Promise.resolve(true)
    telling ??= report(reporter, current).finally(() => {
      telling = null
    })
    return telling
  }

  return {
    put(tools) {
      current = tools
      const known = new Map([...pins].map(([name, { digest }]) => [name, digest]))
      for (const { name } of reporter ? [] : driftOf(known, tools))
        log.error({ server, tool: name }, 'the tool’s definition has changed: it is not called')
      for (const tool of tools) if (!pins.has(tool.name)) pins.set(tool.name, tool)
    },
    async shown() {
      // What people have accepted meanwhile is shown as it is.
      await settled(drifted.size > 0)
      return current.map(tool => (reporter ? (drifted.get(tool.name) ?? tool) : (pins.get(tool.name) ?? tool)))
    },
    async standing(tool) {
      if (!(await settled())) return 'unreachable'
      if (reporter) return 'open'
      return pins.get(tool.name)?.digest === tool.digest ? 'open' : 'changed'
    },
  }
}

/** What is reported at once, part by part. */
function partsOf(tools: readonly OfferedTool[]): OfferedTool[][] {
  const parts: OfferedTool[][] = []
  let weight = 0
  for (const tool of tools) {
    const more = JSON.stringify(tool.definition).length
    const last = parts.at(-1)
    if (last && last.length < together && weight + more <= mostTogether) {
      last.push(tool)
      weight += more
    } else {
      parts.push([tool])
      weight = more
    }
  }
  return parts
}

/** All that is said of it, but what is for programs alone (`_meta`). */
const reported = ({ definition: { _meta, ...told } }: OfferedTool): Described => told

/** A tool with the words that people have accepted: nothing of the new ones reaches a model. */
function asAccepted(tool: OfferedTool, accepted: Reported['accepted']): OfferedTool {
  const { name } = tool
  const inputSchema = { ...(isObject(accepted?.schema) ? accepted.schema : {}), type: 'object' as const }
  return { ...tool, definition: { name, description: accepted?.description ?? '', inputSchema } }
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null
