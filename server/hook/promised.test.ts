import { describe, expect, it } from 'vitest'
import { applyChanges } from '@/server/engine/apply-changes'
import { agree } from '@/server/testing/authzen'
import { hooked } from '@/server/testing/hooked'
import { inForce, packWith } from '@/server/testing/policy'

const { w, agent, scope, waits, begin } = await hooked()
const [server] = w.servers
if (!server) throw new Error('no server')
const governor = await w.signedIn(w.governor)
const doing = { permissionDecision: 'allow' }
const waiting = { permissionDecision: 'deny', permissionDecisionReason: expect.stringContaining('waits for people') }
const off = { query: '?envelope=off' }
const held = async (key: string) =>
  (await w.gate(key, 'GET', '/api/v1/actions?limit=5')).body.items.find((one: { hold: unknown }) => one.hold)
const contain = async (target: { type: string; id: string }, level: string) => {
  const { body } = await governor('POST', '/api/console/containment', { target, level, reason: 'A look.' })
  return () => governor('POST', `/api/console/containment/${body.id}/lift`, { reason: 'It is fine.' })
}

describe('O06 where an agent is watched only', () => {
  it('Claude Code goes on by its own rules for what would wait, and is held back from what may never be watched', async () => {
    const watched = await w.agent({ scopes: [scope], environment: 'development' })
    const way = { key: watched.key, ...off }
    const { said, edit } = begin()
    expect(await edit('/work/shop/a.ts', way)).toMatchObject(waiting)
    const second = await w.signedIn(await w.person('Sam Second', [{ role: 'governor', team_id: null }]))
    const target = { type: 'agent', id: watched.id }
    await w.db.pool.query('update registry set version = version + 1')
    const asked = await governor('POST', '/api/console/enforcement', { target, days: 7, reason: 'To see.' })
    const { shown_digest: digest } = (await second('GET', `/api/console/holds/${asked.body.hold_id}`)).body
    await second('POST', `/api/console/holds/${asked.body.hold_id}/reviews`, { verdict: 'approve', digest })
    await applyChanges(server.app)
    expect(await edit('/work/shop/b.ts', way)).toEqual({ hookEventName: 'PreToolUse' })
    expect(await said('mcp__desk__pay', { amount: '5' }, way)).toMatchObject(waiting)
  })
})

describe('A07 a switch', () => {
  it('reaches a subagent as an instance of its own, and leaves the main thread and other subagents', async () => {
    const lift = await contain({ type: 'instance', id: `${agent.id}/sub-1` }, 'paused')
    const { said } = begin()
    const read = (more: Record<string, unknown>) => said('mcp__desk__note', {}, { more })
    await w.tools({ mcp__desk__note: { operation: 'read' } })
    expect((await read({ agent_id: 'sub-1' })).permissionDecisionReason).toContain('containment.paused')
    expect(await read({ agent_id: 'sub-2' })).toMatchObject(doing)
    expect(await read({})).toMatchObject(doing)
    await lift()
  })

  it('ends a call that waits: it is denied in the same answer, and is not run', async () => {
    const stopped = await w.agent({ scopes: [scope], environment: 'development' })
    const { edit } = begin()
    const waits = edit('/work/shop/a.ts', { key: stopped.key, wait: 60, ...off })
    await expect.poll(async () => (await held(stopped.key))?.status, { timeout: 10_000 }).toBe('held')
    await governor('POST', '/api/console/containment', {
      target: { type: 'agent', id: stopped.id },
      level: 'quarantined',
      reason: 'Something is wrong.',
    })
    expect(await waits).toMatchObject({
      permissionDecision: 'deny',
      permissionDecisionReason: expect.stringContaining('not allowed'),
    })
  })
})

describe('what docs/claude-code.md says besides', () => {
  it('an obligation that a hook cannot see to is a denial in words, one that needs nothing of it is not', async () => {
    await w.tools({ mcp__desk__tell: { operation: 'read' }, mcp__desk__log: { operation: 'read' } })
    await inForce(
      w,
      packWith(`${waits}
        @id("masked") @reason("Without the secret.") @obligation("mask:secret")
        permit (principal, action == Action::"read", resource) when { context.tool == "mcp__desk__tell" };
        @id("logged") @reason("It is written down.") @obligation("log; execute_within:5m")
        permit (principal, action == Action::"read", resource) when { context.tool == "mcp__desk__log" };`),
    )
    const { said } = begin()
    const answer = await said('mcp__desk__tell', {})
    expect(answer.permissionDecision).toBe('deny')
    expect(answer.permissionDecisionReason).toContain('cannot keep: mask')
    expect(await said('mcp__desk__log', {})).toMatchObject(doing)
    await inForce(w, packWith(waits))
  })

  it('the model reads the comment of whoever rejected, and how to go on', async () => {
    const { said } = begin()
    const same = { file_path: '/work/shop/c.ts', old_string: 'a', new_string: 'comment' }
    const way = { wait: 60, ...off }
    const waits = said('Edit', same, way)
    await expect.poll(async () => (await held(agent.key))?.params?.new_string, { timeout: 10_000 }).toBe('comment')
    await agree(w, (await held(agent.key)).hold.id, 'reject')
    const { permissionDecision, permissionDecisionReason } = await waits
    expect(permissionDecision).toBe('deny')
    expect(permissionDecisionReason).toContain('Not like this.')
  })

  it('P14 what is to run outside of the sandbox waits, and so does a command that hands on, where plain ones are allowed', async () => {
    await inForce(w, packWith(''))
    const { said } = begin()
    expect(await said('Bash', { command: 'git status' })).toMatchObject(doing)
    expect(await said('Bash', { command: 'git status', dangerouslyDisableSandbox: true })).toMatchObject(waiting)
    for (const command of ['sudo git status', 'sh -c ls', 'A=b git status', 'ls > f', 'ls\nls', 'ls *.ts'])
      expect(await said('Bash', { command }), command).toMatchObject(waiting)
    await inForce(w, packWith(waits))
  })

  it('P14 a scope of one command covers its arguments however they are quoted, and nothing that is more', async () => {
    await inForce(w, packWith(''))
    const narrow = await w.agent({
      scopes: [{ ...scope, tool_pattern: 'Bash', resource_pattern: 'command:git *' }],
      environment: 'development',
    })
    const { said } = begin()
    const run = (command: string) => said('Bash', { command }, { key: narrow.key })
    for (const command of ['git log', `'git'  "log"`, 'git commit -m x'])
      expect(await run(command)).toMatchObject(doing)
    for (const command of ['rm x', 'gitx log', 'git log; rm x', 'git $(rm x)', 'GIT_DIR=x git log'])
      expect((await run(command)).permissionDecision, command).toBe('deny')
    await inForce(w, packWith(waits))
  })

  it('a body over 1 MiB is refused, and so not run; a member that is not known is read over', async () => {
    const send = (content: string, more = {}) =>
      w.gate(agent.key, 'POST', '/api/v1/hooks/claude-code', {
        session_id: 'large',
        hook_event_name: 'PreToolUse',
        tool_name: 'mcp__desk__note',
        tool_use_id: `toolu_${content.length}`,
        tool_input: { content },
        ...more,
      })
    expect(await send('x'.repeat(1_048_576))).toMatchObject({ status: 413, body: { code: 'request.too_large' } })
    expect((await send('x', { of_a_later_version: { n: 1 } })).body.hookSpecificOutput).toMatchObject(doing)
  })
})
