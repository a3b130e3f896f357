import { readFileSync } from 'node:fs'
import type { Readable, Writable } from 'node:stream'
import { parseArgs } from 'node:util'
import { pino } from 'pino'
import { type GatewayConfig, readGatewayConfig } from '@/lib/gateway/config'
import type { Changed } from '@/lib/gateway/naming'
import { type Gateway, openGateway } from './gateway'
import { listen } from './http'
import { serveOverPipe } from './stdio'

const usage = `Usage: holdpoint gateway --config FILE [--stdio] [--verbose]

  --config FILE   the servers behind it, and where Holdpoint is (docs/mcp.md)
  --stdio         speak MCP on this process's input and output, as the agent whose key the file names
  --verbose       log what the servers print

Without --stdio it serves MCP over HTTP at the address that the file names, each client as the agent whose key it shows.
Exit codes: 0 stopped · 1 Holdpoint refused the key · 2 asked wrongly, or the file is wrong
`

/** What the program is given from outside. */
export interface Outside {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly input: Readable
  readonly output: Writable
  readonly err: (text: string) => void
  /** Ends when the process is asked to stop. */
  readonly stopped: Promise<void>
}

/** Runs the gateway until it is stopped, or its client has gone. Answers the exit code; see the usage. */
export async function gatewayCommand(args: readonly string[], outside: Outside): Promise<number> {
  let config: GatewayConfig
  let values: { config?: string; stdio?: boolean; verbose?: boolean; help?: boolean }
  try {
    const flags = { type: 'boolean' } as const
    const options = { config: { type: 'string' }, stdio: flags, verbose: flags, help: flags } as const
    values = parseArgs({ args: [...args], options }).values
    if (values.help || values.config === undefined) {
      outside.err(usage)
      return values.help ? 0 : 2
    }
    config = readGatewayConfig(readFileSync(values.config, 'utf8'), outside.env)
  } catch (error) {
    outside.err(`holdpoint gateway: ${error instanceof Error ? error.message : String(error)}\n`)
    return 2
  }
  // The output belongs to the protocol: what there is to say goes to where errors go.
  const log = pino({ level: values.verbose ? 'debug' : 'info', base: null }, { write: outside.err })
  const make = (changed: (what: Changed) => Promise<void>) => openGateway(config, log, changed)
  if (values.stdio)
    return pipe(
      config,
      make(() => Promise.resolve()),
      outside,
    )
  const listening = await listen(config.listen, make, log)
  log.info({ url: listening.url, servers: Object.keys(config.servers) }, 'the gateway is up')
  await outside.stopped
  await listening.close()
  return 0
}

async function pipe(
  config: GatewayConfig,
  gateway: Gateway,
  { env, input, output, err, stopped }: Outside,
): Promise<number> {
  const key = config.key ?? env.HOLDPOINT_KEY
  const caller = key === undefined ? 'refused' : await gateway.callers.of(key)
  if (typeof caller === 'string') {
    err(
      `holdpoint gateway: ${caller === 'refused' ? 'no key that opens: set `key` or HOLDPOINT_KEY' : `${config.holdpoint} cannot be reached`}\n`,
    )
    await gateway.close()
    return 1
  }
  await Promise.race([serveOverPipe(gateway, caller, input, output), stopped])
  await gateway.close()
  return 0
}
