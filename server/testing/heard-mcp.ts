import type { Caller } from './heard'
import { upstreamFolder } from './mcp'

/** Adds, looks at, asks, changes and removes an MCP server that is started; and hears the noes on the way. */
export async function hearMcp(person: Caller): Promise<void> {
  const { command, args } = upstreamFolder().stdio
  const body = { name: 'heard', command, args, env: { UPSTREAM_SECRET: 'heard-and-not-told' } }
  const made = await person('POST', '/mcp-servers', {}, body)
  await person('POST', '/mcp-servers', {}, body)
  await person('POST', '/mcp-servers', {}, { name: 'heard-not', command: 'sh' })
  await person('POST', '/mcp-servers', {}, { name: 'ended', command, args: ['-e', ''] })
  await person('GET', '/mcp-servers')
  await person('GET', '/mcp-servers/{id}', made.body)
  await person('POST', '/mcp-servers/{id}/test', made.body)
  const change = { command, args, keep: ['UPSTREAM_SECRET'], timeout_seconds: 20 }
  await person('PUT', '/mcp-servers/{id}', made.body, change, { 'if-match': '"v9"' })
  await person('PUT', '/mcp-servers/{id}', made.body, change, { 'if-match': made.body.etag })
  await person('DELETE', '/mcp-servers/{id}', made.body)
  await person('GET', '/mcp-servers/{id}', made.body)
}
