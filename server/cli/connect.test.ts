import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { inProcess, terminal } from '@/server/testing/cli'

const env = { HOLDPOINT_URL: 'https://holdpoint.acme.example', HOLDPOINT_KEY: 'hp_x' }
const { run: program, home } = terminal(env)
const run = (args: readonly string[]) => inProcess(args, { ...env, HOME: home, XDG_CONFIG_HOME: join(home, 'config') })
const address = 'https://holdpoint.acme.example/api/v1/hooks/claude-code'
let made = 0
/** A settings file of these bytes, in a folder of its own. */
function settings(bytes: string | null): string {
  const file = join(home, `project-${++made}`, '.claude', 'settings.json')
  if (bytes === null) return file
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, bytes)
  return file
}
const connect = (file: string, ...more: string[]) => run(['connect', 'claude-code', '--file', file, ...more])
const disconnect = (file: string) => run(['disconnect', 'claude-code', '--file', file])
const parsed = (file: string) => JSON.parse(readFileSync(file, 'utf8').replace(/^\ufeff/, ''))

const theirs = { matcher: 'Bash', hooks: [{ type: 'command', command: 'true' }] }
const odd: readonly (readonly [string, string])[] = [
  ['an empty file', ''],
  ['blank lines', '\n\n'],
  ['an empty object without a line end', '{}'],
  [
    'other hooks, tabs and an odd order',
    `{\n\t"z": 1.0,\n\t"hooks": {"Stop": [], "PreToolUse": [${JSON.stringify(theirs)}]},\n\t"a": [ ]\n}`,
  ],
  ['Windows line ends and a byte order mark', '\ufeff{\r\n    "model": "opus"\r\n}\r\n'],
  ['letters of all kinds and escapes', '{"a": "\\u00e9 é \\/ 🤝"}\n'],
  ['one line', '{"permissions":{"allow":["Bash(git *)"]},"env":{"A":"1"}}'],
]

describe('connect and disconnect', () => {
  it.each(odd)('gives %s back byte for byte, also when connected twice', async (_, bytes) => {
    const file = settings(bytes)
    chmodSync(file, 0o640)
    expect(await connect(file)).toMatchObject({ code: 0 })
    const [group] = parsed(file).hooks.PreToolUse.slice(-1)
    expect(group.hooks).toEqual([
      {
        type: 'http',
        url: address,
        timeout: 270,
        onFailure: 'block',
        headers: { Authorization: 'Bearer $HOLDPOINT_KEY', Prefer: 'wait=240' },
        allowedEnvVars: ['HOLDPOINT_KEY'],
        statusMessage: 'Asking Holdpoint',
      },
    ])
    expect(readFileSync(file, 'utf8')).not.toContain('hp_')
    expect(await connect(file, '--wait', '20', '--ask')).toMatchObject({ code: 0 })
    const groups = parsed(file).hooks.PreToolUse
    expect(groups.filter((one: { matcher: string }) => one.matcher === '*')).toHaveLength(1)
    expect(groups.at(-1).hooks[0]).toMatchObject({ url: `${address}?allowed=ask`, timeout: 50 })
    expect(await connect(file, '--ask', '--no-envelope')).toMatchObject({ code: 0 })
    expect(parsed(file).hooks.PreToolUse.at(-1).hooks[0].url).toBe(`${address}?allowed=ask&envelope=off`)
    if (bytes.includes('Stop')) expect(groups[0]).toEqual(theirs)
    expect(await disconnect(file)).toMatchObject({ code: 0 })
    expect(readFileSync(file, 'utf8')).toBe(bytes)
    expect(statSync(file).mode & 0o777).toBe(0o640)
  })

  it('what was not there is not there again, its folder neither', async () => {
    const file = settings(null)
    await connect(file)
    expect(Object.keys(parsed(file).hooks)).toEqual([
      'PreToolUse',
      'PostToolUse',
      'PostToolUseFailure',
      'UserPromptSubmit',
    ])
    await disconnect(file)
    expect(existsSync(dirname(file))).toBe(false)
    expect(await disconnect(file)).toMatchObject({ code: 1 })
  })

  it('where something else was changed meanwhile, only our part goes', async () => {
    const file = settings(JSON.stringify({ hooks: { PreToolUse: [theirs] }, model: 'opus' }, null, 4))
    await connect(file)
    const now = parsed(file)
    now.hooks.PreToolUse.at(-1).hooks.push({ type: 'command', command: 'echo' })
    now.hooks.Stop = [theirs]
    now.model = 'sonnet'
    writeFileSync(file, JSON.stringify(now, null, 4))
    expect(await disconnect(file)).toMatchObject({ code: 0 })
    const left = { matcher: '*', hooks: [{ type: 'command', command: 'echo' }] }
    const kept = { hooks: { PreToolUse: [theirs, left], Stop: [theirs] }, model: 'sonnet' }
    expect(readFileSync(file, 'utf8')).toBe(JSON.stringify(kept, null, 4))
    expect(await disconnect(file)).toMatchObject({ code: 1 })
  })

  it('a link stays one, and the file behind it is changed', async () => {
    const file = settings('{}\n')
    const link = join(home, 'linked.json')
    symlinkSync(file, link)
    await connect(link)
    expect(lstatSync(link).isSymbolicLink()).toBe(true)
    expect(parsed(file).hooks.PreToolUse).toHaveLength(1)
    await disconnect(link)
    expect(readFileSync(file, 'utf8')).toBe('{}\n')
  })

  it.each([
    ['no JSON', '{"a": 1,}'],
    ['a key that stands there twice', '{"model": "a", "model": "b"}'],
    ['hooks of another form', '{"hooks": {"PreToolUse": {}}}'],
    ['an array', '[]'],
    ['a number that would be another one', '{"n": 12345678901234567890}'],
  ])('%s is left alone', async (_, bytes) => {
    const file = settings(bytes)
    expect(await connect(file)).toMatchObject({ code: 2 })
    expect(readFileSync(file, 'utf8')).toBe(bytes)
  })

  it('INV-47 the key stands in the file only where that was said, and what keeps the hook from being called is told', async () => {
    const file = settings('{"disableAllHooks": true, "allowedHttpHookUrls": ["https://x/*"]}')
    const done = await connect(file, '--key', 'hp_secret')
    expect(done).toMatchObject({ code: 1, err: expect.stringContaining('disableAllHooks') })
    expect(done.err).toContain('allowedHttpHookUrls')
    expect(parsed(file).hooks.PreToolUse[0].hooks[0].headers.Authorization).toBe('Bearer hp_secret')
    expect(await connect(file, '--key', 'a key')).toMatchObject({ code: 2 })
    expect(await connect(file, '--key-env', 'lower')).toMatchObject({ code: 2 })
    expect(await connect(file, '--wait', '301')).toMatchObject({ code: 2 })
    expect(await run(['connect', 'something'])).toMatchObject({ code: 2 })
  })

  it('what tools answered is kept by the key of a recorder, where that was said', async () => {
    const file = settings('{}')
    const agent = 'agt_01M7YAVACZ2B7ED0351CNKF4ZY'
    expect(await connect(file, '--records', agent)).toMatchObject({ code: 0 })
    const [{ hooks }] = parsed(file).hooks.PostToolUse
    expect(hooks.map((one: { url: string }) => one.url)).toEqual([address, `${address}?records=${agent}`])
    expect(hooks[1]).toMatchObject({
      headers: { Authorization: 'Bearer $HOLDPOINT_RECORDER_KEY' },
      allowedEnvVars: ['HOLDPOINT_RECORDER_KEY'],
    })
    expect(parsed(file).hooks.PreToolUse[0].hooks).toHaveLength(1)
    expect(await connect(file, '--records', 'me')).toMatchObject({ code: 2 })
    await disconnect(file)
    expect(readFileSync(file, 'utf8')).toBe('{}')
  })

  it('project and user settings are those of where one stands and of who one is', async () => {
    const project = join(home, 'here')
    mkdirSync(project)
    const { out } = await program(['connect', 'claude-code', '--json'], { INIT_CWD: project })
    expect(JSON.parse(out)).toEqual({
      file: join(project, '.claude/settings.json'),
      url: address,
      warnings: [],
      tools: null,
    })
    const user = await run(['connect', 'claude-code', '--json', '--scope', 'user'])
    expect(JSON.parse(user.out).file).toBe(join(home, '.claude/settings.json'))
    expect(await run(['connect', 'claude-code', '--scope', 'everybody'])).toMatchObject({ code: 2 })
    expect(statSync(join(home, 'config/holdpoint/claude-code.json')).mode & 0o777).toBe(0o600)
  })
})

it('docs/claude-code.md prints the settings that are written, to the letter', async () => {
  const printed = /```json\n(.*?)```/s.exec(readFileSync('docs/claude-code.md', 'utf8'))?.[1]
  const file = settings(null)
  await connect(file)
  expect(readFileSync(file, 'utf8')).toBe(printed)
})
