import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { childGateway } from '@/server/testing/child-gateway'
import { emptyFolder } from '@/server/testing/folder'
import { newClient, oldClient, pipedClient, type TestClient } from '@/server/testing/mcp'
import { everything, world } from '@/server/testing/world'

/** The filesystem server of the Model Context Protocol, from npm, as it is. */
const server = join(
  dirname(createRequire(import.meta.url).resolve('@modelcontextprotocol/server-filesystem/package.json')),
  'dist/index.js',
)
const folder = emptyFolder('files')

const w = await world()
const scope = everything
const { key } = await w.agent({ scopes: [scope] })
const gateway = await childGateway(
  {
    holdpoint: w.servers[0]?.url,
    wait_seconds: 0,
    key: '$' + '{AGENT_KEY}',
    servers: { files: { command: process.execPath, args: [server, folder] } },
  },
  { AGENT_KEY: key },
)
await w.tools({ files__read_text_file: { operation: 'read' }, files__write_file: { operation: 'pay' } })
writeFileSync(join(folder, 'note.txt'), 'hello from a file')
const url = await gateway.start()

const clients: readonly (readonly [string, () => Promise<TestClient>])[] = [
  ['2026-07-28 over HTTP', () => newClient(url, key)],
  ['2025-11-25 over HTTP', () => oldClient(url, key)],
  ['2025-11-25 over a pipe', () => pipedClient(process.execPath, gateway.piped, { AGENT_KEY: key })],
]

describe.each(clients)('a third-party server behind the gateway, for a client of %s', (_, connect) => {
  it('has its tools listed, reads done, and writes held and not done', async () => {
    const client = await connect()
    const tools = await client.list()
    expect(tools.map(one => one.name)).toContain('files__read_text_file')
    const read = await client.call('files__read_text_file', { path: join(folder, 'note.txt') })
    expect(read).toMatchObject({ isError: false, text: 'hello from a file' })
    const path = join(folder, 'new.txt')
    const held = await client.call('files__write_file', { path, content: 'x' })
    expect(held).toMatchObject({ isError: true, decision: { status: 'pending' } })
    expect(() => readFileSync(path)).toThrow()
    await client.close()
  })
})

it('a tool that nobody has classified waits under its one item', async () => {
  const client = await newClient(url, key)
  const held = await client.call('files__create_directory', { path: join(folder, 'sub') })
  expect(held).toMatchObject({ isError: true, decision: { status: 'pending' } })
})

it('stops with exit code 0 when it is asked to', async () => {
  expect(await gateway.stop()).toBe(0)
})
