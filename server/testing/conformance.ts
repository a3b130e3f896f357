import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { createServer, request } from 'node:http'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { z } from 'zod'
import { atEnd } from './at-end'
import { emptyFolder } from './folder'

/** The protocol's own conformance runner, from npm, as it is. */
const runner = join(
  dirname(createRequire(import.meta.url).resolve('@modelcontextprotocol/conformance/package.json')),
  'dist/index.js',
)

async function run(args: string[]): Promise<string> {
  const child = spawn(process.execPath, [runner, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', chunk => (said += chunk))
  await once(child, 'close')
  return said
}

/** The server scenarios that it has, each with the revisions that it is for, or `extension`. */
export async function scenarios(): Promise<ReadonlyMap<string, readonly string[]>> {
  const [, servers = ''] = (await run(['list'])).split(/^Server scenarios.*$/m)
  const [own = ''] = servers.split(/^Client scenarios.*$/m)
  return new Map(
    [...own.matchAll(/^ {2}- (\S+) \[([^\]]+)\]$/gm)].map(([, name = '', of = '']) => [name, of.split(',')]),
  )
}

/** What one scenario found. */
export interface Found {
  /** How many checks it made. */
  readonly checks: number
  /** What is not as it should be, by the checks' ids; a warning is told as one. */
  readonly faults: readonly string[]
  /** The same with the runner's words, to be read. */
  readonly words: readonly string[]
}

const check = z.array(z.looseObject({ id: z.string(), status: z.string(), errorMessage: z.string().optional() }))
const started = /^server-(.+)-\d{4}-\d\d-\d\dT[\dZ-]+$/

/** Runs every scenario of a revision against a server. */
export async function conformance(url: string, revision: string): Promise<ReadonlyMap<string, Found>> {
  const folder = emptyFolder('conformance')
  const said = await run(['server', '--url', url, '--suite', 'all', '--spec-version', revision, '-o', folder])
  const found = new Map<string, Found>()
  for (const entry of readdirSync(folder)) {
    const [, name] = started.exec(entry) ?? []
    if (name === undefined) continue
    const checks = check.parse(JSON.parse(readFileSync(join(folder, entry, 'checks.json'), 'utf8')))
    const wrong = checks.filter(({ status }) => status === 'FAILURE' || status === 'WARNING')
    const ids = wrong.map(({ id, status }) => (status === 'WARNING' ? `warning ${id}` : id))
    const words = wrong.map(({ id, errorMessage }) => `${id}: ${errorMessage}`)
    found.set(name, { checks: checks.length, faults: [...new Set(ids)].sort(), words })
  }
  if (found.size === 0) throw new Error(said)
  return found
}

/** Names are put on what goes in, and taken off what comes back: the runner knows a server's own. */
export interface Renaming {
  /** The server, by its name behind a gateway that puts it before every name. */
  readonly server: string
  readonly names: readonly string[]
}

/**
 * The same server for clients that can show no key: it is put on each request on the way.
 * @param renaming for one that has no name as the runner has it
 */
export async function keyed(url: string, key: string, renaming?: Renaming): Promise<string> {
  const names = new Set(renaming?.names)
  const [prefix, uri] = renaming ? [`${renaming.server}__`, `mcp:${renaming.server}:`] : ['', '']
  const inward = (text: string) =>
    text
      .replace(/"name":"([^"]*)"/g, (all, name: string) => (names.has(name) ? `"name":"${prefix}${name}"` : all))
      .replace(/"uri":"test:/g, `"uri":"${uri}test:`)
  const outward = (text: string) => text.replaceAll(`"${prefix}`, '"').replaceAll(uri, '')
  const header = (name: string) => (names.has(name) ? prefix + name : name.startsWith('test:') ? uri + name : name)
  const server = createServer(async (req, res) => {
    const { 'content-length': _, 'mcp-name': named, ...more } = req.headers
    const headers = {
      ...more,
      authorization: `Bearer ${key}`,
      ...(typeof named === 'string' ? { 'mcp-name': header(named) } : {}),
    }
    const body = inward(await text(req).catch(() => ''))
    const on = request(url, { method: req.method, headers }, answer => {
      const { 'content-length': _length, ...back } = answer.headers
      res.writeHead(answer.statusCode ?? 502, back)
      res.flushHeaders()
      const lines = createInterface(answer)
      lines.on('line', line => res.write(`${outward(line)}\n`))
      lines.once('close', () => res.end())
      for (const one of [answer, lines]) one.on('error', () => res.destroy())
    })
    on.on('error', () => res.destroy())
    res.on('close', () => on.destroy())
    on.end(body)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  atEnd(() => {
    server.closeAllConnections()
    server.close()
  })
  const address = server.address()
  return `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}/mcp`
}
