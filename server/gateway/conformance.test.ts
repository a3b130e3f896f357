import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { conformance, type Found, keyed, scenarios } from '@/server/testing/conformance'
import { each, of2025, of2026, polling, shown } from '@/server/testing/conformance-scenarios'
import { definitions } from '@/server/testing/conforming-tools'
import { startGateway } from '@/server/testing/mcp'
import { richClient } from '@/server/testing/passing'
import { everything, world } from '@/server/testing/world'

// The runner of the protocol's authors, at the version that package.json names, with every scenario that it has for servers.
const w = await world()
const scope = everything
const decided = [...definitions().map(one => one.name), 'resources/read', 'prompts/get', 'completion/complete']
await w.tools(Object.fromEntries(decided.map(name => [name, { operation: 'read' as const }])))
const script = fileURLToPath(new URL('../testing/conforming-server.ts', import.meta.url))

/** The gateway in front of a server that has everything, which speaks both revisions or that of 2025 alone. */
async function behind(revision: string, upstream: string): Promise<ReadonlyMap<string, Found>> {
  const { key } = await w.agent({ scopes: [scope] })
  const everything = { command: process.execPath, args: [script, '-', upstream], prefix: '' }
  const gateway = await startGateway({ holdpoint: w.servers[0]?.url, wait_seconds: 0, servers: { everything } })
  // A scenario gives a call 600 ms: less than it takes to start the server's process that this agent's clients get of their own.
  const client = await richClient('modern', gateway.url, key, { elicit: () => ({ action: 'accept', content: {} }) })
  expect(await client.call('test_streaming_elicitation')).toContain('User response')
  return conformance(await keyed(gateway.url, key), revision)
}

const inOldWords = each(
  'A server of 2025-11-25 asks one question at a time, beside its answer, and gives it no name.',
  /expected key "user_name"|at least 3 inputRequests, got 1|did not return complete result/,
  {
    'input-required-result-basic-elicitation': 'sep-2322-elicitation-incomplete',
    'input-required-result-multiple-input-requests': 'sep-2322-multiple-inputs-incomplete',
    'input-required-result-ignore-extra-params': 'warning sep-2322-ignore-unexpected-params',
  },
)

shown('the gateway, to clients of 2026-07-28', of2026, await behind('2026-07-28', '2026'))
shown('the gateway, to clients of 2025-11-25', of2025, await behind('2025-11-25', '2026'), polling)
const old = 'the gateway before a server of 2025-11-25'
shown(`${old}, to clients of 2026-07-28`, of2026, await behind('2026-07-28', '2025'), inOldWords)
shown(`${old}, to clients of 2025-11-25`, of2025, await behind('2025-11-25', '2025'), polling)

it('what the runner has beside these is of the protocol’s extensions, which are not offered: tasks and skills', async () => {
  const known = new Set([...of2026, ...of2025])
  const others = [...(await scenarios())].filter(([name]) => !known.has(name))
  expect(others.filter(([, revisions]) => !revisions.includes('extension'))).toEqual([])
  expect(others.map(([name]) => name.replace(/^(tasks|sep-2640-skills)-.*$/, '$1'))).toEqual([
    ...Array(3).fill('sep-2640-skills'),
    ...Array(10).fill('tasks'),
  ])
})
