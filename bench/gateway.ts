import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { warmMs } from './load'
import type { Actors } from './measures'
import { signIn } from './people'
import { end, freePort, type Subject, startBare } from './server'

/** What one call takes, in milliseconds: to the MCP server itself, and to the same one through a gateway. */
export interface Overhead {
  readonly bare: readonly number[]
  /** Through a gateway that is a process of its own. */
  readonly own: readonly number[]
  /** Through the one that is a part of Holdpoint. */
  readonly hosted: readonly number[]
  /** Through a bare Hono route that commits the same two rows and sends the request on: what any gateway takes that keeps what it lets through. */
  readonly barest: readonly number[]
}

/** The gateway as `holdpoint gateway` runs it: the bundle that stands beside this one. */
const bundle = join(dirname(fileURLToPath(import.meta.url)), 'gateway.mjs')

/** Puts the server behind Holdpoint as `hosted`, and says of its tool that it reads. */
async function addHosted(subject: Subject, server: string): Promise<void> {
  const governor = subject.demo.users.find(user => user.roles.includes('governor'))
  if (!governor) throw new Error('the demo has no governor')
  const headers = { 'content-type': 'application/json', ...(await signIn(subject.url, governor)) }
  const ask = async (method: string, path: string, body?: object) => {
    const sent = body ? { body: JSON.stringify(body) } : {}
    const reply = await fetch(`${subject.url}/api/console/${path}`, { method, headers, ...sent })
    if (!reply.ok) throw new Error(`${path}: ${reply.status} ${await reply.text()}`)
    return reply.json()
  }
  await ask('POST', 'mcp-servers', { name: 'hosted', url: server })
  const { items } = await ask('GET', 'tools?q=hosted__allow_me')
  await ask('POST', `tools/${items[0].id}/classify`, { operation: 'read', reversible: true, sensitivity: 'internal' })
}

/**
 * Calls a tool that policy allows, one call after another, in turns: at the server, over HTTP, through each gateway, which uses up
 * the permit of each, and through the barest that commits what they commit. Each is a session of its own, as an unmodified client begins one, and each way through a gateway is
 * followed by one to the server; all are warmed up as everything else is.
 */
export async function overhead(subject: Subject, { agent, ask }: Actors, count: number): Promise<Overhead> {
  await ask(0)
  const through = await startBare(subject.databaseUrl)
  const folder = mkdtempSync(join(tmpdir(), 'holdpoint-bench-mcp-'))
  const tool = { name: 'allow_me', description: 'Answers.', inputSchema: { type: 'object' } }
  writeFileSync(join(folder, 'tools.json'), JSON.stringify([tool]))
  const server = spawn(process.execPath, ['server/testing/mcp-server.ts', folder, '0'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [port] = await once(createInterface(server.stdout), 'line')
  const bare = `http://127.0.0.1:${port}/mcp`
  const own = await freePort()
  const config = {
    holdpoint: subject.url,
    listen: { port: own },
    servers: { demo: { url: bare, prefix: 'demo.' } },
  }
  writeFileSync(join(folder, 'gateway.json'), JSON.stringify(config))
  const gateway = spawn(process.execPath, [bundle, '--config', join(folder, 'gateway.json')], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  for await (const line of createInterface(gateway.stderr)) if (line.includes('the gateway is up')) break
  gateway.stderr.resume()
  const times = { bare: [] as number[], own: [] as number[], hosted: [] as number[], barest: [] as number[] }
  try {
    await addHosted(subject, bare)
    const toServer = await connect(bare, 'allow_me', agent.key)
    const toOwn = await connect(`http://127.0.0.1:${own}/mcp`, 'demo.allow_me', agent.key)
    const toHosted = await connect(`${subject.url}/mcp`, 'hosted__allow_me', agent.key)
    const toBarest = await connect(`${through.url}/through?to=${encodeURIComponent(bare)}`, 'allow_me', agent.key)
    const warm = performance.now() + 4 * warmMs
    for (let at = 0; times.own.length < count; at++) {
      const taken = []
      for (const to of [toOwn, toHosted, toBarest]) taken.push(await to(at), await toServer(at))
      if (performance.now() < warm) continue
      const [own = 0, afterOwn = 0, hosted = 0, afterHosted = 0, barest = 0, afterBarest = 0] = taken
      times.own.push(own)
      times.hosted.push(hosted)
      times.barest.push(barest)
      times.bare.push(afterOwn, afterHosted, afterBarest)
    }
  } finally {
    through.stop()
    await Promise.all([end(gateway), end(server)])
    rmSync(folder, { recursive: true, force: true })
  }
  return times
}

/** Begins a session as a client of 2025-11-25 does. Answers a call of this tool in it, in milliseconds. */
async function connect(url: string, name: string, key: string): Promise<(n: number) => Promise<number>> {
  const headers: Record<string, string> = {
    authorization: `Bearer ${key}`,
    'content-type': 'application/json',
    accept: 'application/json, text/event-stream',
  }
  const post = (method: string, params: object, id?: number) =>
    fetch(url, {
      method: 'POST',
      headers,
      body: JSON.stringify({ jsonrpc: '2.0', method, params, ...(id ? { id } : {}) }),
    })
  const clientInfo = { name: 'bench', version: '1' }
  const begun = await post('initialize', { protocolVersion: '2025-11-25', capabilities: {}, clientInfo }, 1)
  const answer = await begun.text()
  if (!begun.ok) throw new Error(`no session was begun: ${answer.slice(0, 300)}`)
  headers['mcp-protocol-version'] = '2025-11-25'
  const session = begun.headers.get('mcp-session-id')
  if (session !== null) headers['mcp-session-id'] = session
  await (await post('notifications/initialized', {})).text()
  // A session knows its requests by their ids.
  let id = 1
  return async n => {
    const began = performance.now()
    const text = await (await post('tools/call', { name, arguments: { n } }, ++id)).text()
    if (!text.includes('done allow_me')) throw new Error(`a call was not carried out: ${text.slice(0, 300)}`)
    return performance.now() - began
  }
}
