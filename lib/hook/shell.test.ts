import { describe, expect, it } from 'vitest'
import { isComposite } from '@/lib/kernel/command'
import { argumentsOf, commandLine } from './shell'
import { pathFrom, submissionOf } from './submission'

const call = (tool_name: string, tool_input: Record<string, unknown>) =>
  submissionOf({
    hook_event_name: 'PreToolUse',
    session_id: 's',
    tool_use_id: 't',
    tool_name,
    tool_input,
    cwd: '/work/shop',
  })

describe('one plain command', () => {
  it.each([
    ['git status', ['git', 'status']],
    ['  git   log  --oneline -5 ', ['git', 'log', '--oneline', '-5']],
    ["git commit -m 'fix; done | $x'", ['git', 'commit', '-m', 'fix; done | $x']],
    ['grep -n "a b" src/x.ts', ['grep', '-n', 'a b', 'src/x.ts']],
    [`echo "it's" a''b`, ['echo', "it's", 'ab']],
    ['npm test -- --grep=a,b', ['npm', 'test', '--', '--grep=a,b']],
    ['"git" "" x', ['git', '', 'x']],
    ['cat naïve.txt', ['cat', 'naïve.txt']],
  ])('P14 %j is its arguments', (text, words) => {
    expect(argumentsOf(text)).toEqual(words)
  })

  it('P14 is written down the same however it was quoted, and what a shell reads in it counts as more than one', () => {
    expect(commandLine(argumentsOf('git  "log"') ?? [])).toBe('git log')
    const line = commandLine(argumentsOf("git commit -m 'a; b'") ?? [])
    expect(argumentsOf(line)).toEqual(['git', 'commit', '-m', 'a; b'])
    expect(isComposite('command', line)).toBe(true)
    expect(commandLine(["it's"])).toBe("'it'\\''s'")
  })

  it.each([
    '',
    '   ',
    'a; b',
    'a && b',
    'a | sh',
    'a & b',
    'a $(b)',
    'a `b`',
    'a $HOME',
    'a "$(b)"',
    'a "`b`"',
    'a "x\\"; b"',
    'a \\; b',
    'a > f',
    'a < f',
    'a <<E\nb\nE',
    'a\nb',
    'a\rb',
    'ls *.ts',
    'ls [ab]',
    'ls ?',
    'ls {a,b}',
    'cd ~',
    '!! x',
    'git log # x',
    'A=b git status',
    'PATH=/tmp git status',
    '=git status',
    'git =x',
    'sh -lc x',
    '/bin/bash -c x',
    'eval x',
    'sudo x',
    'env git x',
    'xargs rm',
    'if true',
    "git 'a",
    'git "a',
    '(git x)',
    'git\u00a0status',
    'git status\u2028rm',
    'git \u202estatus',
    'git st\u200batus',
    "git 'a\nb'",
    'git ;x',
  ])('P14 %j is not taken for one', text => {
    expect(argumentsOf(text)).toBeNull()
  })

  it('P14 what is not one begins with a prompt, counts as more than one, and claims what holds', () => {
    for (const command of [
      'git status; rm -rf /',
      "git 'a",
      'sh -c x',
      '',
      'git \u202estatus',
      `git ${'x'.repeat(2_000)}`,
    ]) {
      const { resource, operation } = call('Bash', { command })
      expect(resource?.type).toBe('command')
      expect(resource?.id?.startsWith('$ ')).toBe(true)
      expect(isComposite('command', resource?.id ?? null)).toBe(true)
      expect(operation).toBe('privilege')
    }
    expect(call('Bash', {}).operation).toBe('privilege')
    expect(call('Bash', { command: 'ls' }).operation).toBeUndefined()
    expect(call('Bash', { command: 'ls', dangerouslyDisableSandbox: true }).operation).toBe('privilege')
    expect(call('PowerShell', { command: 'git status' }).operation).toBe('privilege')
  })
})

describe('what a call is', () => {
  it('a plain command is its arguments, in its folder; what the model says beside it is its intent, and not decided upon', () => {
    expect(call('Bash', { command: 'git  status', description: 'Look', timeout: 5 })).toEqual({
      tool: 'Bash',
      resource: { type: 'command', id: 'git status', attributes: { cwd: '/work/shop' } },
      params: { command: 'git  status', timeout: 5 },
      intent: 'Look',
      context: { session: 's' },
    })
  })

  it('files are named by where their path leads', () => {
    expect(call('Write', { file_path: '/work/shop/../../etc/passwd', content: 'x' }).resource).toMatchObject({
      type: 'file',
      id: '/etc/passwd',
    })
    expect(pathFrom('/work/shop', './a/../b//c')).toBe('/work/shop/b/c')
    expect(pathFrom('/work', '../../../x')).toBe('/x')
    expect(pathFrom('/work', '~/x/../y')).toBe('~/y')
    expect(pathFrom('/work', '~/x/../../y')).toBe('/~/../y')
    expect(pathFrom('C:\\work', 'a\\..\\b')).toBe('C:/work/b')
    expect(call('Grep', { pattern: 'x' }).resource).toBeUndefined()
  })

  it('addresses are written as they are called; tools of servers are asked for by name', () => {
    expect(call('WebFetch', { url: 'HTTPS://Example.com/a/../b', prompt: 'x' }).resource?.id).toBe(
      'https://example.com/b',
    )
    const { tool, resource, params } = call('mcp__bank__pay', { amount: '5' })
    expect([tool, resource, params]).toEqual(['mcp__bank__pay', undefined, { amount: '5' }])
  })
})
