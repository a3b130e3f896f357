import { parseArgs } from 'node:util'
import { pino } from 'pino'
import { openAsking } from './asking'
import type { Outside } from './command'
import { listen } from './http'
import { serveOverPipe } from './stdio'

const usage = `Usage: holdpoint mcp-server [--url URL] [--http PORT] [--host HOST] [--name NAME]

The tools with which an agent asks, waits, reports and reads its own limits (docs/mcp-server.md).

  --url URL     where Holdpoint is; else HOLDPOINT_URL, else http://localhost:3000
  --http PORT   serve MCP over HTTP at http://HOST:PORT/mcp, each client as the agent whose key it shows
  --host HOST   the address to listen on; 127.0.0.1 by default
  --name NAME   a name by which clients reach it; may be repeated

Without --http it speaks MCP on this process's input and output, as the agent whose key is in HOLDPOINT_KEY.
Exit codes: 0 stopped · 1 Holdpoint refused the key, or cannot be reached · 2 asked wrongly
`

const text = { type: 'string' } as const

function read(args: readonly string[]) {
  const options = {
    url: text,
    http: text,
    host: text,
    name: { ...text, multiple: true },
    help: { type: 'boolean' },
  } as const
  const { values } = parseArgs({ args: [...args], options })
  const port = values.http === undefined ? null : Number(values.http)
  if (port !== null && !(Number.isInteger(port) && port >= 0 && port <= 65_535))
    throw new TypeError('--http takes a port')
  return { ...values, port }
}

/** Serves until it is stopped, or its client has gone. Answers the exit code; see the usage. */
export async function askingCommand(args: readonly string[], outside: Outside): Promise<number> {
  const { env, input, output, err, stopped } = outside
  let asked: ReturnType<typeof read>
  try {
    asked = read(args)
  } catch (error) {
    err(`holdpoint mcp-server: ${error instanceof Error ? error.message : String(error)}\n`)
    return 2
  }
  if (asked.help) {
    err(usage)
    return 0
  }
  const url = asked.url ?? env.HOLDPOINT_URL ?? 'http://localhost:3000'
  const server = openAsking(url)
  if (asked.port !== null) {
    // The output belongs to the protocol: what there is to say goes to where errors go.
    const log = pino({ level: 'info', base: null }, { write: err })
    const at = { port: asked.port, host: asked.host ?? '127.0.0.1', names: asked.name ?? [] }
    const listening = await listen(at, () => server, log)
    log.info({ url: listening.url }, 'the MCP server is up')
    await stopped
    await listening.close()
    return 0
  }
  const caller = await server.callers.of(env.HOLDPOINT_KEY ?? '')
  if (typeof caller === 'string') {
    err(
      `holdpoint mcp-server: ${caller === 'refused' ? 'no key that opens: set HOLDPOINT_KEY' : `${url} cannot be reached`}\n`,
    )
    return 1
  }
  await Promise.race([serveOverPipe(server, caller, input, output), stopped])
  return 0
}
