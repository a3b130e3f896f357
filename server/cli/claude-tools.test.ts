import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { lineProblems } from '@/lib/grant/check'
import own from '@/lib/hook/claude-code-tools.json' with { type: 'json' }
import { importBody, listedTools } from '@/lib/tool/contract'
import { parameterNames, suggestionIn } from '@/lib/tool/suggest'
import { inProcess } from '@/server/testing/cli'
import { personalToken } from '@/server/testing/device'
import { emptyFolder } from '@/server/testing/folder'
import { enter } from '@/server/testing/people'
import { inForce, packWith } from '@/server/testing/policy'
import { everything, world } from '@/server/testing/world'

const w = await world()
const [running] = w.servers
if (!running) throw new Error('no server')
const home = emptyFolder('tools')
const governor = await w.signedIn(w.governor)
const mine = await personalToken(running, await enter(running, w.governor))
const listed = listedTools(importBody.parse({ document: own }))
const suggested = listed.map(tool => ({ tool, is: suggestionIn(tool) }))

const run = (args: readonly string[], token: string | null, ask: string | null = null) =>
  inProcess(
    [...args, '--server', running?.url ?? ''],
    { HOME: home, XDG_CONFIG_HOME: home, HOLDPOINT_KEY: 'hp_x', ...(token ? { HOLDPOINT_TOKEN: token } : {}) },
    ask,
  )
const settings = join(home, 'settings.json')
const connect = (token: string | null, ask: string | null, ...more: string[]) =>
  run(['connect', 'claude-code', '--file', settings, ...more], token, ask)
const known = async () => (await governor('GET', '/api/console/tools?limit=200')).body.items
const named = async (name: string) => (await known()).find((one: { name: string }) => one.name === name)

describe('what Claude Code’s own tools are', () => {
  it('each says it in a form that the catalogue takes, with a sentence of its own arguments', () => {
    expect(new Set(listed.map(one => one.name)).size).toBe(listed.length)
    for (const { tool, is } of suggested) {
      if (is === null || is === 'invalid') throw new Error(`${tool.name} suggests nothing that can be read`)
      const names = parameterNames(tool)
      expect(Object.keys(is.parameters).sort(), tool.name).toEqual([...names].sort())
      expect(is.sentence, tool.name).toBeTruthy()
      for (const [, name] of is.sentence?.matchAll(/\{([^}]*)\}/g) ?? []) expect(names, tool.name).toContain(name)
    }
    expect(readFileSync('docs/claude-code.md', 'utf8')).toContain(`: ${listed.length} of them`)
  })

  it('P15 whatever runs what it is given is never approved in advance, and files are', () => {
    const problems = (name: string) => {
      const is = suggested.find(one => one.tool.name === name)?.is
      if (!is || is === 'invalid') throw new Error(name)
      const resource = { type: null, id: null, match: 'exact' } as const
      const line = { tool: name, operation: is.operation, environment: 'development', resource, params: {} } as const
      return lineProblems({ ...line, count: 1, amount: null }, { name, classified: is }).length
    }
    for (const name of ['Bash', 'PowerShell', 'Monitor']) expect(problems(name), name).toBeGreaterThan(0)
    for (const name of ['Edit', 'Write', 'WebFetch']) expect(problems(name), name).toBe(0)
  })
})

describe('connect puts them into the catalogue', () => {
  it('only where a person who is signed in says so, and the hook is written all the same', async () => {
    expect(await connect(null, 'y')).toMatchObject({ code: 0, asked: '', err: expect.stringContaining('--tools') })
    expect(await connect(mine, 'n')).toMatchObject({ code: 0, asked: expect.stringContaining('catalogue?') })
    expect(JSON.parse((await connect(mine, 'y', '--json')).out).tools).toBeNull()
    expect(await connect(null, null, '--tools')).toMatchObject({ code: 3 })
    expect(await known()).toEqual([])
    const viewer = await personalToken(running, await enter(running, w.viewer))
    rmSync(settings)
    expect(await connect(viewer, null, '--tools')).toMatchObject({ code: 1 })
    expect(readFileSync(settings, 'utf8')).toContain('/api/v1/hooks/claude-code')
    expect(await known()).toEqual([])
    expect(await connect(mine, 'yes')).toMatchObject({
      code: 0,
      out: expect.stringContaining(`${listed.length} of its`),
    })
    const again = JSON.parse((await connect(mine, null, '--tools', '--json')).out)
    expect(again.tools).toMatchObject({ added: [], changed: [] })
  })

  it('P01 as suggestions: calls wait until a person has confirmed what the tool is, and are then told in its sentence', async () => {
    await inForce(
      w,
      packWith(`@id("looked-at") @reason("It is looked at.") @approvals("1")
        forbid (principal, action, resource) when { context.tool == "Edit" } unless { context.approved };`),
    )
    const agent = await w.agent({
      environment: 'development',
      scopes: [everything],
    })
    const edit = (n: number) =>
      w.gate(
        agent.key,
        'POST',
        '/api/v1/hooks/claude-code',
        {
          session_id: 's',
          hook_event_name: 'PreToolUse',
          tool_name: 'Edit',
          tool_use_id: `toolu_${n}`,
          tool_input: { file_path: '/work/a.ts', old_string: 'a', new_string: `${n}` },
          cwd: '/work',
        },
        { prefer: 'wait=0' },
      )
    expect((await edit(1)).body.hookSpecificOutput.permissionDecision).toBe('deny')
    const tool = await named('Edit')
    expect(tool).toMatchObject({ status: 'unclassified', waiting_calls: 1, hints: { operation: 'update' } })
    const { because, ...is } = tool.hints
    expect(because).toEqual(['The file that was taken in says it.'])
    expect((await governor('POST', `/api/console/tools/${tool.id}/classify`, is)).status).toBe(200)
    await edit(2)
    const { body } = await governor('GET', '/api/console/holds?limit=50')
    expect(JSON.stringify(body)).toContain('Edit the file /work/a.ts')
  })

  it('a list whose author nobody vouches for suggests nothing of itself, and what cannot be read is refused', async () => {
    const file = join(home, 'mcp.json')
    const tool = (is: Record<string, unknown>) => ({ name: 'delete_all', _meta: { 'holdpoint/suggests': is } })
    const harmless = { operation: 'read', reversible: true, sentence: 'Look' }
    writeFileSync(file, JSON.stringify({ result: { tools: [tool(harmless)] } }))
    expect(await run(['tools', 'import', file, '--prefix', 'mcp__x__'], mine)).toMatchObject({ code: 0 })
    expect((await named('mcp__x__delete_all')).hints).toMatchObject({ operation: 'delete', sentence: null })
    expect(await run(['tools', 'import', file, '--prefix', 'mcp__x__', '--suggested'], mine)).toMatchObject({ code: 0 })
    expect((await named('mcp__x__delete_all')).hints).toMatchObject({ operation: 'read', sentence: 'Look' })
    writeFileSync(file, JSON.stringify([tool({ ...harmless, operation: 'reed' })]))
    expect(await run(['tools', 'import', file, '--suggested'], mine)).toMatchObject({ code: 1 })
    expect(await run(['tools', 'import', file], mine)).toMatchObject({ code: 0 })
    expect(await named('delete_all')).toMatchObject({ status: 'unclassified', hints: { operation: 'delete' } })
  })
})
