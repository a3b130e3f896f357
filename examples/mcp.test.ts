import { execFile } from 'node:child_process'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { childGateway } from '@/server/testing/child-gateway'
import { decideHold } from '@/server/testing/deciding'
import { emptyFolder } from '@/server/testing/folder'
import { everything, world } from '@/server/testing/world'

const root = fileURLToPath(new URL('..', import.meta.url))
const there = (path: string) => join(root, path)
const w = await world()
const approver = await w.signedIn(w.approver)
const scope = everything
await w.tools({ files__write_file: { operation: 'pay' } })
const { id, key } = await w.agent({ scopes: [scope] })
const folder = emptyFolder('mcp-example')

const config = JSON.parse(readFileSync(there('examples/mcp/gateway.json'), 'utf8'))
const env = { HOLDPOINT_URL: w.servers[0]?.url ?? '', HOLDPOINT_KEY: key, FILES: folder }
// A free port and a shorter wait, so that it is asked more than once; all else is as it is in the file.
const gateway = await childGateway({ ...config, listen: { port: 0 }, wait_seconds: 1 }, env)
const url = await gateway.start()

function agent(): Promise<{ said: string; failed: string }> {
  return new Promise(resolve => {
    const given = { env: { ...process.env, NODE_OPTIONS: '', ...env, GATEWAY_URL: url }, timeout: 50_000 }
    execFile(process.execPath, [there('examples/mcp/agent.ts')], given, (_, said, failed) => resolve({ said, failed }))
  })
}

it('the MCP example writes its file once it is approved', async () => {
  const running = agent()
  await decideHold(approver, id, { verdict: 'approve' })
  const ended = await running
  expect(ended.said, ended.failed).toContain('Successfully wrote')
  expect(ended.failed).toContain('Waiting for people to decide')
  expect(readFileSync(join(folder, 'bill.txt'), 'utf8')).toContain('98.70')
  rmSync(join(folder, 'bill.txt'))
})

it('the MCP example writes nothing when it is rejected, and says what the reviewer said', async () => {
  const running = agent()
  await decideHold(approver, id, { verdict: 'reject', comment: 'not this month' })
  expect((await running).said).toMatch(/^not written: Holdpoint: .*not this month/)
  expect(existsSync(join(folder, 'bill.txt'))).toBe(false)
})

it('docs/mcp.md prints the configuration that is run here, to the letter', () => {
  const printed = /```json\n(\{\n {2}"holdpoint".*?)```/s.exec(readFileSync(there('docs/mcp.md'), 'utf8'))?.[1]
  expect(printed).toBe(readFileSync(there('examples/mcp/gateway.json'), 'utf8'))
})
