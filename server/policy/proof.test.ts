import { describe, expect, it } from 'vitest'
import { defaultPack } from '@/lib/policy/pack'
import { everything, world } from '@/server/testing/world'
import { openShadowing } from './proof-shadow'

const w = await world()
const governor = await w.signedIn(w.governor)
const viewer = await w.signedIn(w.viewer)
const agent = await w.agent({
  scopes: [{ ...everything, operations: [...everything.operations], environments: [...everything.environments] }],
  environment: 'production',
})
await w.tools({ look: { operation: 'read' }, write: {}, pay: { operation: 'pay', parameters: { amount: 'amount' } } })
const pack = defaultPack({ demo: false })
const noReads = `${pack}
@id("no-look") @reason("Nobody looks.") forbid (principal, action == Action::"read", resource) when { context.tool == "look" };`
const freePay = pack
  .replace(/@id\("high-impact"\)[\s\S]*?;/, '')
  .replace(
    'when { context.in_scope && context.approved }',
    'when { context.in_scope && (context.approved || context.tool == "pay") }',
  )

/** Submits one; what was not decided as it should fails here, and not as a count that is wrong later. */
async function recorded(tool: string, params: Record<string, unknown>, status: string): Promise<void> {
  const { body } = await w.submit(agent.key, { tool, params })
  expect(body).toMatchObject({ status })
}
for (let n = 0; n < 3; n++) await recorded('look', { n }, 'allowed')
for (let n = 0; n < 2; n++) await recorded('pay', { amount: '10.00', n }, 'held')

describe('replay of a candidate over recorded decisions', () => {
  it('O02 says what becomes newly denied, with the denominator and examples', async () => {
    const { status, body } = await governor('POST', '/api/console/policy/replay', { source: noReads })
    expect(status).toBe(200)
    expect(body).toMatchObject({
      rows: 5,
      judged: 5,
      replayable: 5,
      unreplayable: 0,
      unchanged: 2,
      recorded_differs: 0,
    })
    expect(body.changes.newly_denied.count).toBe(3)
    expect(body.changes.newly_denied.examples[0]).toMatchObject({
      tool: 'look',
      from: 'allow',
      to: 'deny',
      rules: ['no-look'],
    })
    expect(body.changes.newly_allowed.count + body.changes.newly_held.count).toBe(0)
  })

  it('O02 says what becomes newly allowed, and forecasts how often people are asked then', async () => {
    const { body } = await governor('POST', '/api/console/policy/replay', { source: freePay })
    expect(body.changes.newly_allowed.count).toBe(2)
    expect(body.forecast.in_force.held_a_day).toBe(2)
    expect(body.forecast.candidate.held_a_day).toBe(0)
    expect(body.forecast.in_force.by_rule[0]).toMatchObject({ rule: 'high-impact', held: 2 })
    const [group] = body.forecast.in_force.by_group
    expect(group.approvers).toBeGreaterThan(0)
    expect(group.per_approver_a_day).toBeCloseTo(group.approvals_a_day / group.approvers, 1)
  })

  it('the policy in force changes nothing of what was recorded under it (INV-45)', async () => {
    const { body } = await governor('POST', '/api/console/policy/replay', { source: pack })
    expect(body).toMatchObject({ unchanged: 5, recorded_differs: 0 })
  })

  it('a fact that was not kept is counted as not replayable, by its name', async () => {
    await w.db.pool.query(`update action set facts = (facts::jsonb - 'given')::text where tool = 'look'`)
    const { body } = await governor('POST', '/api/console/policy/replay', { source: pack })
    expect(body).toMatchObject({ judged: 5, replayable: 2, unreplayable: 3 })
    expect(body.missing).toContainEqual({ fact: 'in_scope', count: 3 })
    const { body: limited } = await governor('POST', '/api/console/policy/replay', { source: pack, limit: 2 })
    expect(limited.rows).toBe(2)
  })

  it('refuses a source that cannot be used, a window too long, and whoever may not propose', async () => {
    expect((await governor('POST', '/api/console/policy/replay', { source: 'allow' })).body.code).toBe('policy.invalid')
    expect((await governor('POST', '/api/console/policy/replay', { source: pack, days: 31 })).status).toBe(400)
    expect((await viewer('POST', '/api/console/policy/replay', { source: pack })).status).toBe(403)
    const teamOnly = await w.signedIn(w.outsider)
    expect((await teamOnly('POST', '/api/console/policy/replay', { source: pack })).status).toBe(403)
  })
})

describe('cases', () => {
  const one = { name: 'Reading is allowed', given: { operation: 'read' }, want: 'allow', rules: ['read-in-scope'] }

  it('O02 a policy that fails a case is not proposed, and says which', async () => {
    const { body } = await governor('POST', '/api/console/policy/cases', one)
    expect(body.id).toMatch(/^cas_/)
    const broken = `${pack}\n@id("none") @reason("No.") forbid (principal, action, resource);`
    const run = await governor('POST', '/api/console/policy/cases/run', { source: broken })
    expect(run.body).toMatchObject({
      total: 1,
      passed: 0,
      results: [{ pass: false, want: 'allow', got: 'deny', rules: ['none'] }],
    })
    const refused = await governor('POST', '/api/console/policy', { source: broken, note: 'n' })
    expect(refused).toMatchObject({ status: 409, body: { code: 'policy.cases_failed' } })
    expect(refused.body.detail).toContain('Reading is allowed')
    expect((await governor('POST', '/api/console/policy', { source: `${pack}\n// Same.`, note: 'n' })).status).toBe(202)
  })

  it('O02 run again when an approved policy is published: one that fails by then fails the change, by name', async () => {
    const { body: waiting } = await governor('GET', '/api/console/policy')
    const later = { ...one, name: 'Reading is held from now on', want: 'hold', rules: null }
    const { body: kept } = await governor('POST', '/api/console/policy/cases', later)
    const second = await w.signedIn(w.administrator)
    const path = `/api/console/holds/${waiting.pending_hold_id}`
    const { body: shown } = await second('GET', path)
    const approved = await second('POST', `${path}/reviews`, { verdict: 'approve', digest: shown.shown_digest })
    expect(approved.status).toBe(201)
    await expect.poll(async () => (await second('GET', path)).body.status, { timeout: 10_000 }).toBe('failed')
    const { change } = (await second('GET', path)).body
    expect(change.failure).toContain('policy.cases_failed: 1 of 2 cases fail: “Reading is held from now on”')
    const { body: still } = await governor('GET', '/api/console/policy')
    expect(still).toMatchObject({ version: waiting.version, pending_hold_id: null })
    expect(await w.events('change.failed')).toMatchObject([{ data: { failure: change.failure } }])
    expect((await governor('DELETE', `/api/console/policy/cases/${kept.id}`)).status).toBe(204)
  })

  it('go out as a file and come back the same, changed by name', async () => {
    const { body: file } = await viewer('GET', '/api/console/policy/cases/export')
    expect(file).toEqual({ cases: [one] })
    const more = { name: 'Paying asks', given: { operation: 'pay', amount: '5.00' }, want: 'hold', rules: null }
    expect(
      (await governor('POST', '/api/console/policy/cases/import', { cases: [{ ...one, want: 'deny' }, more] })).status,
    ).toBe(204)
    const { body } = await viewer('GET', '/api/console/policy/cases')
    expect(body.items).toMatchObject([more, { ...one, want: 'deny' }])
    expect((await governor('POST', '/api/console/policy/cases/run', { source: pack })).body).toMatchObject({
      total: 2,
      passed: 1,
    })
    expect((await governor('POST', '/api/console/policy/cases/run', { source: pack, cases: [one] })).body.passed).toBe(
      1,
    )
    const [first] = body.items
    const gone = `/api/console/policy/cases/${first.id}`
    expect((await governor('PUT', gone, more, { 'if-match': '"v9"' })).status).toBe(412)
    expect((await governor('PUT', gone, { ...more, name: one.name })).body.code).toBe('policy.case_exists')
    expect((await governor('DELETE', gone)).status).toBe(204)
    expect((await governor('DELETE', gone)).status).toBe(404)
    expect((await viewer('DELETE', gone)).status).toBe(403)
    expect((await w.events('policy.case_removed')).length).toBe(2)
  })

  it('refuse a fact that does not exist or is of another type', async () => {
    const bad = (given: object) => governor('POST', '/api/console/policy/cases', { ...one, name: 'x', given })
    for (const given of [
      { friendly: true },
      { in_scope: 'yes' },
      { amount: 5 },
      { operation: 'fly' },
      { approved: true },
    ])
      expect((await bad(given)).status).toBe(400)
  })
})

describe('what if', () => {
  const ask = (body: object) => governor('POST', '/api/console/policy/what-if', body)

  it('every decision explains itself: the rules that decided, and each single fact that would have changed it', async () => {
    const { body } = await ask({ facts: { operation: 'update', tool: 'write' } })
    expect(body.judgement.effect).toBe('hold')
    expect(body.trail).toEqual([{ rule: 'write-in-production', effect: 'hold', sentence: expect.any(String) }])
    expect(body.would_change).toContainEqual(
      expect.objectContaining({ fact: 'environment', from: 'production', effect: 'allow' }),
    )
    expect(body.would_change).toContainEqual(expect.objectContaining({ fact: 'in_scope', to: false, effect: 'deny' }))
    for (const flip of body.would_change) {
      const again = await ask({ facts: { operation: 'update', tool: 'write', [flip.fact]: flip.to } })
      expect(again.body.judgement.effect, flip.fact).toBe(flip.effect)
    }
  })

  it('explains what was recorded, with changes or without, to those who may see it', async () => {
    const list = await governor('GET', '/api/console/actions?tool=pay')
    const [action] = list.body.items
    const { body } = await governor('GET', `/api/console/actions/${action.id}/explain`)
    expect(body).toMatchObject({ judgement: { effect: 'hold' }, policy_version: 1, trail: [{ rule: 'high-impact' }] })
    const changed = await ask({ action_id: action.id, changes: { amount: '10000.00' } })
    expect(changed.body.trail.map((step: { rule: string }) => step.rule)).toContain('high-impact-amount')
    const outsider = await w.signedIn(w.outsider)
    expect((await outsider('GET', `/api/console/actions/${action.id}/explain`)).status).toBe(404)
    const old = await governor('GET', '/api/console/actions?tool=look')
    const lost = await governor('GET', `/api/console/actions/${old.body.items[0].id}/explain`)
    expect(lost).toMatchObject({ status: 409, body: { code: 'policy.not_kept' } })
  })
})

describe('a candidate in the shadow of live traffic', () => {
  it('is asked after the fact, decides nothing, counts each action once, and ends', async () => {
    const started = await governor('POST', '/api/console/policy/shadow', { source: noReads, days: 7 })
    expect(started).toMatchObject({ status: 201, body: { shadow: { stopped_at: null, report: { rows: 0 } } } })
    for (let n = 0; n < 4; n++) await recorded('look', { shadow: n }, 'allowed')
    // As if the actions had settled: what is younger than five seconds is left for later.
    await w.db.pool.query(`update action set created_at = created_at - interval '10 seconds'`)
    const work = openShadowing(async () => () => 'there is none')
    const report = async () => (await governor('GET', '/api/console/policy/shadow')).body.shadow.report
    const counted = { rows: 4, replayable: 4, changes: { newly_denied: { count: 4 } } }
    // Whoever finds the instance's own engine at it leaves it to that.
    await work({ db: w.db })
    await expect.poll(report, { timeout: 10_000 }).toMatchObject(counted)
    await work({ db: w.db })
    expect(await report()).toMatchObject(counted)
    expect((await governor('POST', '/api/console/policy/shadow/stop')).status).toBe(204)
    expect((await governor('POST', '/api/console/policy/shadow/stop')).status).toBe(404)
    expect((await governor('GET', '/api/console/policy/shadow')).body.shadow.stopped_at).not.toBeNull()
  })
})
