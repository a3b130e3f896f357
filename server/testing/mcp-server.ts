// An MCP server that writes down each call that it carries out, run by Node as it stands: over its pipe, or over HTTP where a
// port is given (0: a free one, printed), of both revisions or, with `2025` after that, of 2025-11-25 alone. What it offers, and
// how it ends, is in the folder given: `tools.json`, `die`, `lost`, `wait`, `slow`, `much`, `deaf`.
import { randomUUID } from 'node:crypto'
import { appendFileSync, existsSync, readFileSync, watch } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { join } from 'node:path'
import { NodeStreamableHTTPServerTransport, toNodeHandler } from '@modelcontextprotocol/node'
import { createMcpHandler, ProtocolError, Server } from '@modelcontextprotocol/server'
import { StdioServerTransport, serveStdio } from '@modelcontextprotocol/server/stdio'

const [folder = '.', port, revision] = process.argv.slice(2)
const at = (name: string) => join(folder, name)
const schema = { type: 'object' as const, properties: { amount: { type: 'string' }, recipient: { type: 'string' } } }
const plain = ['pay', 'look', 'tell'].map(name => ({ name, description: `To ${name}`, inputSchema: schema }))
const tools = () => (existsSync(at('tools.json')) ? JSON.parse(readFileSync(at('tools.json'), 'utf8')) : plain)

/** Ends when a file of this name is in the folder. */
function appeared(name: string): Promise<void> {
  return new Promise(done => {
    const look = () => {
      if (!existsSync(at(name))) return
      watcher.close()
      done()
    }
    const watcher = watch(folder, look)
    look()
  })
}

// What a server says of itself beside its answers is nobody's to see where it says how it is called.
if (process.env.UPSTREAM_SECRET) process.stderr.write(`called with ${process.env.UPSTREAM_SECRET}\n`)

function make(): Server {
  const server = new Server({ name: 'counter', version: '1' }, { capabilities: { tools: { listChanged: true } } })
  server.setRequestHandler('tools/list', () => ({ tools: tools() }))
  server.setRequestHandler('tools/call', async ({ params }, ctx) => {
    appendFileSync(at('calls'), `${JSON.stringify({ name: params.name, arguments: params.arguments })}\n`)
    appendFileSync(at('meta'), `${JSON.stringify(ctx.mcpReq._meta ?? {})}\n`)
    const { signal } = ctx.mcpReq
    signal.addEventListener('abort', () =>
      appendFileSync(at('cancelled'), `${JSON.stringify([String(signal.reason)])}\n`),
    )
    if (existsSync(at('die'))) process.kill(process.pid, 'SIGKILL')
    const token = ctx.mcpReq._meta?.progressToken
    if (token !== undefined)
      await ctx.mcpReq.notify({ method: 'notifications/progress', params: { progressToken: token, progress: 1 } })
    if (existsSync(at('lost'))) throw new ProtocolError(Number(readFileSync(at('lost'), 'utf8')), 'Request timed out')
    if (existsSync(at('wait'))) await appeared('go')
    if (existsSync(at('slow'))) await new Promise(done => setTimeout(done, 20))
    if (params.name === 'fail') return { content: [{ type: 'text', text: 'it did not work' }], isError: true }
    const said = { ...params.arguments, ...(params.name === 'tell' ? { secret: process.env.UPSTREAM_SECRET } : {}) }
    const much = existsSync(at('much')) ? 'x'.repeat(1_000_000) : ''
    return { content: [{ type: 'text', text: `done ${params.name} ${JSON.stringify(said)}${much}` }] }
  })
  // A server may go on with what nobody wants any more, and answer it.
  if (existsSync(at('deaf')))
    server.setNotificationHandler('notifications/cancelled', ({ params }) =>
      appendFileSync(at('cancelled'), `${JSON.stringify([params.reason])}\n`),
    )
  return server
}

/** Sessions of 2025-11-25, each a server of its own. */
function sessions(): (req: IncomingMessage, res: ServerResponse) => Promise<void> {
  const open = new Map<string, NodeStreamableHTTPServerTransport>()
  return async (req, res) => {
    const named = req.headers['mcp-session-id']
    const found = typeof named === 'string' ? open.get(named) : undefined
    if (found) return found.handleRequest(req, res)
    const id = randomUUID()
    const transport = new NodeStreamableHTTPServerTransport({ sessionIdGenerator: () => id })
    open.set(id, transport)
    await make().connect(transport)
    await transport.handleRequest(req, res)
  }
}

if (port === undefined || port === '-') {
  if (revision === '2025') await make().connect(new StdioServerTransport())
  else serveStdio(make)
} else {
  const serve = revision === '2025' ? sessions() : toNodeHandler(createMcpHandler(make))
  const server = createServer((req, res) => {
    appendFileSync(at('headers'), `${JSON.stringify(req.headers)}\n`)
    void serve(req, res)
  })
  server.listen(Number(port), '127.0.0.1', () => {
    const address = server.address()
    process.stdout.write(`${typeof address === 'object' && address ? address.port : port}\n`)
  })
}
