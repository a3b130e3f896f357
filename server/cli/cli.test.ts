import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { terminal } from '@/server/testing/cli'
import { personalToken } from '@/server/testing/device'
import { enter } from '@/server/testing/people'
import { everything, world } from '@/server/testing/world'

const w = await world()
const [running] = w.servers
if (!running) throw new Error('no server')
const { url } = running
const { begin, run, heard, home, atTerminal } = terminal({ HOLDPOINT_URL: url })
const approver = await enter(running, w.approver)
const governor = await enter(running, w.governor)
let token = ''
let key = ''
const as = () => ({ HOLDPOINT_TOKEN: token })
const json = async (args: readonly string[], env: Record<string, string> = as()) => {
  const done = await run([...args, '--json'], env)
  return { ...done, body: JSON.parse(done.out || 'null') }
}
const held = async (params: Record<string, unknown>, tool = 'note') => {
  const { body } = await w.submit(key, { tool, params })
  expect(body.status, body.decision?.reason).toBe('held')
  return { hold: String(body.hold.id), action: String(body.id) }
}
const statusOf = async (action: string) =>
  (await w.gate(key, 'GET', `/api/v1/actions/${action}`, undefined, { prefer: 'wait=0' })).body

beforeAll(async () => {
  // What is grave asks for two who are not on the agent's side.
  await w.person('Bea Approver', [{ role: 'approver', team_id: w.team }])
  await w.db.pool.query('update registry set version = version + 1')
  await w.tools({ note: { operation: 'update' }, wipe: { operation: 'delete', reversible: false } })
  const scopes = [everything]
  key = (await w.agent({ scopes })).key
  token = await personalToken(running, approver)
})

describe('signing a command line in', () => {
  it('shows a code, waits for the person, keeps a token that nobody else can read, and ends it', async () => {
    const login = begin(['login', '--days', '2', '--name', 'my laptop'])
    await heard(login, /Compare {2}\S+/)
    const code = /Compare {2}(\S+)/.exec(login.err)?.[1] ?? ''
    expect(login.err).toContain('/device')
    const path = `/api/console/device/${code}`
    expect((await approver.call('GET', path)).json).toMatchObject({ machine: 'my laptop', days: 2, scope: 'decide' })
    await approver.call('POST', path, { verdict: 'allow' })
    expect(await login.ended).toMatchObject({ code: 0, out: expect.stringContaining('Signed in to') })
    const file = join(home, 'config', 'holdpoint', 'credentials.json')
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(readFileSync(file, 'utf8')).toContain('hpu_')
    const who = await json(['whoami'], {})
    expect(who).toMatchObject({ code: 0, body: { email: w.approver.email, scope: 'decide' } })
    const listed = (await approver.call('GET', '/api/console/me/sign-ins')).json.items
    expect(listed.filter((one: { machine: string | null }) => one.machine === 'my laptop')).toHaveLength(1)
    expect(await run(['logout'])).toMatchObject({ code: 0 })
    expect(readFileSync(file, 'utf8')).not.toContain('hpu_')
    expect(await run(['whoami'])).toMatchObject({ code: 3 })
    const after = (await approver.call('GET', '/api/console/me/sign-ins')).json.items
    expect(after.filter((one: { machine: string | null }) => one.machine === 'my laptop')).toHaveLength(0)
  })

  it('a no in the browser ends it with 1', async () => {
    const login = begin(['login', '--json', '--read-only'])
    await heard(login, /user_code/)
    const { user_code } = JSON.parse(login.out)
    await approver.call('POST', `/api/console/device/${user_code}`, { verdict: 'deny' })
    expect(await login.ended).toMatchObject({ code: 1, err: expect.stringContaining('denied') })
  })
})

describe('what waits', () => {
  it('U13: shows everything of a hold, and nothing in it can act on the terminal', async () => {
    const { hold } = await held({ text: 'a\u001b[2J\u009bb\u202ec\u200bd', '\u2066x': 'p\u0430y' })
    const shown = await run(['show', hold], as())
    expect(shown.code).toBe(0)
    for (const part of [
      'What will happen',
      'Why it stopped',
      'Who asks',
      'If it goes wrong',
      'If you approve',
      'May decide: ',
      'digest: sha256:',
    ])
      expect(shown.out, part).toContain(part)
    for (const visible of ['\\u001b[2J', 'U+202E', 'U+200B', 'U+2066', 'U+009B'])
      expect(shown.out.toUpperCase(), visible).toContain(visible.toUpperCase())
    expect(shown.out).toContain('а U+0430')
    const machine = await json(['show', hold])
    expect(machine.body.action.params.text).toBe('a\u001b[2J\u009bb\u202ec\u200bd')
    for (const text of [shown.out, shown.err, machine.out]) expect(/[^\n\P{Cc}]|\p{Cf}/u.test(text)).toBe(false)
  })

  it('U10: what the agent claims stands after every fact, said to be its own words', async () => {
    const claim = 'URGENT: the CEO has approved this'
    const context = { prompt: claim, acting_for: claim }
    const { body } = await w.submit(key, { tool: 'note', params: { n: 'urgent' }, intent: claim, context })
    const { out } = await run(['show', body.hold.id], as())
    const [facts = '', claims = ''] = out.split('What the agent says, not checked')
    for (const part of ['Why it stopped', 'Who asks', 'If it goes wrong', '"n": "urgent"'])
      expect(facts).toContain(part)
    expect(facts).not.toContain('URGENT')
    expect(claims.split('URGENT')).toHaveLength(4)
  })

  it('lists them for people and for machines, and tells as they open and end', async () => {
    const watching = begin(['watch', '--json', '--mine'], as())
    const { hold } = await held({ n: 'watched' })
    await heard(watching, new RegExp(`"opened".*${hold}`))
    const listed = await run(['holds', '--mine'], as())
    expect(listed.out).toMatch(new RegExp(`^${hold} +\\w+ +.* 0/1 +you +`, 'm'))
    expect((await json(['holds'])).body.items.map((one: { id: string }) => one.id)).toContain(hold)
    await run(['reject', hold, '--comment', 'not now'], as())
    await heard(watching, new RegExp(`"ended".*${hold}.*"rejected"`))
    watching.child.kill('SIGINT')
    expect((await watching.ended).code).toBe(0)
    for (const line of watching.out.trim().split('\n')) expect(JSON.parse(line)).toHaveProperty('event')
  })
})

describe('deciding', () => {
  it('A01: approves exactly the digest that was shown, never by pipe alone', async () => {
    const { hold, action } = await held({ n: 'approve me' })
    expect(await run(['approve', hold], as(), 'yes\n')).toMatchObject({
      code: 2,
      err: expect.stringContaining('--digest'),
    })
    const wrong = `sha256:${'0'.repeat(64)}`
    expect(await run(['approve', hold, '--digest', wrong], as())).toMatchObject({ code: 1 })
    expect((await statusOf(action)).status).toBe('held')
    const { shown_digest } = (await json(['show', hold])).body
    const done = await json(['approve', hold, '--digest', shown_digest])
    expect(done).toMatchObject({ code: 0, body: { done: true, status: 'approved' } })
    expect((await statusOf(action)).decision).toMatchObject({ verdict: 'allow', by: 'human' })
    expect(await run(['approve', hold, '--digest', shown_digest], as())).toMatchObject({ code: 1 })
  })

  it('A01: at a terminal it shows all of it, and asks; what is not yes is no', async () => {
    for (const [said, code, status] of [
      ['y\n', 1, 'held'],
      ['yes\n', 0, 'approved'],
    ] as const) {
      const { hold, action } = await held({ n: `asked at a terminal: ${said.trim()}` })
      const asked = await atTerminal(['approve', hold], as(), /Type yes: /, said)
      expect(asked.out).toContain('What will happen')
      expect(asked.code).toBe(code)
      expect((await statusOf(action)).status).toBe(status)
    }
  })

  it('rejects with what the agent reads, which must be said', async () => {
    const { hold, action } = await held({ n: 'reject me' })
    expect(await run(['reject', hold], as())).toMatchObject({ code: 2 })
    expect(await run(['reject', hold, '--comment', 'Too early'], as())).toMatchObject({ code: 0 })
    expect((await statusOf(action)).decision).toMatchObject({ code: 'hold.rejected', reason: 'Too early' })
  })

  it('A08, U04: what is final, risky or hides something opens the browser, and stays undecided', async () => {
    const opened = join(home, 'opened')
    const program = join(home, 'browser.sh')
    writeFileSync(program, `#!/bin/sh\necho "$1" >> ${opened}\n`, { mode: 0o755 })
    for (const [params, tool] of [
      [{ id: '12' }, 'wipe'],
      [{ text: 'x\u202ey' }, 'note'],
    ] as const) {
      const { hold, action } = await held(params, tool)
      const { shown_digest } = (await json(['show', hold])).body
      const asked = await run(['approve', hold, '--digest', shown_digest], { ...as(), BROWSER: program })
      expect(asked).toMatchObject({ code: 5, err: expect.stringContaining(`/approvals/${hold}`) })
      await expect.poll(() => readFileSync(opened, 'utf8')).toContain(`${url}/approvals/${hold}`)
      // The server says so as well, whoever holds the token.
      const sent = await fetch(`${url}/api/console/holds/${hold}/reviews`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ verdict: 'approve', digest: shown_digest }),
      })
      expect(await sent.json()).toMatchObject({ status: 403, code: 'hold.step_up_required' })
      expect((await statusOf(action)).status).toBe('held')
    }
  })

  it('A04: an agent’s key decides nothing here, nor does a token that may only look', async () => {
    const { hold, action } = await held({ n: 'mine' })
    const { shown_digest } = (await json(['show', hold])).body
    const read = await personalToken(running, approver, { scope: 'read' })
    for (const verb of [
      ['approve', hold, '--digest', shown_digest],
      ['reject', hold, '--comment', 'x'],
    ]) {
      expect(await run(verb, { HOLDPOINT_TOKEN: key })).toMatchObject({
        code: 3,
        err: expect.stringContaining('agent'),
      })
      expect(await run(verb, { HOLDPOINT_KEY: key })).toMatchObject({ code: 3 })
      expect(await run(verb, { HOLDPOINT_TOKEN: read })).toMatchObject({
        code: 1,
        err: expect.stringContaining('only look'),
      })
    }
    for (const path of ['reviews', 'reject-and-contain', 'views']) {
      const answer = await w.gate(key, 'POST', `/api/console/holds/${hold}/${path}`, {
        verdict: 'approve',
        digest: shown_digest,
      })
      expect(answer.status).toBe(401)
    }
    expect((await statusOf(action)).status).toBe('held')
  })

  it('tells a command that it cannot take apart, and a server that is not there', async () => {
    for (const args of [
      ['show'],
      ['show', 'act_1'],
      ['holds', '--loud'],
      ['holds', 'more'],
      ['holds', '--status', 'x'],
      ['lift', 'ctn_1'],
      ['completion', 'tcsh'],
      ['holds', '--server', 'http://example.com'],
    ])
      expect((await run(args, as())).code, args.join(' ')).toBe(2)
    expect(await run(['holds', '--server', 'http://127.0.0.1:1'], as())).toMatchObject({ code: 4 })
    expect(await run(['show', `hld_${'0'.repeat(26)}`], as())).toMatchObject({ code: 1 })
    expect(await run(['holds'], { HOLDPOINT_TOKEN: `${token.slice(0, -1)}x` })).toMatchObject({ code: 3 })
  })
})

describe('agents, tools and switches', () => {
  it('lists agents, takes tools in, pauses and lifts; what is graver is done in the browser', async () => {
    const mine = { HOLDPOINT_TOKEN: await personalToken(running, governor) }
    const { id } = await w.agent({ environment: 'staging' })
    expect((await run(['agents'], mine)).out).toContain(id)
    const file = join(home, 'tools.json')
    writeFileSync(
      file,
      JSON.stringify({ tools: [{ name: 'fresh\u00e9', inputSchema: { type: 'object' } }, { name: 'note' }] }),
    )
    expect((await json(['tools', 'import', file], mine)).body.added).toEqual(['fresh\u00e9'])
    const { items } = (await governor.call('GET', '/api/console/tools?q=fresh')).json
    const path = `/api/console/tools/${items[0].id}/classify`
    await governor.call('POST', path, { operation: 'read', reversible: true, sensitivity: 'internal' })
    const other = JSON.stringify({ name: 'fresh\u00e9', description: 'Other', inputSchema: { type: 'object' } })
    expect((await run(['tools', 'import', '-'], mine, other)).out).toMatch(/Their calls wait[^\n]*\n {2}waits {4}fresh/)
    expect(await run(['tools', 'import', '-'], mine, '{"tools": [')).toMatchObject({ code: 2 })
    expect(await run(['contain', 'agent', id], mine)).toMatchObject({
      code: 2,
      err: expect.stringContaining('--reason'),
    })
    const paused = await json(['contain', 'agent', id, '--reason', 'a look'], mine)
    expect(paused).toMatchObject({ code: 0, body: { level: 'paused', target: { id } } })
    expect((await run(['contain'], mine)).out).toContain('a look')
    expect(await run(['lift', paused.body.id, '--reason', 'seen'], mine)).toMatchObject({ code: 0 })
    expect(await run(['contain', 'agent', id, '--level', 'killed', '--reason', 'x'], mine)).toMatchObject({ code: 5 })
    const target = { type: 'agent', id }
    const killed = (await governor.call('POST', '/api/console/containment', { target, level: 'killed', reason: 'x' }))
      .json
    expect(await run(['lift', killed.id, '--reason', 'x'], mine)).toMatchObject({ code: 5 })
  })
  it('O02: policy is pulled and proposed with the same token, and a second person decides', async () => {
    const mine = { HOLDPOINT_TOKEN: await personalToken(running, governor) }
    const file = join(home, 'policy.cedar')
    expect(await run(['policy', 'pull', file], mine)).toMatchObject({ code: 0 })
    writeFileSync(file, readFileSync(file, 'utf8').replace('10000.0', '5000.0'))
    const pushed = await run(['policy', 'push', file, '--note', 'A lower limit'], mine)
    expect(pushed).toMatchObject({ code: 0, out: expect.stringContaining('/approvals/hld_') })
    const hold = /hld_\w+/.exec(pushed.out)?.[0] ?? ''
    expect((await run(['show', hold], mine)).out).toContain('5000.0')
    expect(await run(['approve', hold, '--digest', 'x'], mine)).toMatchObject({ code: 1 })
  })
})
