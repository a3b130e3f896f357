import { describe, expect, it } from 'vitest'
import { lineProblems } from '@/lib/grant/check'
import { lineOf } from '@/lib/grant/contract'
import { ofClass } from '@/lib/grant/cover'
import type { Classified, Meaning } from '@/lib/tool/tool'
import { distinct, isOrdinary, workOf } from './envelope'
import { submissionOf } from './submission'

const call = (cwd: string, tool_name: string, tool_input: Record<string, unknown>) =>
  submissionOf({ hook_event_name: 'PreToolUse', session_id: 's', tool_use_id: 't', tool_name, tool_input, cwd })
const classified = (parameters: Readonly<Record<string, Meaning>> = {}): Classified => ({
  operation: 'update',
  reversible: true,
  external: false,
  asks_person: false,
  sensitivity: 'internal',
  parameters,
  sentence: null,
})
const meanings: Readonly<Record<string, Meaning>> = {
  to: 'recipient',
  text: 'body',
  amount: 'amount',
  id: 'resource_id',
}

/** The lines of a call, as a standing approval would keep them. */
const linesOf = (cwd: string, tool: string, input: Record<string, unknown>) =>
  workOf(call(cwd, tool, input), cwd, meanings).map(({ line }) => ({
    id: 'gln_0' as const,
    ...lineOf(line, { classified: classified(meanings) }, 'development'),
  }))
/** Does any of them cover this call? */
const covers = (lines: ReturnType<typeof linesOf>, cwd: string, tool: string, input: Record<string, unknown>) => {
  const { resource, params } = call(cwd, tool, input)
  return lines.some(line =>
    ofClass(line, {
      agent_id: 'agt_0',
      tool,
      operation: 'update',
      environment: 'development',
      resource_type: resource?.type ?? null,
      resource_id: resource?.id ?? null,
      attributes: resource?.attributes !== undefined,
      params,
      amount: null,
      currency: null,
      session: 's',
      task: null,
      approvals: 1,
      at: new Date(0),
    }),
  )
}
const edit = (file_path: string) => ({ file_path, old_string: 'a', new_string: 'b' })

describe('work on files', () => {
  it.each([
    ['/work/shop', '/work/shop/src/a.ts', '/work/shop/docs/b.md'],
    ['/work/shop/', '/work/shop/a.ts', '/work/shop/b.ts'],
    ['/home/me/.trees/shop', '/home/me/.trees/shop/a.ts', '/home/me/.trees/shop/b.ts'],
    ['C:\\work\\shop', 'C:\\work\\shop\\a.ts', 'C:\\work\\shop\\src\\b.ts'],
  ])('P15 in %s is the files below it: %s, and so %s', (cwd, path, other) => {
    const lines = linesOf(cwd, 'Edit', edit(path))
    expect(lines).toHaveLength(3)
    for (const line of lines)
      expect(lineProblems(line, { name: line.tool, classified: classified(meanings) })).toEqual([])
    for (const one of [path, other]) {
      expect(covers(lines, cwd, 'Edit', edit(one))).toBe(true)
      expect(covers(lines, cwd, 'Edit', { ...edit(one), replace_all: true })).toBe(true)
      expect(covers(lines, cwd, 'Write', { file_path: one, content: 'x' })).toBe(true)
    }
  })

  it.each([
    '/etc/passwd',
    '/work/shop',
    '/work/shops/a.ts',
    '/work/shop/../x',
    '/work/shop/a/../../../etc/passwd',
    '/work/shop/..%2fx',
    '/work/shop/a\u202e.ts',
    '/work/shop/a.ts ',
    '/work/shop/.env',
    '/work/shop/.claude/settings.json',
    '/work/shop/a/.git/config',
    '/work/shop/./.mcp.json',
    `/work/shop/${'a/'.repeat(600)}.git/config`,
    'src/a.ts',
    '~/a.ts',
    '\\work\\shop\\a.ts',
  ])('P08 P15 %j is not among them', path => {
    const lines = linesOf('/work/shop', 'Edit', edit('/work/shop/a.ts'))
    expect(covers(lines, '/work/shop', 'Edit', edit(path))).toBe(false)
    expect(covers(lines, '/work/shop', 'Write', { file_path: path, content: '' })).toBe(false)
  })

  it('is nothing where the folder is not known, is a whole disk, or the call is of another form', () => {
    expect(linesOf('', 'Edit', edit('/work/a.ts'))).toEqual([])
    const whole = linesOf('/', 'Edit', edit('/a.ts'))
    for (const line of whole)
      expect(lineProblems(line, { name: line.tool, classified: classified(meanings) })).not.toEqual([])
    expect(linesOf('/work', 'Edit', { old_string: 'a', new_string: 'b' })).toEqual([])
    const lines = linesOf('/work', 'Edit', edit('/work/a.ts'))
    for (const more of [{ x: 1 }, { replace_all: 'yes' }, { new_string: 'x'.repeat(20_001) }])
      expect(covers(lines, '/work', 'Edit', { ...edit('/work/a.ts'), ...more })).toBe(false)
  })
})

describe('work on pages', () => {
  const page = (url: string) => ({ url, prompt: 'What?' })
  const lines = linesOf('/work', 'WebFetch', page('https://docs.example/a'))

  it('P15 is the pages of one host', () => {
    expect(lines).toHaveLength(1)
    expect(covers(lines, '/work', 'WebFetch', page('https://docs.example/b?c=d'))).toBe(true)
    for (const url of [
      'http://docs.example/a',
      'https://docs.example.evil.example/a',
      'https://docs.example@evil.example/a',
      'https://docs.example:8443/a',
      'https://evil.example/https://docs.example/',
      'HTTPS://DOCS.EXAMPLE/a',
      'https://docs.example/../x',
    ])
      expect(covers(lines, '/work', 'WebFetch', page(url)), url).toBe(false)
    for (const url of ['data:text/plain,x', 'not an address', 'file:///etc/passwd'])
      expect(linesOf('/work', 'WebFetch', page(url)), url).toEqual([])
  })
})

describe('the same call again', () => {
  const reply = { to: 'ann', text: 'Yes', amount: '20', id: 'T-1', open: true }
  const lines = linesOf('/work', 'mcp__desk__reply', reply)

  it('P15 may have other text and less of what counts, and nothing else', () => {
    const again = (more: object) => covers(lines, '/work', 'mcp__desk__reply', { ...reply, ...more })
    for (const more of [{}, { text: 'No' }, { amount: '0' }, { amount: '19.9999' }]) expect(again(more)).toBe(true)
    for (const more of [
      { to: 'bob' },
      { id: 'T-2' },
      { open: false },
      { open: 'true' },
      { amount: '20.0001' },
      { amount: '-1' },
      { amount: 'NaN' },
      { amount: null },
      { cc: 'bob' },
      { text: { to: 'bob' } },
      { text: 'x'.repeat(20_001) },
    ])
      expect(again(more), JSON.stringify(more)).toBe(false)
  })

  it('is nothing new where nothing may differ; a call without arguments is itself', () => {
    expect(linesOf('/work', 'mcp__desk__look', { id: 'T-1' })).toEqual([])
    expect(linesOf('/work', 'mcp__desk__run', {})).toMatchObject([{ tool: 'mcp__desk__run', params: {} }])
    expect(linesOf('/work', 'mcp__desk__pay', { amount: '-5' })).toEqual([])
  })

  it('each class is asked for once, and what is grave is not ordinary', () => {
    const works = workOf(call('/work', 'Edit', edit('/work/a.ts')), '/work', {})
    expect(distinct([...works, ...works], 20)).toEqual(works)
    expect(distinct(works, 1)).toHaveLength(1)
    for (const one of ['pay', 'delete', 'deploy', 'secret', 'privilege', 'revoke', 'delegate'] as const)
      expect(isOrdinary(one)).toBe(false)
  })
})
