import { randomUUID } from 'node:crypto'
import type { Readable, Writable } from 'node:stream'
import { StdioServerTransport, serveStdio } from '@modelcontextprotocol/server/stdio'
import type { Gateway } from './gateway'
import type { Caller } from './holdpoint'

/** Serves one client on the other end of a pipe, as one agent. Answers when the client has gone. */
export async function serveOverPipe(
  gateway: Gateway,
  caller: Caller,
  input: Readable,
  output: Writable,
): Promise<void> {
  const session = `mcp-${randomUUID()}`
  const transport = new StdioServerTransport(input, output)
  const handle = serveStdio(() => gateway.serve({ caller, session, tells: true, lasting: true }), { transport })
  await new Promise<void>(done => {
    input.once('end', done)
    input.once('close', done)
  })
  await handle.close()
  await gateway.close()
}
