import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { hookPath } from '@/lib/hook/settings'
import { run } from '@/server/cli/run'
import { doors } from '@/server/http/doors'
import { agree } from '@/server/testing/authzen'
import { claudeCode, claudeHome, runClaude, serveHere } from '@/server/testing/claude-code'
import { inForce, packWith } from '@/server/testing/policy'
import { everything, world } from '@/server/testing/world'

const w = await world()
const scopes = [everything]
const rules = `
@id("no-writes") @reason("Nothing is written here.")
forbid (principal, action, resource) when { context.tool == "Write" };
@id("one-line") @reason("One line at a time.") @constrain("cap $amount 1")
forbid (principal, action, resource)
when { context.tool == "Read" && context has amount && context.amount.greaterThan(decimal("1.0")) } unless { context.constrained };
`
let key = ''

beforeAll(async () => {
  await w.tools({ Bash: {}, Write: {}, Read: { operation: 'read', parameters: { limit: 'amount' } } })
  await inForce(w, packWith(rules))
  key = (await w.agent({ scopes, environment: 'development' })).key
})

/** Somebody who has connected Claude Code to this server, as the command does it. */
async function connected(server = w.servers[0]?.url ?? '', wait = 0) {
  const at = claudeHome()
  const args = ['connect', 'claude-code', '--file', at.settings, '--server', server, '--wait', String(wait)]
  const code = await run(args, {
    env: { HOME: at.home, XDG_CONFIG_HOME: at.home, HOLDPOINT_KEY: key },
    ask: null,
    open: () => undefined,
    signal: new AbortController().signal,
    stdin: () => '',
    write: () => undefined,
    warn: () => undefined,
  })
  expect(code).toBe(0)
  return at
}
const touch = (line: string) => ({ name: 'Bash', input: { command: line, description: 'Leave a mark' } })
const latest = async () => (await w.gate(key, 'GET', '/api/v1/actions?limit=1')).body.items[0]

it('what connect writes calls a door that is there', () => {
  expect(doors.filter(one => one.method === 'POST' && one.path === hookPath)).toHaveLength(1)
})

if (claudeCode !== null)
  describe('the unmodified Claude Code', () => {
    it('runs what is allowed, and how it ended is known', async () => {
      const at = await connected()
      await runClaude(at, key, [touch('touch ran')])
      expect(readdirSync(at.work)).toEqual(['ran'])
      await expect.poll(async () => (await latest()).outcome, { timeout: 10_000 }).toBe('succeeded')
    })

    it('does not run what is denied, and the model reads why', async () => {
      const at = await connected()
      const input = { file_path: join(at.work, 'ran'), content: 'x' }
      const [told] = await runClaude(at, key, [{ name: 'Write', input }])
      expect(told).toContain('Nothing is written here.')
      expect(readdirSync(at.work)).toEqual([])
    })

    it('P14 does not run what waits; the same call made again runs once people have agreed', async () => {
      const at = await connected()
      const line = 'touch ran && echo twice >> twice'
      const agreed = async () => {
        expect(existsSync(join(at.work, 'ran'))).toBe(false)
        await agree(w, (await latest()).hold.id)
      }
      const [first, second, third] = await runClaude(at, key, [touch(line), agreed, touch(line), touch(line)])
      expect(first).toContain('/approvals/hld_')
      expect(second).toContain('"is_error":false')
      expect(third).toContain('waits for people')
      expect(readFileSync(join(at.work, 'twice'), 'utf8')).toBe('twice\n')
    })

    it('G15 runs the input that came back in place of the one that was asked for', async () => {
      const at = await connected()
      writeFileSync(join(at.work, 'lines'), 'first\nsecond\nthird\n')
      const input = { file_path: join(at.work, 'lines'), limit: 3 }
      const [told] = await runClaude(at, key, [{ name: 'Read', input }])
      expect(told).toContain('first')
      expect(told).not.toContain('second')
    })

    it('runs nothing when the server fails, is not Holdpoint, is not there, or does not know the key', async () => {
      const failing = await serveHere((_, response) => response.writeHead(500).end('{}'))
      const other = await serveHere((_, response) => response.end('<html>'))
      for (const [server, shown] of [
        [failing, key],
        [other, key],
        ['http://127.0.0.1:9', key],
        [undefined, 'hp_nobody'],
      ] as const) {
        const at = await connected(server)
        const [told] = await runClaude(at, shown, [touch('touch ran')])
        expect(told).toContain('blocking because onFailure')
        expect(readdirSync(at.work)).toEqual([])
      }
    })

    it('runs nothing when no answer comes in time', async () => {
      const at = await connected(await serveHere(() => undefined))
      const text = readFileSync(at.settings, 'utf8')
      expect(text).toContain('"timeout": 30')
      writeFileSync(at.settings, text.replace('"timeout": 30', '"timeout": 1'))
      const [told] = await runClaude(at, key, [touch('touch ran')])
      expect(told).toContain('timed out')
      expect(readdirSync(at.work)).toEqual([])
    })
  })
