import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { json } from 'node:stream/consumers'
import { z } from 'zod'
import { here } from './here'

const request = z.looseObject({ id: z.union([z.string(), z.number()]).optional(), method: z.string() })
const tool = { name: 'look', description: 'Looks', inputSchema: { type: 'object' } }

/** What an MCP server of 2025-11-25 does that it should not; each may be changed while it runs. */
export interface Rude {
  /** Answers no DELETE. */
  deaf: boolean
  /** It knows no session any more, and cannot say what it offers. */
  ill: boolean
  /** It ends the stream that stays open at once, and says to come back at once. */
  restless: boolean
}

/** An MCP server over HTTP that behaves as badly as it is told; stopped after the file's last test. Call at the top of one. */
export async function rudeServer(): Promise<{ url: string; rude: Rude; streams: number[] }> {
  const rude: Rude = { deaf: false, ill: false, restless: false }
  const streams: number[] = []
  let sessions = 0
  async function post(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const { id, method } = request.parse(await json(incoming))
    const answer = (what: object, status = 200) =>
      outgoing
        .writeHead(status, { 'content-type': 'application/json', 'mcp-session-id': `s-${sessions}` })
        .end(JSON.stringify({ jsonrpc: '2.0', id, ...what }))
    if (id === undefined) return void outgoing.writeHead(202).end()
    if (method === 'initialize') {
      sessions++
      const serverInfo = { name: 'rude', version: '1' }
      return void answer({ result: { protocolVersion: '2025-11-25', capabilities: { tools: {} }, serverInfo } })
    }
    if (method === 'tools/list')
      return void answer(rude.ill ? { error: { code: -32_603, message: 'warming up' } } : { result: { tools: [tool] } })
    if (method !== 'tools/call') return void answer({ error: { code: -32_601, message: 'no' } })
    if (rude.ill) return void answer({ error: { code: -32_001, message: 'no such session' } }, 404)
    answer({ result: { content: [{ type: 'text', text: 'looked' }] } })
  }
  const server = createServer((incoming, outgoing) => {
    if (incoming.method === 'POST') return void post(incoming, outgoing)
    if (incoming.method === 'DELETE') return rude.deaf ? undefined : void outgoing.writeHead(200).end()
    streams.push(performance.now())
    outgoing.writeHead(200, { 'content-type': 'text/event-stream' })
    if (rude.restless)
      outgoing.end(`retry: 0\nid: ${streams.length}\ndata: {"jsonrpc":"2.0","method":"notifications/x"}\n\n`)
    else outgoing.flushHeaders()
  })
  const url = await here(server)
  return { url: `${url}/mcp`, rude, streams }
}
