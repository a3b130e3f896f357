import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { expect, it } from 'vitest'
import { decideHold } from '@/server/testing/deciding'
import { emptyFolder } from '@/server/testing/folder'
import { newClient, oldClient, rawCall } from '@/server/testing/mcp'
import { everything, world } from '@/server/testing/world'

/** The filesystem server of the Model Context Protocol, from npm, as it is. */
const script = join(
  dirname(createRequire(import.meta.url).resolve('@modelcontextprotocol/server-filesystem/package.json')),
  'dist/index.js',
)
const folder = emptyFolder('files')
const w = await world(2, { mcpCommands: [process.execPath] })
const [here = '', there = ''] = w.servers.map(one => `${one.url}/mcp`)
const governor = await w.signedIn(w.governor)
const approver = await w.signedIn(w.approver)
const scope = everything
writeFileSync(join(folder, 'note.txt'), 'hello from a file')

it('a third-party server that is added offers its tools with what its hints suggest; reads run, writes wait and then run', async () => {
  const body = { name: 'files', command: process.execPath, args: [script, folder] }
  const added = await governor('POST', '/api/console/mcp-servers', body)
  expect(added.body).toMatchObject({ state: 'reachable', to_classify: added.body.tools })
  const { body: tools } = await governor('GET', '/api/console/tools?source=files&limit=200')
  expect(tools.items).toHaveLength(added.body.tools)
  const one = (name: string) => tools.items.find((tool: { name: string }) => tool.name === name)
  expect(one('files__read_text_file').hints).toMatchObject({ operation: 'read' })
  for (const [name, operation] of [
    ['files__read_text_file', 'read'],
    ['files__write_file', 'pay'],
  ] as const) {
    const said = { operation, reversible: true, sensitivity: 'internal' }
    expect((await governor('POST', `/api/console/tools/${one(name).id}/classify`, said)).status).toBe(200)
  }
  for (const connect of [newClient, oldClient]) {
    const { id, key } = await w.agent({ scopes: [scope] })
    const client = await connect(there, key)
    const read = await client.call('files__read_text_file', { path: join(folder, 'note.txt') })
    expect(read.text).toContain('hello from a file')
    const path = join(folder, `written-${id}.txt`)
    const writing = client.call('files__write_file', { path, content: 'decided' })
    await decideHold(approver, id, { verdict: 'approve' })
    expect(await writing).toMatchObject({ isError: false })
    expect(readFileSync(path, 'utf8')).toBe('decided')
    const refused = join(folder, `refused-${id}.txt`)
    const asking = client.call('files__write_file', { path: refused, content: 'no' })
    await decideHold(approver, id, { verdict: 'reject', comment: 'no' })
    expect(await asking).toMatchObject({ isError: true, decision: { code: 'hold.rejected' } })
    expect(existsSync(refused)).toBe(false)
  }
})

it('a session of 2025-11-25 that began on one instance goes on on another', async () => {
  const { key } = await w.agent({ scopes: [scope] })
  const begun = await fetch(here, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${key}`,
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
    },
    body: JSON.stringify({
      jsonrpc: '2.0',
      id: 0,
      method: 'initialize',
      params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'test', version: '1' } },
    }),
  })
  await begun.text()
  const session = begun.headers.get('mcp-session-id') ?? ''
  expect(session).not.toBe('')
  const path = join(folder, 'note.txt')
  for (const url of [there, here, there])
    expect(await rawCall(url, key, session, 'files__read_text_file', { path })).toContain('hello from a file')
})
