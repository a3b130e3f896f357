import { fileURLToPath } from 'node:url'
import { expect } from 'vitest'
import { conformance, type Found, keyed } from '@/server/testing/conformance'
import { of2025, of2026, polling, shown } from '@/server/testing/conformance-scenarios'
import { definitions } from '@/server/testing/conforming-tools'
import { everything, world } from '@/server/testing/world'

// The same runner as before `holdpoint gateway`, at the gateway that is a part of Holdpoint.
const w = await world(1, { mcpCommands: [process.execPath] })
const scope = everything
const governor = await w.signedIn(w.governor)
const script = fileURLToPath(new URL('../testing/conforming-server.ts', import.meta.url))
const tools = definitions().map(one => one.name)
const prompts = ['simple_prompt', 'prompt_with_arguments', 'prompt_with_embedded_resource', 'prompt_with_image']
const names = [...tools, ...prompts.map(one => `test_${one}`), 'test_input_required_result_prompt']
const decided = [...tools, 'resources/read', 'prompts/get', 'completion/complete']
await w.tools(Object.fromEntries(decided.map(name => [`all__${name}`, { operation: 'read' as const }])))
const body = { name: 'all', command: process.execPath, args: [script, '-', '2026'] }
expect((await governor('POST', '/api/console/mcp-servers', body)).status).toBe(201)

async function here(revision: string): Promise<ReadonlyMap<string, Found>> {
  const { key } = await w.agent({ scopes: [scope] })
  return conformance(await keyed(`${w.servers[0]?.url}/mcp`, key, { server: 'all', names }), revision)
}

shown('/mcp, to clients of 2026-07-28', of2026, await here('2026-07-28'))
shown('/mcp, to clients of 2025-11-25', of2025, await here('2025-11-25'), polling)
