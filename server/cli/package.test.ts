import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { beforeAll, describe, expect, it } from 'vitest'
import { root } from '@/server/root'
import { agree } from '@/server/testing/authzen'
import { personalToken } from '@/server/testing/device'
import { emptyFolder } from '@/server/testing/folder'
import { pipedClient, upstreamFolder } from '@/server/testing/mcp'
import { enter } from '@/server/testing/people'
import { everything, world } from '@/server/testing/world'

const w = await world()
const [running] = w.servers
if (!running) throw new Error('no server')
const folder = emptyFolder('package')
const upstream = upstreamFolder()
const scopes = [everything]
let key = ''
let tarball = ''

/** What somebody has who is nowhere near a clone: this Node, npm, and an empty home. */
const surroundings = (more: Record<string, string> = {}) => ({
  NODE_ENV: 'production' as const,
  PATH: [dirname(process.execPath), process.env.PATH].join(delimiter),
  HOME: folder,
  npm_config_cache: join(folder, '.npm'),
  npm_config_update_notifier: 'false',
  HOLDPOINT_URL: running.url,
  ...more,
})
const started = promisify(execFile)
async function run(program: string, args: readonly string[], more: Record<string, string> = {}, cwd = folder) {
  const done = await started(program, args, { cwd, env: surroundings(more), timeout: 100_000 }).catch(error => error)
  return { code: Number(done.code ?? 0), out: String(done.stdout), err: String(done.stderr) }
}
const holdpoint = (args: readonly string[], more?: Record<string, string>) =>
  run('npx', ['--no-install', 'holdpoint', ...args], more)
const installed = (...path: string[]) => join(folder, 'node_modules', 'holdpoint', ...path)

beforeAll(async () => {
  await w.tools({ up__look: { operation: 'read' }, up__pay: { operation: 'pay', parameters: { amount: 'amount' } } })
  key = (await w.agent({ scopes, environment: 'development' })).key
  const packed = await run('npm', ['pack', '--silent', '--pack-destination', folder], {}, join(root, 'npm'))
  expect(packed.code, packed.err).toBe(0)
  tarball = packed.out.trim().split('\n').at(-1) ?? ''
  const done = await run('npm', ['install', '--offline', '--no-audit', '--no-fund', `./${tarball}`])
  expect(done.code, done.err).toBe(0)
}, 120_000)

describe('the npm package', () => {
  it('is one small archive without dependencies, scripts that run, a server or anything of where it was made', () => {
    expect(tarball).toMatch(/^holdpoint-\d+\.\d+\.\d+\.tgz$/)
    expect(statSync(join(folder, tarball)).size).toBeLessThan(1_000_000)
    const about = JSON.parse(readFileSync(installed('package.json'), 'utf8'))
    expect(about.dependencies).toBeUndefined()
    expect(about.peerDependenciesMeta).toEqual({ '@cedar-policy/cedar-wasm': { optional: true } })
    const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
    for (const [name, version] of Object.entries(about.peerDependencies)) expect(dependencies[name]).toBe(version)
    expect(Object.keys(about.scripts)).toEqual(['prepack'])
    expect(about.version).toBe(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version)
    expect(readdirSync(installed())).toEqual(['README.md', 'dist', 'package.json'])
    expect(readdirSync(join(folder, 'node_modules')).filter(one => !one.startsWith('.'))).toEqual(['holdpoint'])
    for (const file of readdirSync(installed('dist'))) {
      const text = readFileSync(installed('dist', file), 'utf8')
      expect(text.includes(root), file).toBe(false)
      for (const one of ['createNextServer', 'prisma', 'pg_advisory'])
        expect(text.includes(one), `${file} ${one}`).toBe(false)
    }
    const licences = readFileSync(installed('dist', 'LICENSES.txt'), 'utf8')
    for (const one of ['@modelcontextprotocol/server', 'zod', 'pino', 'socket.io-client'])
      expect(licences).toContain(one)
  })

  it('says what it can do, what it is, and what it leaves to the whole of Holdpoint', async () => {
    const help = await holdpoint(['--help'])
    expect(help).toMatchObject({ code: 0, err: '' })
    for (const one of ['doctor', 'gateway', 'mcp-server', 'connect', 'verify', 'login'])
      expect(help.out).toContain(`  ${one} `)
    expect((await holdpoint(['--version'])).out.trim()).toBe(tarball.replace(/^holdpoint-|\.tgz$/g, ''))
    expect(await holdpoint(['start'])).toMatchObject({ code: 2, err: expect.stringContaining('whole of Holdpoint') })
    expect(await holdpoint(['dance'])).toMatchObject({ code: 2, out: '' })
  })

  it('finds out what is wrong with a connection', async () => {
    expect(await holdpoint(['doctor'], { HOLDPOINT_KEY: key })).toMatchObject({ code: 0 })
    expect(await holdpoint(['doctor'], { HOLDPOINT_KEY: 'hp_nobody' })).toMatchObject({ code: 3 })
    expect((await holdpoint(['doctor', '--server', 'http://127.0.0.1:9'])).code).toBe(4)
  })

  it('connects Claude Code with its tools, lists what waits, and gives the settings back', async () => {
    const mine = { HOLDPOINT_TOKEN: await personalToken(running, await enter(running, w.governor)), HOLDPOINT_KEY: key }
    const project = join(folder, 'project')
    mkdirSync(join(project, '.claude'), { recursive: true })
    const settings = join(project, '.claude', 'settings.json')
    writeFileSync(settings, '{ "model": "opus" }')
    const connected = await holdpoint(['connect', 'claude-code', '--tools', '--json', '--file', settings], mine)
    expect(JSON.parse(connected.out)).toMatchObject({
      file: settings,
      tools: { added: expect.arrayContaining(['Edit']) },
    })
    const { hooks } = JSON.parse(readFileSync(settings, 'utf8'))
    expect(hooks.PreToolUse[0].hooks[0]).toMatchObject({
      url: `${running.url}/api/v1/hooks/claude-code`,
      onFailure: 'block',
    })
    await holdpoint(['disconnect', 'claude-code', '--file', settings], mine)
    expect(readFileSync(settings, 'utf8')).toBe('{ "model": "opus" }')
    expect(await holdpoint(['holds', '--json'], mine)).toMatchObject({ code: 0 })
  })

  it('stands in front of an MCP server: what is allowed is sent on, what waits is sent once people have agreed', async () => {
    const file = join(folder, 'gateway.json')
    writeFileSync(file, JSON.stringify({ holdpoint: running.url, wait_seconds: 30, servers: { up: upstream.stdio } }))
    const program = join(folder, 'node_modules', '.bin', 'holdpoint')
    const client = await pipedClient(
      program,
      ['gateway', '--config', file, '--stdio'],
      surroundings({ HOLDPOINT_KEY: key }),
    )
    expect((await client.list()).map(one => one.name)).toContain('up__look')
    await client.call('up__look', { amount: '1' })
    const waits = client.call('up__pay', { amount: '5' })
    const held = async () =>
      (await w.gate(key, 'GET', '/api/v1/actions?limit=5')).body.items.find(
        (one: { status: string }) => one.status === 'held',
      )
    await expect.poll(async () => (await held())?.params, { timeout: 20_000 }).toEqual({ amount: '5' })
    expect(upstream.calls().map(one => one.name)).toEqual(['look'])
    expect((await agree(w, (await held()).hold.id)).status).toBe(201)
    expect(JSON.stringify(await waits)).toContain('done pay')
    expect(upstream.calls().map(one => one.name)).toEqual(['look', 'pay'])
    await client.close()
  })

  it('pulls and checks the policy once its evaluator is there, and says what to install where it is not', async () => {
    const mine = { HOLDPOINT_TOKEN: await personalToken(running, await enter(running, w.governor)) }
    const without = await holdpoint(['policy', 'pull', 'policy.cedar'], mine)
    expect(without).toMatchObject({ code: 2, err: expect.stringContaining('npm install @cedar-policy/cedar-wasm@') })
    const beside = join('node_modules', '@cedar-policy', 'cedar-wasm')
    cpSync(join(root, beside), join(folder, beside), { recursive: true })
    expect(await holdpoint(['policy', 'pull', 'policy.cedar'], mine)).toMatchObject({ code: 0 })
    expect(await holdpoint(['policy', 'validate', 'policy.cedar'])).toMatchObject({ code: 0 })
    writeFileSync(join(folder, 'policy.cedar'), 'forbid (principal, action, resource) when { context.nothing };')
    expect(await holdpoint(['policy', 'validate', 'policy.cedar'])).toMatchObject({ code: 1 })
  })

  it('gives an agent the tools with which it asks', async () => {
    const program = join(folder, 'node_modules', '.bin', 'holdpoint')
    const client = await pipedClient(program, ['mcp-server'], surroundings({ HOLDPOINT_KEY: key }))
    expect((await client.list()).length).toBe(4)
    await client.close()
  })
})
