import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio'
import { Client as OldClient } from '@modelcontextprotocol/sdk/client/index.js'
import { StdioClientTransport as OldPipe } from '@modelcontextprotocol/sdk/client/stdio.js'
import { StreamableHTTPClientTransport as OldTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { pino } from 'pino'
import { z } from 'zod'
import { readGatewayConfig } from '@/lib/gateway/config'
import { metaKey } from '@/lib/gateway/result'
import { openGateway } from '@/server/gateway/gateway'
import { type Listening, listen } from '@/server/gateway/http'
import { atEnd } from './at-end'
import { emptyFolder } from './folder'

const script = fileURLToPath(new URL('./mcp-server.ts', import.meta.url))

/** A folder that tells a server what to do and in which it writes down what it did; removed after the file's last test. */
export function upstreamFolder() {
  const folder = emptyFolder('mcp')
  const call = z.object({ name: z.string(), arguments: z.record(z.string(), z.unknown()).optional() })
  return {
    folder,
    /** Its entry in `gateway.json`, over a pipe. */
    stdio: { command: process.execPath, args: [script, folder] },
    script,
    /** What it has carried out, in order. */
    calls() {
      const file = join(folder, 'calls')
      if (!existsSync(file)) return []
      return readFileSync(file, 'utf8')
        .trimEnd()
        .split('\n')
        .map(line => call.parse(JSON.parse(line)))
    },
  }
}

/** A gateway in this process, on a free port; stopped after the file's last test, or before by `close`. */
export async function startGateway(config: Record<string, unknown>): Promise<Listening & { said: () => string }> {
  let said = ''
  const write = (text: string) => {
    said += text
  }
  const log = pino({ level: 'debug', base: null }, { write })
  const read = readGatewayConfig(JSON.stringify({ listen: { port: 0 }, ...config }), {})
  const listening = await listen(read.listen, changed => openGateway(read, log, changed), log)
  let closing: Promise<void> | null = null
  const close = () => {
    closing ??= listening.close()
    return closing
  }
  atEnd(close)
  return { ...listening, close, said: () => said }
}

const headers = (key: string) => ({ requestInit: { headers: { authorization: `Bearer ${key}` } } })

/** A client as tests speak to it, whichever generation it is. */
export interface TestClient {
  list(): Promise<
    readonly { readonly name: string; readonly description?: string | undefined; readonly inputSchema: object }[]
  >
  /** Calls a tool; `progress` is told what the gateway says meanwhile, `signal` takes the call back. */
  call(name: string, params?: Record<string, unknown>, more?: Calling): Promise<Heard>
  close(): Promise<void>
}
interface Calling {
  readonly progress?: (made: { progress: number; message?: string | undefined }) => void
  readonly signal?: AbortSignal
}
const asked = ({ progress, signal }: Calling = {}) => ({
  ...(progress ? { onprogress: progress } : {}),
  ...(signal ? { signal } : {}),
})

/** An unmodified client of the protocol's newest revision; `changed` is told when the list of tools is another. */
export async function newClient(url: string, key: string, changed?: () => void): Promise<TestClient> {
  return newSpokenTo(new StreamableHTTPClientTransport(new URL(url), headers(key)), changed)
}

/** The same client over a pipe: it starts the command itself. */
export async function pipedNewClient(
  command: string,
  args: string[],
  env: Record<string, string>,
): Promise<TestClient> {
  return newSpokenTo(new StdioClientTransport({ command, args, env, stderr: 'ignore' }))
}

async function newSpokenTo(
  transport: StreamableHTTPClientTransport | StdioClientTransport,
  changed?: () => void,
): Promise<TestClient> {
  const client = new Client(
    { name: 'test', version: '1' },
    {
      versionNegotiation: { mode: { pin: '2026-07-28' } },
      ...(changed ? { listChanged: { tools: { autoRefresh: false, debounceMs: 0, onChanged: () => changed() } } } : {}),
    },
  )
  await client.connect(transport)
  atEnd(() => client.close())
  return {
    list: async () => (await client.listTools(undefined, { cacheMode: 'bypass' })).tools,
    call: async (name, params = {}, more = {}) =>
      heard(await client.callTool({ name, arguments: params }, asked(more))),
    close: () => client.close(),
  }
}

/** An unmodified client of the first generation (2025-11-25), over HTTP or, with a command, over a pipe. */
export async function oldClient(url: string, key: string): Promise<TestClient> {
  return spokenTo(new OldTransport(new URL(url), headers(key)))
}

/** The same client over a pipe: it starts the command itself. */
export async function pipedClient(command: string, args: string[], env: Record<string, string>): Promise<TestClient> {
  return spokenTo(new OldPipe({ command, args, env, stderr: 'ignore' }))
}

async function spokenTo(transport: OldTransport | OldPipe): Promise<TestClient> {
  const client = new OldClient({ name: 'test', version: '1' })
  await client.connect(transport)
  atEnd(() => client.close())
  return {
    list: async () => (await client.listTools()).tools,
    call: async (name, params = {}, more = {}) =>
      heard(await client.callTool({ name, arguments: params }, undefined, asked(more))),
    close: () => client.close(),
  }
}

const answer = z.looseObject({
  content: z.array(z.looseObject({ type: z.string(), text: z.string().optional() })),
  isError: z.boolean().optional(),
  _meta: z.record(z.string(), z.unknown()).optional(),
})
const decision = z.object({ status: z.string(), code: z.string(), action: z.string().nullable() })

/** What a tool answered: its text, whether it is an error, and what the gateway says of it. */
export interface Heard {
  readonly text: string
  readonly isError: boolean
  readonly decision: z.output<typeof decision> | null
}

function heard(result: unknown): Heard {
  const { content, isError, _meta } = answer.parse(result)
  const said = decision.safeParse(_meta?.[metaKey])
  return {
    text: content.map(one => one.text ?? '').join('\n'),
    isError: isError ?? false,
    decision: said.success ? said.data : null,
  }
}

/** One call as it goes over the wire in a session of 2025-11-25, which no client has opened: it has lived through a restart. */
export async function rawCall(
  url: string,
  key: string,
  session: string,
  name: string,
  params: Record<string, unknown>,
  signal?: AbortSignal,
): Promise<string> {
  const response = await fetch(url, {
    method: 'POST',
    ...(signal ? { signal } : {}),
    headers: {
      authorization: `Bearer ${key}`,
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      'mcp-protocol-version': '2025-11-25',
      'mcp-session-id': session,
    },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name, arguments: params } }),
  })
  return response.text()
}
